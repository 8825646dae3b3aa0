import { randomUUID } from "node:crypto";
import { constants, rmSync, statSync } from "node:fs";
import { copyFile, mkdir, open, opendir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Invalid, NotFound, Transient } from "../../errors";
import { failPoint } from "../../fail-point";
import type { Files, OpenFile } from "../../ports/files";

const KEY = /^(?!\/|\.scratch(\/|$))(?!.*(^|\/)\.{1,2}(\/|$))(?!.*\/\/)[^\0\\]*[^\0\\/]$/s;

/** How the names begin that `scratch` gives. */
const ATTEMPT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/;

/** Room is a matter of the machine, not of the data: these are tried again. */
const PASSING = new Set(["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE", "EBUSY", "EROFS"]);

/** Files in a local folder. What stands under a key is complete: written elsewhere, fsynced, renamed, and the folder fsynced. */
export class FolderFiles implements Files {
  private readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  location(key: string): string {
    if (!KEY.test(key)) throw new Invalid(`"${key}" is not a key of the file store`);
    return path.join(this.root, key);
  }

  keyOf(location: string): string | undefined {
    const relative = path.relative(this.root, path.resolve(location));
    const key = relative.split(path.sep).join("/");
    return key !== "" && KEY.test(key) ? key : undefined;
  }

  async scratch(name: string): Promise<string> {
    const folder = path.join(this.root, ".scratch");
    await guarded(mkdir(folder, { recursive: true }), folder);
    return path.join(folder, `${randomUUID()}-${name.replaceAll(/[^A-Za-z0-9._-]+/g, "_")}`);
  }

  /** Removes what a killed process left unfinished. Folders under a name of their own are kept: they are caches, which look after themselves. */
  async emptyScratch(): Promise<void> {
    const folder = path.join(this.root, ".scratch");
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const unfinished = entries.filter((entry) => entry.isFile() || ATTEMPT.test(entry.name));
    for (const { name } of unfinished) await rm(path.join(folder, name), { recursive: true, force: true });
  }

  async adopt(localPath: string, key: string): Promise<void> {
    const target = this.location(key);
    await guarded(this.settle(localPath, target), key);
  }

  async copyIn(location: string, key: string): Promise<void> {
    const scratch = await this.scratch(path.basename(key));
    try {
      await guarded(copyFile(location, scratch, constants.COPYFILE_FICLONE), location);
      await this.adopt(scratch, key);
    } finally {
      await rm(scratch, { force: true });
    }
  }

  async put(key: string, bytes: Uint8Array | string): Promise<void> {
    const scratch = await this.scratch(path.basename(key));
    const file = await guarded(open(scratch, "wx"), key);
    try {
      await guarded(file.writeFile(bytes), key);
      await this.adopt(scratch, key);
    } finally {
      await file.close();
      await rm(scratch, { force: true });
    }
  }

  async open(key: string): Promise<OpenFile> {
    const file = await guarded(open(this.location(key), "r"), key);
    const found = await file.stat();
    if (!found.isFile()) {
      await file.close();
      throw new NotFound(`there is no file ${key}`);
    }
    const { size } = found;
    return {
      byteLength: size,
      slice: async (start, end) => {
        const length = Math.max(0, Math.min(end, size) - start);
        const { buffer, bytesRead } = await guarded(file.read(Buffer.alloc(length), 0, length, start), key);
        return buffer.subarray(0, bytesRead);
      },
      close: () => file.close(),
    };
  }

  async read(key: string): Promise<Uint8Array> {
    return guarded(readFile(this.location(key)), key);
  }

  async exists(key: string): Promise<boolean> {
    const found = await stat(this.location(key)).catch(() => undefined);
    return found?.isFile() ?? false;
  }

  async *list(prefix: string): AsyncIterable<string> {
    const folder = path.join(this.root, path.posix.dirname(`${prefix}x`));
    for await (const location of filesBelow(folder)) {
      const key = this.keyOf(location);
      if (key?.startsWith(prefix)) yield key;
    }
  }

  async facts(key: string): Promise<{ bytes: number; modifiedAt: number } | undefined> {
    const found = await stat(this.location(key)).catch(() => undefined);
    return found?.isFile() ? { bytes: found.size, modifiedAt: modifiedAt(found) } : undefined;
  }

  async removeUnchanged(key: string, since: number): Promise<boolean> {
    const location = this.location(key);
    // Asked and removed without anything of this process in between: what is written again meanwhile is another file.
    const found = statSync(location, { throwIfNoEntry: false });
    if (!found?.isFile() || modifiedAt(found) !== since) return false;
    rmSync(location);
    return true;
  }

  async remove(key: string): Promise<void> {
    await guarded(rm(this.location(key), { force: true }), key);
  }

  /** fsync the bytes, rename, fsync the folder: after this a power cut cannot take it back. */
  private async settle(from: string, to: string): Promise<void> {
    const folder = path.dirname(to);
    const made = await mkdir(folder, { recursive: true });
    // Opened for reading: a copy of a file that may not be written is itself one.
    const file = await open(from, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    failPoint("files.before-rename");
    await rename(from, to);
    failPoint("files.after-rename");
    await syncFolder(folder);
    // A new folder lasts only once the folder that holds it is fsynced too.
    for (let at = folder; made !== undefined && at.length >= made.length; at = path.dirname(at)) {
      await syncFolder(path.dirname(at));
    }
  }
}

function modifiedAt({ mtimeMs }: { readonly mtimeMs: number }): number {
  return Math.round(mtimeMs * 1000);
}

/** A folder that vanishes while it is listed holds nothing. What is being written (`.scratch`) is no part of the store. */
async function* filesBelow(folder: string): AsyncIterable<string> {
  const entries = await opendir(folder).catch(() => undefined);
  if (!entries) return;
  for await (const entry of entries) {
    const location = path.join(folder, entry.name);
    if (entry.isFile()) yield location;
    else if (entry.isDirectory() && entry.name !== ".scratch") yield* filesBelow(location);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Says by class what to do about an error of the file system. */
async function guarded<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR")
      throw new NotFound(`there is no file ${what}`, { cause: error });
    if (code === "ENOSPC")
      throw new Transient("the disk is full: make room, it goes on by itself", { cause: error });
    if (code !== undefined && PASSING.has(code))
      throw new Transient(`the disk did not do it (${code})`, { cause: error });
    throw error;
  }
}
