import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsOn, QUIET_YAML } from "./cli.testing";
import { openTestLine, type TestLine } from "./line.testing";

describe("ionbeam schedule, and what is asked of one run", () => {
  let line: TestLine;
  const { ask, json } = commandsOn(() => line);

  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  });
  afterAll(() => line.close());

  it("adds, changes, turns off and removes, and says what each means", async () => {
    const added = await json("schedule", "add", "ioncannon", "--size", "PT4M", "--every", "P1D");
    expect(added.effect.join(" ")).toMatch(/23 h 56 min are not asked for/);
    const set = ["schedule", "set", "ioncannon", added.id, "--size", "P1D", "--every", "P1D"];
    const changed = await json(...set);
    expect(changed.id).not.toBe(added.id);
    expect((await ask(...set)).code).toBe(4);
    await json("schedule", "disable", "ioncannon", changed.id);
    expect(await json("schedule", "list", "ioncannon")).toMatchObject([
      { id: changed.id, windowSize: "P1D", interval: "P1D", lag: "PT0S", enabled: false, next: null },
    ]);
    await json("schedule", "remove", "ioncannon", changed.id);
    expect(await json("schedule", "list", "ioncannon")).toEqual([]);
  });

  it("refuses what is no schedule and what is no run", async () => {
    const { code, err } = await ask("schedule", "add", "ioncannon", "--size", "PT0S", "--every", "PT1H");
    expect([code, err]).toEqual([2, expect.stringContaining("longer than nothing")]);
    expect((await ask("source", "cancel", "00000000-0000-5000-8000-000000000000")).code).toBe(3);
  });

  it("asks for a run that is over again, and cancels none that is done", async () => {
    const range = ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-02T01:00:00Z"];
    const { runId } = await json("source", "run", "ioncannon", ...range);
    const state = async (id: string) => (await line.runtime.views.run(id)).state;
    await line.until(async () => (await state(runId)) === "done", "the run");
    const { code, err } = await ask("source", "cancel", runId);
    expect([code, err]).toEqual([4, expect.stringContaining("done already")]);
    const again = await json("source", "again", runId, "--key", "once");
    expect(await json("source", "again", runId, "--key", "once")).toEqual(again);
    await line.until(async () => (await state(again.runId)) === "done", "the run again");
  });
});
