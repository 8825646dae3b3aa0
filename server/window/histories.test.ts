import { describe, expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../observation/time";
import { at, row, Scene, WAIT } from "./fixtures/scene";

const AFTER = { kind: "build-after", after: 2 * HOUR } as const;

/** The histories that broke earlier wordings of the rules, by their number. Those that delete points or files come with deletion. */
describe("histories that break a careless engine", () => {
  it("history 1: ingestions under m0, then m1, are asked; their execution is swapped; m1 is current", async () => {
    const scene = await Scene.open();
    const n = await scene.comes("10:00", "11:00", [row("10:10", "S1", 1, 2)]);
    await scene.history.again(n, 1, true);
    await scene.history.again(n, 2, true);
    const [m0, m1] = [...scene.history.errands];
    if (!m0 || !m1) throw new Error("two commands were asked for");
    await scene.history.run(m1, undefined);
    await scene.history.run(m0, undefined);
    await scene.errands();
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toMatchObject([{ a: 101, b: 2 }]);
  });

  it("history 3: A and B tie in priority and collected_at: the same winner whatever comes first, twice or once", async () => {
    const winners: unknown[] = [];
    for (const order of [
      ["A", "B"],
      ["B", "A"],
      ["A", "A again", "B"],
      ["B", "A", "A again"],
    ]) {
      const scene = await Scene.open();
      const numbers: Record<string, number> = {};
      for (const name of order) {
        if (name === "A again") await scene.history.again(numbers.A ?? 0, 0, false);
        else numbers[name] = await scene.comes("10:00", "11:00", [row("10:10", "S1", name === "A" ? 1 : 2)]);
        await scene.errands();
      }
      await scene.builds();
      winners.push((await scene.rows("10:00")).map(({ a }) => a));
    }
    expect(new Set(winners.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it("history 6: a map edited makes nothing stale; old rows keep the map of their generation", async () => {
    const scene = await Scene.open();
    const n = await scene.comes("10:00", "11:00", [row("10:10", "S1", 1, 2)]);
    await scene.builds();
    await scene.comes("10:30", "11:00", [row("10:40", "S1", 5, 6)]);
    scene.passes(HOUR);
    await scene.builds();
    expect((await scene.rows("10:00")).map(({ a, b }) => [a, b])).toEqual([
      [1, 2],
      [5, 6],
    ]);
    await scene.history.again(n, 1, true);
    await scene.errands();
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect((await scene.rows("10:00")).map(({ a, b }) => [a, b])).toEqual([
      [1, undefined],
      [5, 6],
    ]);
  });

  it("history 7: span 160 s, one empty delivery claims 60 s, build-after has passed: empty, shown incomplete, not owed for ever", async () => {
    const scene = await Scene.open({ span: "PT160S", policy: AFTER });
    await scene.comes("00:00", "00:01", []);
    expect(await scene.builds()).toEqual(["00:00 empty"]);
    expect(await scene.shown("00:00")).toMatchObject({
      output: "empty",
      state: "incomplete",
      stale: false,
      need: { kind: "none" },
      lookAgainAt: undefined,
    });
    scene.passes(1000 * HOUR);
    expect(await scene.builds()).toEqual([]);
  });

  it("history 8: r1, withdraw, empty, another D: empty takes number 2, the next file 3", async () => {
    const scene = await Scene.open();
    const n = await scene.comes("10:00", "11:00");
    const did = await scene.builds();
    await scene.history.withdraw(n, true);
    scene.passes(HOUR);
    did.push(...(await scene.builds()));
    expect(await scene.state("10:00")).toBe("empty");
    await scene.comes("10:00", "11:00", [row("10:05")]);
    scene.passes(HOUR);
    did.push(...(await scene.builds()));
    expect(did).toEqual(["10:00", "10:00 empty", "10:00"]);
    expect(scene.revisions("10:00")).toEqual([1, 2, 3]);
    expect(scene.published()).toBe(2);
  });

  it.each([
    ["the clock goes back one hour", (scene: Scene) => scene.passes(-HOUR)],
    [
      "subject-to-change is raised",
      (scene: Scene) => scene.history.set({ subjectToChange: 1000 * HOUR, policy: WAIT }),
    ],
    ["the policy changes", (scene: Scene) => scene.history.set({ subjectToChange: HOUR, policy: AFTER })],
  ])("history 14: after a build %s: built, not stale, nothing is owed", async (_name, change) => {
    const scene = await Scene.open({ now: at("12:00:01") });
    await scene.comes("10:00", "11:00");
    expect(await scene.builds()).toEqual(["10:00"]);
    await change(scene);
    expect(await scene.shown("10:00")).toMatchObject({
      state: "built",
      stale: false,
      need: { kind: "none" },
    });
    expect(await scene.builds()).toEqual([]);
  });

  it("history 15: incomplete revision by build-after; policy becomes wait; ingested again: rebuilt in spite of the gap", async () => {
    const scene = await Scene.open({ policy: AFTER });
    const n = await scene.comes("10:00", "10:30", [row("10:10", "S1", 1, 2)]);
    expect(await scene.builds()).toEqual(["10:00"]);
    await scene.history.set({ subjectToChange: HOUR, policy: WAIT });
    await scene.history.again(n, 1, true);
    await scene.errands();
    expect(await scene.state("10:00")).toBe("queued, stale");
    scene.passes(MINUTE);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.state("10:00")).toBe("incomplete");
  });

  it.each([
    ["only touches the window: it is gone", "10:00", "10:30", "nothing"],
    ["claims it: asked, nothing came", "11:00", "12:00", "empty"],
  ])(
    "history 16: a build fails, then its delivery is withdrawn, which %s",
    async (_name, start, end, state) => {
      const scene = await Scene.open({ policy: { kind: "build-after", after: 0 } });
      const n = await scene.comes(start, end, [row("10:10"), row("11:30")]);
      const eleven = 1;
      await scene.history.look(eleven, 0);
      await scene.history.finish(0, "blind");
      expect(await scene.state("11:30")).toBe("failed");
      await scene.history.withdraw(n, true);
      await scene.builds();
      expect(await scene.state("11:30")).toBe(state);
      expect(await scene.shown("11:30")).toMatchObject({
        error: undefined,
        attempts: 0,
        need: { kind: "none" },
      });
    },
  );

  it("history 17: Reprocess clicked, killed before the build ends: done after the restart, once", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    await scene.builds();
    await scene.history.reprocess(0, false);
    await scene.history.look(0, 0);
    await scene.history.finish(0, "die");
    expect(await scene.builds()).toEqual([]);
    expect(await scene.state("10:00")).toBe("building, stale");
    scene.passes(6 * MINUTE);
    expect(await scene.builds()).toEqual(["10:00 verified"]);
    expect(scene.published()).toBe(2);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual([]);
    expect(scene.history.unserved().size).toBe(0);
  });

  it("history 20: an exclusion edited for one station and one day: only the windows of that day are owed", async () => {
    const scene = await Scene.open({ span: "P1D" });
    for (const day of ["01", "02", "03"]) {
      const rows = [row(`2024-01-${day}T10:00`, "S1"), row(`2024-01-${day}T10:00`, "S2")];
      await scene.comes(`2024-01-${day}T00:00`, `2024-01-0${Number(day) + 1}T00:00`, rows);
    }
    scene.history.setClock(at("2024-01-09T00:00"));
    expect(await scene.builds()).toHaveLength(3);
    const exclusion = {
      id: "00000000-0000-4000-8000-000000000001",
      station: "S1",
      variable: undefined,
      box: undefined,
      time: { start: at("2024-01-02T00:00"), end: at("2024-01-04T00:00") },
      reason: "broken shield",
    };
    await scene.history.exclude([exclusion]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["2024-01-02T00:00", "2024-01-03T00:00"]);
    await scene.history.exclude([{ ...exclusion, time: { ...exclusion.time, end: at("2024-01-03T00:00") } }]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["2024-01-03T00:00"]);
    expect((await scene.rows("2024-01-02T10:00")).map(({ identity }) => identity)).toEqual(["S2"]);
    expect(await scene.rows("2024-01-03T10:00")).toHaveLength(2);
  });

  it("history 21: one late row a second for 35 minutes: a build at the latest every 10 minutes, and one after quiet", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00", []);
    await scene.builds();
    const start = scene.history.now;
    const builds: number[] = [];
    for (let second = 0; second < 40 * 60; second += 5) {
      if (second < 35 * 60) await scene.comes("10:00", "10:00", [row("10:10", `S${second}`)]);
      if ((await scene.builds()).length > 0) builds.push((scene.history.now - start) / MINUTE);
      scene.passes(5 * SECOND);
    }
    // The next first change comes with the row after a build, five seconds later; the last row comes at 34:55.
    expect(builds.map((minute) => Math.round(minute * 12) / 12)).toEqual([
      10,
      20 + 1 / 12,
      30 + 2 / 12,
      35 + 11 / 12,
    ]);
  });

  it("history 22: zero rows read although the ledger says 60: the build fails and is tried again; the good file stays", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    await scene.builds();
    const good = await scene.rows("10:00");
    await scene.history.reprocess(0, false);
    await scene.history.look(0, 0);
    await scene.history.finish(0, "blind");
    expect(await scene.state("10:00")).toBe("failed, stale");
    expect((await scene.shown("10:00")).reason).toMatch(/0 rows read .* ledger says 60/);
    expect(await scene.rows("10:00")).toEqual(good);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00 verified"]);
    expect(scene.revisions("10:00")).toEqual([1]);
  });
});
