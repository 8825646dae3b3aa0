import { lstat, opendir, readlink } from "node:fs/promises";
import path from "node:path";

/** A file or link below the store's root. */
export type Found =
  | {
      readonly kind: "file";
      readonly key: string;
      readonly bytes: number;
      readonly modified: number;
      /** Names the content on this disk: two hard links share it. */
      readonly inode: string;
    }
  | { readonly kind: "link"; readonly key: string; readonly link: string };

/** What is being written, guards or hides something else is no part of the store. */
const PASSED_OVER = /^\.|\.lock$|\.unfinished$/;

/** What readers are shown is links to other files of the store, a generation of them each minute: it is made anew from the ledger (`showAgain`). */
const LINKS = /^projections\/[^/]+\/[^/]+\/(generations|served)$/;

/** Everything in the store, streamed. What vanishes while it is listed is not there. */
export async function* treeOf(root: string, below = ""): AsyncGenerator<Found> {
  const folder = await opendir(path.join(root, below)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!folder) return;
  for await (const entry of folder) {
    if (PASSED_OVER.test(entry.name)) continue;
    const key = below === "" ? entry.name : `${below}/${entry.name}`;
    if (LINKS.test(key)) continue;
    if (entry.isDirectory()) yield* treeOf(root, key);
    else {
      const found = await look(root, key);
      if (found) yield found;
    }
  }
}

/** One key. @returns undefined when nothing is there, or neither a file nor a link */
export async function look(root: string, key: string): Promise<Found | undefined> {
  const at = path.join(root, key);
  try {
    const found = await lstat(at);
    if (found.isSymbolicLink()) return { kind: "link", key, link: await readlink(at) };
    if (!found.isFile()) return undefined;
    const inode = `${found.dev}:${found.ino}`;
    return { kind: "file", key, bytes: found.size, modified: found.mtimeMs, inode };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
