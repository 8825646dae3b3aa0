import { afterAll, beforeAll, expect, it } from "vitest";
import { ARCHIVE_DAY } from "../e2e/archive-folder";
import { DAY, HOUR, parseInstant } from "../server/observation/time";
import { type ArchiveLine, openArchiveLine } from "./archive-line.testing";

const START = parseInstant(ARCHIVE_DAY) ?? Number.NaN;
/** More than all workers of the line together. */
const RUNS = 16;

let archive: ArchiveLine;
beforeAll(async () => {
  archive = await openArchiveLine("  ioncannon:\n    num_stations: 2\n    late_share: 0\n");
});
afterAll(() => archive.close());

it("a vendor who hangs, with more runs queued than there are workers, holds one of them, and all else goes on", async () => {
  const { line, server } = archive;
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
    // The run that hangs is given up after four times a minute: what waited for it would come later than this.
    200_000,
  );
  expect(await running()).toHaveLength(1);
});
