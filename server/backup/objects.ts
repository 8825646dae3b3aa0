import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { NAMES } from "./model";

/** What a copy found. */
export interface Copied {
  readonly sha256: string;
  readonly bytes: number;
}

/** Copies a file durably under a name of its own, for its owner's eyes unless `mode` says otherwise, and says what it read. @returns undefined when there is no such file (any more) */
export async function copyHashed(
  from: string,
  to: string,
  options: { readonly signal?: AbortSignal | undefined; readonly mode?: number } = {},
): Promise<Copied | undefined> {
  const hash = createHash("sha256");
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const { signal, mode = 0o600 } = options;
    await pipeline(createReadStream(from), count, createWriteStream(to, { flags: "wx", mode }), { signal });
    await syncFile(to);
    return { sha256: hash.digest("hex"), bytes };
  } catch (error) {
    await rm(to, { force: true });
    const { code, path: where } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && where === from) return undefined;
    throw error;
  }
}

export async function syncFile(file: string): Promise<void> {
  // Opened for reading: what may not be written is fsynced as well.
  const handle = await open(file, "r");
  await handle.sync().finally(() => handle.close());
}

/** The contents of files by their SHA-256: what two backups have in common lies here once. */
export class Objects {
  private readonly root: string;
  private readonly folders = new Set<string>();

  constructor(folder: string) {
    this.root = path.join(folder, NAMES.objects);
  }

  pathOf(sha256: string): string {
    return path.join(this.root, sha256.slice(0, 2), sha256);
  }

  /** Name of an object in the folder of backups, for people. */
  nameOf(sha256: string): string {
    return `${NAMES.objects}/${sha256.slice(0, 2)}/${sha256}`;
  }

  /** Whether the object is there with its whole length; its bytes were checked when it was written. */
  async has(sha256: string, bytes: number): Promise<boolean> {
    const found = await stat(this.pathOf(sha256)).catch(() => undefined);
    return found?.isFile() === true && found.size === bytes;
  }

  /** Takes a copy of a file. @returns undefined when there is no such file (any more) */
  async put(file: string, signal?: AbortSignal): Promise<Copied | undefined> {
    const unfinished = path.join(this.root, `.${randomUUID()}.unfinished`);
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const copied = await copyHashed(file, unfinished, { signal });
    if (!copied) return undefined;
    if (await this.has(copied.sha256, copied.bytes)) {
      await rm(unfinished);
      return copied;
    }
    const target = this.pathOf(copied.sha256);
    const folder = path.dirname(target);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(unfinished, target);
    this.folders.add(folder);
    return copied;
  }

  /** After this a power cut takes no object back. */
  async settle(): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    for (const folder of [...this.folders, this.root]) await syncFile(folder);
    this.folders.clear();
  }

  /** Removes what no backup names, and what a killed one left. @returns how many objects went */
  async keepOnly(named: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    for (const entry of await readdir(this.root, { withFileTypes: true }).catch(() => [])) {
      const at = path.join(this.root, entry.name);
      if (entry.name.endsWith(".unfinished")) await rm(at, { force: true });
      if (!entry.isDirectory()) continue;
      for (const name of await readdir(at)) {
        if (named.has(name)) continue;
        await rm(path.join(at, name), { force: true });
        removed += 1;
      }
    }
    return removed;
  }
}
