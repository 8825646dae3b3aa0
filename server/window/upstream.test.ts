import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../observation/time";
import { at, row, Scene } from "./fixtures/scene";

const BUILD_AFTER = { kind: "build-after", after: 0 } as const;
const hours = Array.from({ length: 24 }, (_, hour) => hour);
const clock = (hour: number) => (hour === 24 ? "24:00" : `${String(hour).padStart(2, "0")}:00`);

/** The scenarios of the Python Ionbeam's own tests, in our terms; docs/upstream-scenarios.md lists them all. */
describe("aggregator", () => {
  it("A1: 10 to 11: one dataset", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toHaveLength(60);
    expect(await scene.state("10:00")).toBe("built");
  });

  it("A2, C4: span of a day, 24 hourly deliveries: exactly one dataset, with the last", async () => {
    const scene = await Scene.open({ span: "P1D" });
    const built: string[][] = [];
    for (const hour of hours) {
      await scene.comes(clock(hour), clock(hour + 1));
      built.push(await scene.builds());
    }
    expect(built.slice(0, 23).flat()).toEqual([]);
    expect(built[23]).toEqual(["00:00"]);
    expect(scene.history.windowAt(at("00:00"))).toMatchObject({ start: at("00:00"), end: at("24:00") });
    expect(await scene.touching("00:00")).toBe(24);
    expect(await scene.rows("00:00")).toHaveLength(24 * 60);
  });

  it("A3, B2, C5: one delivery of three hours: three datasets", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "13:00");
    expect(await scene.builds()).toEqual(["10:00", "11:00", "12:00"]);
    for (const hour of ["10:00", "11:00", "12:00"]) expect(await scene.touching(hour)).toBe(1);
  });

  it("A4, C6: a hole of a quarter of an hour: only the whole window", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "10:30");
    await scene.comes("10:45", "11:00");
    await scene.comes("11:00", "12:00");
    expect(await scene.builds()).toEqual(["11:00"]);
    expect(await scene.state("10:00")).toBe("waiting");
    expect(await scene.touching("10:00")).toBe(2);
  });

  it("A5, C7: subject-to-change 2 h, 90 minutes ago: nothing yet; fault 10: built when its time has come, without another event", async () => {
    const scene = await Scene.open({ subjectToChange: 2 * HOUR, now: at("11:30") });
    await scene.comes("10:00", "11:00");
    expect(await scene.builds()).toEqual([]);
    expect(await scene.shown("10:00")).toMatchObject({ state: "settling", lookAgainAt: at("13:00") + 1 });
    scene.history.setClock(at("13:00"));
    expect(await scene.builds()).toEqual([]);
    scene.history.setClock(at("13:00") + 1);
    expect(await scene.builds()).toEqual(["10:00"]);
  });

  it("A6, B3: the next hour leaves the first one alone", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    await scene.builds();
    await scene.comes("11:00", "12:00");
    expect(await scene.builds()).toEqual(["11:00"]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual([]);
    expect(scene.revisions("10:00")).toEqual([1]);
  });

  it("A7: a delivery over both: the first is built again, after its quiet time", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    await scene.builds();
    await scene.comes("10:30", "12:00", [row("10:40", "S2"), row("11:10", "S2")]);
    expect(await scene.builds()).toEqual(["11:00"]);
    scene.passes(MINUTE);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(scene.revisions("10:00")).toEqual([1, 2]);
  });

  it("A8: halves in any order: each window once, when it is whole", async () => {
    const scene = await Scene.open();
    await scene.comes("10:30", "11:30");
    expect(await scene.builds()).toEqual([]);
    await scene.comes("10:00", "10:30");
    expect(await scene.builds()).toEqual(["10:00"]);
    await scene.comes("11:30", "12:00");
    expect(await scene.builds()).toEqual(["11:00"]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual([]);
  });

  it("A9, C12: subject-to-change 0, the missing beginning comes last and overlaps: built once, from three deliveries", async () => {
    const scene = await Scene.open({ subjectToChange: 0 });
    await scene.comes("10:09", "10:30");
    expect(await scene.builds()).toEqual([]);
    await scene.comes("10:30", "11:00");
    expect(await scene.builds()).toEqual([]);
    await scene.comes("10:00", "10:20");
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.touching("10:00")).toBe(3);
    expect(await scene.rows("10:00")).toHaveLength(60);
  });

  it("A10, C9, C10: an event judges the windows it names; earlier ones are found by their own time, none is lost", async () => {
    const scene = await Scene.open();
    await scene.comes("08:00", "08:30");
    await scene.comes("08:30", "09:00");
    await scene.comes("10:00", "11:00");
    expect(scene.history.windows().map(({ start }) => start)).toEqual([at("08:00"), at("10:00")]);
    expect(await scene.builds()).toEqual(["08:00", "10:00"]);
  });
});

describe("coordinator", () => {
  it("C1, C2, C3: a delivery is recorded, desired, and its window is due", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    expect(await scene.touching("10:00")).toBe(1);
    expect(await scene.shown("10:00")).toMatchObject({
      state: "queued",
      buildNow: true,
      work: { kind: "queued" },
    });
  });

  it("C8, B6: the same event again: nothing is owed", async () => {
    const scene = await Scene.open();
    const n = await scene.comes("10:00", "11:00");
    await scene.builds();
    const [judged] = [await scene.shown("10:00")];
    await scene.history.again(n, 0, false);
    const [command] = scene.history.errands;
    if (!command) throw new Error("a command was expected");
    await scene.history.run(command, "after");
    await scene.errands();
    scene.passes(HOUR);
    // Another command id with the same ordinal may take over as the generation; its rows are the same, so is the file.
    expect((await scene.builds()).filter((build) => build !== "10:00 verified")).toEqual([]);
    expect(scene.revisions("10:00")).toEqual([1]);
    expect(judged.state).toBe("built");
  });

  it("C11, B4: the older window is built first", async () => {
    const scene = await Scene.open();
    for (const hour of [12, 10, 11, 9]) await scene.comes(clock(hour), clock(hour + 1));
    expect(await scene.builds()).toEqual(["09:00", "10:00", "11:00", "12:00"]);
  });

  it("C13: a second delivery of a built window: owed again, from two deliveries", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    await scene.builds();
    await scene.comes("10:00", "11:00", [row("10:10", "S2")]);
    expect(await scene.state("10:00")).toBe("queued, stale");
    scene.passes(MINUTE);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(scene.history.builds.at(-1)?.plan.deliveries).toHaveLength(2);
  });

  it("C14, C15: incomplete windows are allowed: built once settled, shown incomplete", async () => {
    const scene = await Scene.open({ policy: BUILD_AFTER });
    await scene.comes("10:00", "10:30");
    await scene.comes("10:45", "11:00");
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.state("10:00")).toBe("incomplete");
    expect((await scene.shown("10:00")).coverage.share).toBeCloseTo(0.75, 12);
  });
});

describe("builder", () => {
  it("B1, B5, B8: built, published once, the built set recorded", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    await scene.builds();
    const facts = await scene.world.transactions.run((tx) =>
      scene.world.ledger.lockWindow(tx, scene.history.windowAt(at("10:00"))),
    );
    expect(facts.record?.builtHash).toMatch(/^[0-9a-f]{64}$/);
    expect(scene.published()).toBe(1);
  });

  it("B7, fault 23: a store that always fails: no file, tried again for ever, ever more seldom, at most every hour", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00");
    const waits: number[] = [];
    for (let attempt = 0; attempt < 14; attempt++) {
      expect(await scene.history.look(0, 0)).toBe(true);
      await scene.history.finish(0, "blind");
      const { retryAt, state } = await scene.shown("10:00");
      expect(state).toBe("failed");
      waits.push((retryAt ?? 0) - scene.history.now);
      expect(await scene.history.look(0, 0)).toBe(false);
      scene.history.setClock(retryAt ?? 0);
    }
    expect(scene.revisions("10:00")).toEqual([]);
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBe(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
  });
});

describe("worth adding", () => {
  it.each([
    ["exactly 1 s is no gap", "10:30:01", ["10:00"]],
    ["1.001 s is a gap", "10:30:01.001", []],
  ])("%s", async (_name, second, built) => {
    const scene = await Scene.open();
    await scene.comes("10:00", "10:30");
    await scene.comes(second, "11:00", []);
    expect(await scene.builds()).toEqual(built);
  });

  it("window end equal to the cutoff: not yet", async () => {
    const scene = await Scene.open({ now: at("12:00") });
    await scene.comes("10:00", "11:00");
    expect(await scene.builds()).toEqual([]);
    scene.passes(1);
    expect(await scene.builds()).toEqual(["10:00"]);
  });

  it("a delivery that touches a boundary, and one of zero length, claim nothing of the next window", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00", []);
    await scene.comes("12:00", "12:00", []);
    await scene.builds();
    expect(scene.built()).toEqual(["10:00 empty"]);
    expect([await scene.state("11:00"), await scene.state("12:00")]).toEqual(["nothing", "nothing"]);
  });

  it("a span that does not divide a day, and a window over midnight: cut at midnight, none missing", async () => {
    const scene = await Scene.open({ span: "PT7M" });
    await scene.comes("23:49", "2024-01-02T00:10");
    expect(await scene.builds()).toEqual(["23:49", "23:56", "2024-01-02T00:00", "2024-01-02T00:03"]);
    expect(await scene.rows("2024-01-02T00:00")).toHaveLength(3);
  });

  it("an empty payload: asked, nothing came", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00", []);
    expect(await scene.builds()).toEqual(["10:00 empty"]);
    expect(await scene.shown("10:00")).toMatchObject({ state: "empty", reason: "asked, and nothing came" });
    expect(scene.published()).toBe(0);
  });

  it("the same point twice with different values: the later row of a payload, the higher rank between payloads", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "11:00", [row("10:10", "S1", 1), row("10:10", "S1", 2)], {
      collectedAt: at("11:30"),
    });
    await scene.comes("10:00", "11:00", [row("10:10", "S1", 3, 4)], { collectedAt: at("11:00") });
    await scene.builds();
    expect(await scene.rows("10:00")).toMatchObject([{ a: 2, b: 4 }]);
  });

  it("fault 11: a rebuild with zero rows does not destroy a good file; all withdrawn makes it empty by a number of its own", async () => {
    const scene = await Scene.open();
    const n = await scene.comes("10:00", "11:00");
    await scene.builds();
    await scene.history.withdraw(n, true);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00 empty"]);
    await scene.history.withdraw(n, false);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(scene.revisions("10:00")).toEqual([1, 2, 3]);
  });

  it("two events at the same time, both judged by two workers: one build from both", async () => {
    const scene = await Scene.open();
    scene.history.deliver({
      start: at("10:00"),
      end: at("11:00"),
      priority: 0,
      collectedAt: 0,
      rows: [row("10:10")],
    });
    scene.history.deliver({
      start: at("10:00"),
      end: at("11:00"),
      priority: 0,
      collectedAt: 0,
      rows: [row("10:20")],
    });
    await Promise.all([...scene.history.errands].map((errand) => scene.history.run(errand, undefined)));
    await Promise.all([...scene.history.errands].map((errand) => scene.history.run(errand, undefined)));
    await Promise.all([scene.history.look(0, 0), scene.history.look(0, 1)]);
    await Promise.all([scene.history.finish(0, "commit"), scene.history.finish(1, "commit")]);
    expect(scene.built()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toHaveLength(2);
  });

  it("fault 26: desired deliveries are never lost, however many are judged at once", async () => {
    const scene = await Scene.open();
    for (let i = 0; i < 20; i++) {
      const payload = { start: at("10:00"), end: at("11:00"), priority: 0, collectedAt: i };
      scene.history.deliver({ ...payload, rows: [row("10:10", `S${i}`)] });
    }
    await Promise.all([...scene.history.errands].map((errand) => scene.history.run(errand, undefined)));
    await scene.errands();
    await scene.builds();
    expect(await scene.rows("10:00")).toHaveLength(20);
  });
});
