import { statfs } from "node:fs/promises";

/** Bytes of the disk of a folder: free ones as programs without privileges may use them, and all. Undefined for a disk that does not tell. */
export async function freeSpace(folder: string): Promise<{ free: number; total: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return undefined;
  }
}
