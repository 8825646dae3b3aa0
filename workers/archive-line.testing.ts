import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { writeArchive } from "../e2e/archive-folder";
import { type ArchiveServer, startArchiveServer } from "../e2e/archive-server";
import { openTestLine, type TestLine } from "./line.testing";

/** A line that has started, and the archive that its source `sensor_community` asks. */
export interface ArchiveLine {
  readonly line: TestLine;
  readonly server: ArchiveServer;
  /** What the archive serves. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Opens one without schedules. @param more YAML of other sources, indented below `sources:` */
export async function openArchiveLine(more = ""): Promise<ArchiveLine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-archive-"));
  const server = await startArchiveServer(writeArchive(folder));
  const line = await openTestLine(
    `sources:\n  sensor_community:\n    base_url: ${server.url}\n${more}  scheduler:\n    windows: []\n`,
  );
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  return {
    line,
    server,
    folder,
    async close() {
      await line.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
