import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Transient } from "../errors";
import { HOUR, MINUTE, SECOND } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { SeriesRead, SeriesRef } from "../ports/time-series";
import { judgeWindow } from "../window/judge-window";
import { NOON, SettingsScene } from "./fixtures/settings-scene";
import { datasetSettings, setDatasetSettings } from "./verbs";

let scene: SettingsScene;
beforeAll(async () => {
  scene = await SettingsScene.open();
});
afterAll(() => scene.close());

describe("a change of span", () => {
  beforeEach(async () => {
    await scene.begin();
    scene.now = NOON - 5 * MINUTE;
    // Rows up to ten minutes ahead of now are taken: these lie past noon, where the change takes effect.
    await scene.deliver(
      [-60, -5],
      [
        [-30, "a"],
        [3, "a"],
        [4, "a"],
        [4, "b"],
      ],
    );
    await scene.deliver(
      [-60, -5],
      [
        [-20, "b"],
        [1, "c"],
      ],
    );
  });

  it("cuts anew what came for windows past the boundary, and those before it stay", async () => {
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([{ minutes: "-60-0" }, { minutes: "0-60", span: "PT1H" }]);
    await scene.set({ span: "PT2M" });
    expect(await scene.touches()).toEqual([
      { start: -60, end: 0, rows: 1, stations: 1 },
      { start: -60, end: 0, rows: 1, stations: 1 },
      { start: 0, end: 2, rows: 1, stations: 1 },
      { start: 2, end: 4, rows: 1, stations: 1 },
      { start: 4, end: 6, rows: 2, stations: 2 },
    ]);
    await scene.rounds();
    expect((await scene.windows()).map(({ minutes, span }) => [minutes, span])).toEqual([
      ["-60-0", "PT1H"],
      ["0-2", "PT2M"],
      ["2-4", "PT2M"],
      ["4-6", "PT2M"],
    ]);
    scene.now = NOON + 10 * MINUTE;
    await scene.deliver([-5, 10], [[9, "a"]]);
    scene.now += SECOND;
    await scene.rounds();
    expect((await scene.windows()).map(({ minutes, state }) => [minutes, state])).toEqual([
      ["-60-0", "built"],
      ["0-2", "built"],
      ["2-4", "built"],
      ["4-6", "built"],
      ["6-8", "empty"],
      ["8-10", "built"],
    ]);
  });

  it("counts the same rows where several deliveries lie in one file", async () => {
    await scene.set({ span: "PT2M" });
    const wanted = await scene.touches();
    await scene.set({ span: "PT1H" });
    const shared = { ...scene.ports, timeSeries: { read: (refs: readonly SeriesRef[]) => inOneFile(refs) } };
    await setDatasetSettings({ dataset: scene.dataset, span: "PT2M" }, shared);
    expect(await scene.touches()).toEqual(wanted);
  });

  it("is taken back by asking for the span in force, and a second one replaces the first", async () => {
    const before = await scene.touches();
    await scene.set({ span: "PT2M" });
    const second = await scene.set({ span: "PT3M" });
    expect(second).toMatchObject({ span: "PT1H", nextSpan: { span: "PT3M" } });
    expect((await scene.touches()).slice(2)).toEqual([
      { start: 0, end: 3, rows: 1, stations: 1 },
      { start: 3, end: 6, rows: 3, stations: 2 },
    ]);
    expect(await scene.set({ span: "PT1H" })).toMatchObject({ span: "PT1H", nextSpan: null, changed: true });
    expect(await scene.touches()).toEqual(before);
    await scene.rounds();
    expect((await scene.windows()).map(({ minutes }) => minutes)).toEqual(["-60-0", "0-60"]);
  });

  it("withdraws a product of the old cut, and revision numbers go on when the span comes back", async () => {
    const window = { dataset: scene.dataset, start: NOON, end: NOON + HOUR };
    await scene.db.run(async (tx) => {
      await scene.ledger.requestReprocess(tx, window, "click", true);
      await judgeWindow(tx, window, scene);
    });
    await scene.rounds();
    expect((await scene.windows())[1]).toMatchObject({ minutes: "0-60", output: "revision", revision: 1 });
    await scene.set({ span: "PT10M" });
    await scene.rounds();
    expect((await scene.windows()).slice(1)).toMatchObject([
      { minutes: "0-10", output: "none", state: "open" },
      { minutes: "0-60", output: "empty", need: "none", revision: 2 },
    ]);
    await scene.set({ span: "PT1H" });
    scene.now = NOON + 2 * HOUR;
    await scene.deliver([-5, 60], []);
    scene.now += 2 * MINUTE;
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([
      { minutes: "-60-0", state: "built" },
      { minutes: "0-60", state: "built", revision: 3 },
    ]);
  });

  it("keeps the claims of a clock that went back", async () => {
    scene.now = NOON + 40 * MINUTE;
    await scene.deliver([0, 40], []);
    scene.now = NOON - 5 * MINUTE;
    await scene.set({ span: "PT30M" });
    const claims = await scene.db.rows<object>(
      undefined,
      `SELECT ((window_start_us - $2::bigint) / 60000000)::int AS w, ((start_us - $2::bigint) / 60000000)::int AS start,
         ((end_us - $2::bigint) / 60000000)::int AS "end" FROM claim WHERE dataset = $1 AND window_start_us >= $2::bigint ORDER BY 1`,
      scene.dataset,
      NOON,
    );
    expect(claims).toEqual([
      { w: 0, start: 0, end: 30 },
      { w: 30, start: 30, end: 40 },
    ]);
  });

  it("is tried again when the rows cannot be read, and nothing is changed", async () => {
    const [delivery] = await scene.db.rows<{ delivery: string; generation: string }>(
      undefined,
      `SELECT d.key AS delivery, g.command_id::text AS generation FROM delivery d JOIN generation g ON g.id = d.current_generation
       WHERE d.dataset = $1 AND g.rows = 4`,
      scene.dataset,
    );
    await scene.write(delivery?.delivery ?? "", delivery?.generation ?? "", [[3, "a"]]);
    await expect(scene.set({ span: "PT2M" })).rejects.toThrow(Transient);
    expect(await datasetSettings(scene.dataset, scene.ports)).toMatchObject({ span: "PT1H", nextSpan: null });
  });
});

/** The points of `refs` as compaction leaves them, beside those of a stranger. */
async function inOneFile(refs: readonly SeriesRef[]): Promise<SeriesRead> {
  const { columnar, timeSeries } = scene.ports;
  const { files } = await timeSeries.read(refs, { start: 0, end: 0 });
  const parts = [...files, ...files].map(({ path, refs: [ref] }, i) => {
    const names = [ref?.delivery ?? "", i < files.length ? (ref?.generation ?? "") : "of a stranger"];
    return `SELECT *, ${sqlText(names[0] ?? "")} AS _delivery, ${sqlText(names[1] ?? "")} AS _generation FROM read_parquet(${sqlText(path)})`;
  });
  const path = `${files[0]?.path}.shared`;
  await columnar.session((session) =>
    session.execute(`COPY (${parts.join(" UNION ALL BY NAME ")}) TO ${sqlText(path)} (FORMAT parquet)`),
  );
  return { files: [{ path, refs, shared: true }], release: async () => undefined };
}
