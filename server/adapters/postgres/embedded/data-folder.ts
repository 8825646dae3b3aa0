import { existsSync } from "node:fs";
import { mkdir, open, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { Invalid } from "../../../errors";
import { explainFolder } from "./refusal";

/** A new cluster with its first segments of log takes about 60 MB; below the second figure PostgreSQL soon stops itself. */
const ROOM_NEW_BYTES = 200_000_000;
const ROOM_BYTES = 40_000_000;

/**
 * Makes the data folder and proves that it can be written, before anything depends on it.
 * @throws Invalid with a sentence that says what to do: a file in its path, no rights, a full or read-only disk.
 */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(path.join(dataDir, "logs"));
    const probe = path.join(dataDir, `.probe-${process.pid}`);
    try {
      const file = await open(probe, "w");
      await file
        .write(Buffer.alloc(65_536))
        .then(() => file.sync())
        .finally(() => file.close());
    } finally {
      await rm(probe, { force: true });
    }
    const { bavail, bsize } = await statfs(dataDir);
    const room = existsSync(path.join(dataDir, "postgresql")) ? ROOM_BYTES : ROOM_NEW_BYTES;
    if (bavail * bsize < room) {
      const free = Math.round((bavail * bsize) / 1_000_000);
      throw new Invalid(
        `The disk that holds ${dataDir} is full (${free} MB free, ${room / 1_000_000} MB needed): free some space. A line that runs goes on by itself; one that has ended is to be started again.`,
      );
    }
  } catch (error) {
    throw explainFolder(error, dataDir);
  }
}

/** mkdir's own `recursive` never ends where a file system refuses new folders with ENOENT (/proc), and hides EROFS. */
async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    const parent = path.dirname(folder);
    if (error.code !== "ENOENT" || parent === folder) throw error;
    await makeFolder(parent);
    await make();
  });
}
