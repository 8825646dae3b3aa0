import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Conflict, Invalid, NotFound } from "../errors";
import { HOUR, MINUTE, SECOND } from "../observation/time";
import { judgeWindow } from "../window/judge-window";
import { addHistory, costOf } from "./fixtures/finished-history";
import { NOON, SettingsScene } from "./fixtures/settings-scene";
import { datasetSettings, SetDatasetSettings, setDatasetSettings } from "./verbs";

let scene: SettingsScene;
beforeAll(async () => {
  scene = await SettingsScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.begin());

describe("a dataset's settings", () => {
  it("are shown as people write them", async () => {
    expect(await datasetSettings(scene.dataset, scene.ports)).toEqual({
      dataset: scene.dataset,
      policy: "wait",
      subjectToChange: "PT0S",
      deleteAfterExport: false,
      keepPoints: "for-ever",
      keepPayloads: "for-ever",
      keepRevisions: "for-ever",
      span: "PT1H",
      nextSpan: null,
      stamp: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it("are not changed by somebody who has seen others, and the audit tells of nothing but settings", async () => {
    const { stamp } = await datasetSettings(scene.dataset, scene.ports);
    const first = await scene.set({ policy: "PT2H", seen: stamp });
    expect(first).toMatchObject({ policy: "PT2H", changed: true });
    expect(first.stamp).not.toBe(stamp);
    const refused = scene.set({ subjectToChange: "PT30M", seen: stamp });
    await expect(refused).rejects.toThrow(Conflict);
    await expect(refused).rejects.toThrow("changed elsewhere since they were shown");
    expect(await scene.set({ subjectToChange: "PT30M", seen: first.stamp })).toMatchObject({
      policy: "PT2H",
      subjectToChange: "PT30M",
    });
    const audits = await scene.audits();
    expect(audits).toHaveLength(2);
    expect(JSON.stringify(audits)).not.toContain("stamp");
  });

  it("are two changes where two ask at once with the same sight: one of them is refused", async () => {
    const { stamp } = await datasetSettings(scene.dataset, scene.ports);
    const done = await Promise.allSettled([
      scene.set({ policy: "PT2H", seen: stamp }),
      scene.set({ policy: "PT3H", seen: stamp }),
    ]);
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await scene.audits()).toHaveLength(1);
  });

  it("build what waits, marked incomplete, when the policy's time has passed", async () => {
    await scene.deliver([-60, -30], [[-50, "a"]]);
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([{ minutes: "-60-0", state: "settling" }]);
    scene.now = NOON + 30 * MINUTE;
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([{ state: "waiting", revision: 0 }]);

    expect(await scene.set({ policy: "PT2H" })).toMatchObject({
      policy: "PT2H",
      changed: true,
      judgedAgain: 1,
    });
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([{ state: "waiting", revision: 0 }]);
    await scene.set({ policy: "PT20M" });
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([
      { state: "incomplete", need: "none", revision: 1, share: 0.5 },
    ]);
    expect(await scene.audits()).toMatchObject([
      { who: "local", what: "dataset set", before: { policy: "wait" }, after: { policy: "PT2H" } },
      { before: { policy: "PT2H" }, after: { policy: "PT20M" } },
    ]);
  });

  it("leave alone what is built, and hold back what is not when it may change for longer", async () => {
    await scene.deliver([-60, 0], [[-50, "a"]]);
    scene.now = NOON + SECOND;
    await scene.rounds();
    await scene.deliver([0, 1], [[1, "a"]]);
    expect(await scene.set({ subjectToChange: "PT2H" })).toMatchObject({ judgedAgain: 1 });
    scene.now = NOON + 90 * MINUTE;
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([
      { minutes: "-60-0", state: "built", revision: 1 },
      { minutes: "0-60", state: "settling" },
    ]);
    await scene.set({ subjectToChange: "PT0S" });
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([{ state: "built", revision: 1 }, { state: "waiting" }]);
  });

  it("change nothing when they are given twice", async () => {
    scene.now = NOON - 5 * MINUTE;
    const change = { policy: "PT6H", subjectToChange: "PT30M", span: "PT15M" };
    const first = await scene.set(change);
    const second = await scene.set({ ...change, span: "PT900S" });
    expect(first).toMatchObject({ changed: true, nextSpan: { span: "PT15M", from: "2024-06-01T12:00:00Z" } });
    expect(second).toEqual({ ...first, changed: false, judgedAgain: 0 });
    expect(await scene.audits()).toHaveLength(1);
  });

  it("are refused where there is no such dataset, or no such span, and then nothing is changed", async () => {
    const unknown = setDatasetSettings({ dataset: "nobody", subjectToChange: 1 }, scene.ports);
    await expect(unknown).rejects.toThrow(NotFound);
    await expect(unknown).rejects.toThrow('no dataset "nobody"; ionbeam dataset list shows them');
    for (const [span, words] of [
      ["an hour", /is no ISO 8601 duration; write PT10M, PT1H or P1D/],
      ["P1M", /counts calendar months or years/],
      ["PT30S", /shorter than one minute/],
    ] as const) {
      const refused = scene.set({ policy: "PT1H", span });
      await expect(refused).rejects.toThrow(Invalid);
      await expect(refused).rejects.toThrow(words);
    }
    expect(await datasetSettings(scene.dataset, scene.ports)).toMatchObject({ policy: "wait", span: "PT1H" });
    expect(await scene.audits()).toEqual([]);
  });

  it.each([
    [{ policy: "later" }, /"later" is neither wait nor an ISO 8601 duration/],
    [{ policy: "-PT1H" }, /neither wait nor/],
    [{ subjectToChange: "P400D" }, /not between PT0S and P366D/],
    [{ subjectToChange: "1 h" }, /"1 h" is no ISO 8601 duration; write PT30M, PT6H or P2D/],
  ])("are read at the edge: %j", (change, words) => {
    const { error } = SetDatasetSettings.safeParse({ dataset: "d", ...change });
    expect(error?.issues.map(({ message }) => message).join()).toMatch(words);
  });

  it("wait for a judgement by the old ones, so that no window is left with it", async () => {
    await scene.deliver([-60, -30], [[-50, "a"]]);
    scene.now = NOON + 3 * HOUR;
    await scene.rounds();
    const window = { dataset: scene.dataset, start: NOON - HOUR, end: NOON };
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const judging = scene.db.run(async (tx) => {
      await scene.catalog.dataset(scene.dataset, tx);
      await held;
      await judgeWindow(tx, window, scene);
    });
    await scene.lock("held");
    const change = scene.set({ policy: "PT1H" });
    await scene.lock("waited for");
    goOn();
    await Promise.all([judging, change]);
    await scene.rounds();
    expect(await scene.windows()).toMatchObject([{ state: "incomplete", revision: 1 }]);
  });

  it("cost the same with 10 and with 10,000 finished windows", async () => {
    await scene.deliver([-60, -30], [[-50, "a"]]);
    scene.now = NOON + HOUR;
    await addHistory(scene, 0, 10);
    const few = await costOf(scene, () => scene.set({ policy: "PT2H", span: "PT30M" }));
    await addHistory(scene, 10, 10_000);
    const many = await costOf(scene, () => scene.set({ policy: "PT3H", span: "PT20M" }));
    expect(many.statements).toBe(few.statements);
    expect(many.rows).toBeLessThan(100);
    expect(many.written).toBe(few.written);
  });
});
