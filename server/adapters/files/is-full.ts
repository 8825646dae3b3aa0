import { statfsSync } from "node:fs";

/** PostgreSQL's next file of its journal: without room for it, it stops. */
const NEEDED_BYTES = 16 * 1024 * 1024;

/** Whether the disk of a folder has no room for work. A disk that does not tell is not full. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < NEEDED_BYTES;
  } catch {
    return false;
  }
}
