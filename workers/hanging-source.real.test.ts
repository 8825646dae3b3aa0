import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ARCHIVE_DAY, writeArchive } from "../e2e/archive-folder";
import { type ArchiveServer, startArchiveServer } from "../e2e/archive-server";
import { DAY, HOUR, parseInstant } from "../server/observation/time";
import { openTestLine, type TestLine } from "./line.testing";

const START = parseInstant(ARCHIVE_DAY) ?? Number.NaN;
/** More than all workers of the line together. */
const RUNS = 16;

let folder: string;
let server: ArchiveServer;
let line: TestLine;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-archive-"));
  server = await startArchiveServer(writeArchive(folder));
  line = await openTestLine(
    `sources:\n  sensor_community:\n    base_url: ${server.url}\n  ioncannon:\n    num_stations: 2\n    late_share: 0\n  scheduler:\n    windows: []\n`,
  );
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 1, "the first content");
});
afterAll(async () => {
  await line.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

it("a vendor who hangs, with more runs queued than there are workers, holds one of them, and all else goes on", async () => {
  server.fail(/./, { kind: "hang" });
  const { verbs, views } = line.runtime;
  const runs = async (source: string) => (await views.runs({ source, limit: 50 })).items;
  for (let i = 0; i < RUNS; i += 1) {
    await verbs.runSource({
      name: "sensor_community",
      start: START,
      end: START + DAY,
      requestKey: `hang ${i}`,
    });
  }
  const running = async () => (await runs("sensor_community")).filter(({ state }) => state === "running");
  await line.until(async () => (await running()).length > 0, "the run that hangs");
  await verbs.runSource({ name: "ioncannon", start: START, end: START + HOUR, requestKey: "beside it" });
  await line.until(
    async () => (await views.windows({ dataset: "ioncannon", limit: 5 })).items[0]?.state === "built",
    "the other source's window",
    45_000,
  );
  expect(await running()).toHaveLength(1);
});
