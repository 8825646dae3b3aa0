import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startArchiveServer } from "../../../e2e/archive-server";
import { DAY, parseInstant } from "../../observation/time";
import type { SourceTrial } from "../testing";

/** An archive that has moved the day into its year's folder: the day's files are those among the fixtures, and one that is none. */
export async function open(): Promise<SourceTrial> {
  const archive = await mkdtemp(path.join(os.tmpdir(), "sensor-community-trial-"));
  const day = path.join(archive, "2022", "2022-01-01");
  const fixtures = path.join(import.meta.dirname, "fixtures");
  for (const entry of await readdir(fixtures, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.startsWith("2022-01-01_")) continue;
    await cp(path.join(entry.parentPath, entry.name), path.join(day, entry.name));
  }
  await cp(import.meta.filename, path.join(day, "measurements.txt"));
  const server = await startArchiveServer(archive);
  const start = parseInstant("2022-01-01T00:00:00Z") ?? Number.NaN;
  return {
    config: { base_url: server.url },
    range: { start, end: start + DAY },
    close: async () => {
      await server.close();
      await rm(archive, { recursive: true, force: true });
    },
  };
}
