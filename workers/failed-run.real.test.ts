import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ARCHIVE_DAY } from "../e2e/archive-folder";
import type { ArchiveServer } from "../e2e/archive-server";
import { systemClock } from "../server/adapters/system/clock";
import { DAY, parseInstant } from "../server/observation/time";
import type { RunView } from "../server/ports/run-view";
import { type ArchiveLine, openArchiveLine } from "./archive-line.testing";
import { isQuiet, type TestLine } from "./line.testing";

const START = parseInstant(ARCHIVE_DAY) ?? Number.NaN;
const name = "sensor_community";

describe("a run that fails, on the whole line against an archive", () => {
  let archive: ArchiveLine;
  let server: ArchiveServer;
  let line: TestLine;

  beforeAll(async () => {
    archive = await openArchiveLine();
    ({ server, line } = archive);
  });
  afterEach(() => server.mend());
  afterAll(() => archive.close());

  const ask = async (requestKey: string, start = START) => {
    const range = { start, end: start + DAY };
    return (await line.runtime.verbs.runSource({ name, ...range, requestKey })).runId;
  };
  const runOf = async (id: string): Promise<RunView> => {
    const { items } = await line.runtime.views.runs({ source: name, limit: 50 });
    return items.find((run) => run.id === id) ?? expect.fail(`no run ${id}`);
  };
  /** @returns the run as it was seen in that state: a moment later it may be tried again, and shows no error while it runs */
  const reaches = async (id: string, state: RunView["state"], attempts = 1): Promise<RunView> => {
    let run = await runOf(id);
    const reached = async () => {
      run = await runOf(id);
      return run.state === state && run.attempts >= attempts;
    };
    await line.until(reached, `run ${state} after ${attempts} attempts`);
    return run;
  };
  const deliveries = async () => (await line.runtime.views.ingests({ limit: 50 })).items;
  const dead = () => line.runtime.inbox.deadLetters(50, 0);

  it("while the service fails is shown as failed with its words, claims nothing, and is done when the service is back", async () => {
    server.fail(ARCHIVE_DAY, { kind: "status", status: 500 });
    const id = await ask("500");
    expect(await reaches(id, "failed")).toMatchObject({
      error: expect.stringMatching(/500/),
      failedCheck: "protocol",
      rows: undefined,
    });
    expect(await deliveries()).toEqual([]);
    expect((await line.runtime.views.windows({ limit: 5 })).items).toEqual([]);
    expect(await dead()).toEqual([]);
    server.mend();
    // Three sensors, a row every ten minutes.
    expect(await reaches(id, "done", 2)).toMatchObject({
      error: undefined,
      failedCheck: undefined,
      rows: 432,
    });
    await line.until(async () => (await deliveries()).length === 1 && (await isQuiet(line)), "the delivery");
    const windows = (await line.runtime.views.windows({ dataset: "sensor.community", limit: 50 })).items;
    expect(windows).toHaveLength(24);
    expect(new Set(windows.map(({ state }) => state))).toEqual(new Set(["built"]));
  });

  it("says everywhere at which check, and what to do, until it is done", async () => {
    server.fail(ARCHIVE_DAY, { kind: "status", status: 403 });
    const id = await ask("403");
    // Who is blocked waits for an hour: it stays failed meanwhile.
    expect(await reaches(id, "failed")).toMatchObject({ failedCheck: "permission" });
    const { verbs, views, catalog } = line.runtime;
    const said = {
      failedCheck: "permission",
      todo: expect.stringMatching(/whether this machine is blocked/),
    };
    expect((await verbs.listRuns(name, 1))[0]).toMatchObject({ id, ...said });
    expect((await verbs.showSource(name)).lastRun).toMatchObject({ id, ...said });
    expect((await verbs.status()).failures).toMatchObject([{ what: "run", subject: name, ...said }]);
    expect((await views.home()).failures).toMatchObject([{ what: "run", ...said }]);
    expect(await catalog.run(id)).toMatchObject({ failedCheck: "permission" });
    // It was no probe.
    expect(await verbs.sourceHealth(name)).toMatchObject({ health: "never tried" });
    server.mend();
    await verbs.tryRunNow({ id });
    expect(await reaches(id, "done", 2)).toMatchObject({ error: undefined, failedCheck: undefined });
    expect((await verbs.listRuns(name, 1))[0]).toMatchObject({ id, failedCheck: null, todo: null });
    expect((await verbs.showSource(name)).lastRun).toMatchObject({ failedCheck: null, todo: null });
    expect((await views.home()).failures).toEqual([]);
  });

  it("on one file asks anew for that file alone", async () => {
    server.fail(/sensor_4712/, { kind: "status", status: 500 });
    const id = await ask("one file");
    expect((await reaches(id, "failed")).error).toMatch(/sensor_4712.*500/);
    const asked = (part: string) =>
      [...server.requests].filter(([each]) => each.includes(part)).reduce((sum, [, n]) => sum + n, 0);
    const others = asked("sensor_4711");
    server.mend();
    await reaches(id, "done", 2);
    expect(asked("sensor_4711")).toBe(others);
  });

  it("for a day that is not published yet is tried again, and claims nothing", async () => {
    const open =
      "SELECT 1 FROM inbox WHERE settled_at IS NULL UNION ALL SELECT 1 FROM outbox WHERE published_at IS NULL";
    await line.until(
      async () => (await line.db.rows(undefined, open)).length === 0,
      "what the runs before brought",
    );
    const before = (await deliveries()).length;
    const id = await ask("young", Math.floor(systemClock.now() / DAY) * DAY - DAY);
    expect(await reaches(id, "failed", 2)).toMatchObject({
      error: expect.stringMatching(/not published yet/),
      failedCheck: "nothing new",
    });
    expect(await dead()).toEqual([]);
    expect(await deliveries()).toHaveLength(before);
  });

  it("for an old day that the archive does not have is done without rows: an empty answer is an answer", async () => {
    const id = await ask("missing", START - 30 * DAY);
    expect(await reaches(id, "done")).toMatchObject({ rows: 0 });
    await line.until(
      async () => (await deliveries()).some(({ start, rows }) => start === START - 30 * DAY && rows === 0),
      "the empty delivery",
    );
  });

  it("for good is refused with its words, stands among the dead letters, and is done when replayed after the repair", async () => {
    const source = await line.runtime.catalog.source(name);
    const save = (config: unknown) =>
      line.runtime.transactions.run((tx) => line.runtime.catalog.saveSource(tx, { ...source, config }));
    await save({ base_url: "nowhere" });
    const id = await ask("wrong configuration");
    expect(await reaches(id, "refused")).toMatchObject({
      error: expect.stringMatching(/configuration of source "sensor_community" is wrong: base_url/),
      // Nobody outside was asked.
      failedCheck: undefined,
    });
    await line.until(async () => (await dead()).length === 1, "the dead letter");
    expect(await line.runtime.verbs.listDeadLetters({ limit: 5 })).toMatchObject([
      { id, queue: "ionbeam.source.sensor_community.start", reason: expect.stringMatching(/base_url/) },
    ]);
    expect(await line.runtime.verbs.status()).toMatchObject({ deadLetters: 1 });
    await save(source.config);
    expect(await line.runtime.verbs.replayDeadLetters({ id })).toBe(1);
    expect(await reaches(id, "done")).toMatchObject({ error: undefined, rows: 432 });
    expect(await dead()).toEqual([]);
  });
});
