import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ARCHIVE_DAY } from "../e2e/archive-folder";
import type { ArchiveServer } from "../e2e/archive-server";
import { Conflict } from "../server/errors";
import { DAY, parseInstant } from "../server/observation/time";
import type { RunView } from "../server/ports/run-view";
import { type ArchiveLine, openArchiveLine } from "./archive-line.testing";
import type { TestLine } from "./line.testing";

const START = parseInstant(ARCHIVE_DAY) ?? Number.NaN;
const name = "sensor_community";

describe("a run that somebody cancels, on the whole line against an archive", () => {
  let archive: ArchiveLine;
  let server: ArchiveServer;
  let line: TestLine;

  beforeAll(async () => {
    archive = await openArchiveLine();
    ({ server, line } = archive);
  });
  afterEach(() => server.mend());
  afterAll(() => archive.close());

  const ask = async (requestKey: string) =>
    (await line.runtime.verbs.runSource({ name, start: START, end: START + DAY, requestKey })).runId;
  const state = async (id: string) => (await line.runtime.views.run(id)).state;
  const reaches = (id: string, wanted: RunView["state"]) =>
    line.until(async () => (await state(id)) === wanted, `the run ${wanted}`);
  const cancel = (id: string) => line.runtime.verbs.cancelRun({ id });
  const again = async (id: string, requestKey: string) =>
    (await line.runtime.verbs.runAgain({ id, requestKey })).runId;
  /** What a cancelled run must not leave: commands, deliveries, open or dead messages. */
  const left = async (id: string) => {
    const [row] = await line.db.rows<{ commands: number; open: number }>(
      undefined,
      `SELECT (SELECT count(*) FROM outbox WHERE route = 'ionbeam.ingestion.ingestV1') AS commands,
         (SELECT count(*) FROM inbox WHERE id = $1::uuid AND (settled_at IS NULL OR dead_at IS NOT NULL)) AS open`,
      id,
    );
    const ingests = (await line.runtime.views.ingests({ limit: 5 })).items.length;
    return { ...row, ingests };
  };
  const NOTHING = { commands: 0, open: 0, ingests: 0 };

  it("while it runs is stopped, one that waits behind it at once, and neither leaves anything; run again, it is done", async () => {
    server.fail(/./, { kind: "hang" });
    const running = await ask("runs");
    await reaches(running, "running");
    const queued = await ask("waits");
    // At once where its message has come to the queue; else when it does.
    await cancel(queued);
    await reaches(queued, "cancelled");
    await expect(again(running, "too early")).rejects.toThrow(Conflict);
    await cancel(running);
    await reaches(running, "cancelled");
    expect([await left(running), await left(queued)]).toEqual([NOTHING, NOTHING]);
    // Asked for twice is asked for once.
    expect(await cancel(running)).toEqual({ state: "cancelled" });
    const audited = await line.runtime.verbs.listAudit({ what: "source cancel", limit: 10 });
    expect(audited).toHaveLength(2);
    server.mend();
    const fresh = await again(running, "again");
    expect(fresh).not.toBe(running);
    await reaches(fresh, "done");
    await line.until(
      async () => (await line.runtime.views.run(fresh)).ingest !== undefined,
      "what the new run brought",
    );
    expect((await line.runtime.views.run(fresh)).ingest).toMatchObject({ rows: 432, windowsInAll: 24 });
    expect(await state(running)).toBe("cancelled");
    await expect(cancel(fresh)).rejects.toThrow(/done already: what it brought is kept/);
    expect(await state(fresh)).toBe("done");
  });

  it("while it fails and is tried again is cancelled at once, and stays so when the service is back", async () => {
    server.fail(/./, { kind: "status", status: 500 });
    const id = await ask("fails");
    await line.until(async () => (await line.runtime.views.run(id)).retryAt !== undefined, "its next try");
    await cancel(id);
    await reaches(id, "cancelled");
    server.mend();
    const next = await ask("after it");
    await reaches(next, "done");
    expect(await state(id)).toBe("cancelled");
  });

  it("of a reprocess that collects again is cancelled with that", async () => {
    server.fail(/./, { kind: "hang" });
    const { verbs, views } = line.runtime;
    const { id } = await verbs.startReprocess({
      ranges: [{ dataset: "sensor.community", start: START, end: START + DAY }],
      behaviour: "all",
      depth: "collect",
      forced: false,
      newestFirst: false,
      requestKey: "collect again",
    });
    const running = async () =>
      (await views.runs({ source: name, limit: 5 })).items.filter((run) => run.state === "running");
    await line.until(async () => (await running()).length > 0, "its run");
    const [run] = await running();
    await verbs.cancelReprocess(id);
    await line.until(
      async () => (await verbs.showReprocess(id)).state === "cancelled",
      "the cancelled reprocess",
    );
    await reaches(run?.id ?? "", "cancelled");
    const windows = await verbs.listReprocessed(id, undefined, 50);
    expect(new Set(windows.map(({ outcome }) => outcome))).toEqual(new Set(["cancelled"]));
    expect(windows.map(({ reason }) => reason).join()).toContain("the run that collects it is cancelled");
  });

  it("goes on being cancelled after a kill in the middle", async () => {
    await line.kill();
    line.start("cancel.before-stop");
    server.fail(/./, { kind: "hang" });
    const id = await ask("killed");
    await reaches(id, "running");
    expect(await cancel(id)).toEqual({ state: "cancelling" });
    await line.died();
    expect(await state(id)).toBe("cancelling");
    line.start();
    await reaches(id, "cancelled");
  });
});
