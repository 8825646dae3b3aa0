import { randomBytes } from "node:crypto";
import { chown, link, mkdir, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Transient } from "../../errors";

const KEY_BYTES = 32;
/** Nobody takes this long from writing a key to linking it: who began it was killed. */
const LEFT_AFTER_MS = 60_000;

/** A file with one key of 32 bytes in base64. */
export class KeyFile {
  constructor(readonly path: string) {}

  /** @returns undefined where there is no file. @throws Transient where it cannot be read: the key is not lost by that */
  async read(): Promise<Buffer | undefined> {
    const text = await this.text();
    if (text === undefined) return undefined;
    const key = Buffer.from(text.trim(), "base64");
    if (key.length !== KEY_BYTES)
      throw new Transient(
        `${this.path} does not hold a key of ${KEY_BYTES} bytes in base64: bring it back as it was, or remove it, start again and enter all secrets anew`,
      );
    return key;
  }

  private async text(): Promise<string | undefined> {
    try {
      return await readFile(this.path, "utf8");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      throw new Transient(
        `the key of the secrets cannot be read: ${message}. See to it that ${this.path} can be read by who runs Ionbeam; work goes on by itself`,
        { cause: error },
      );
    }
  }

  /** The web and the worker may both come first: whoever links the name gives the key, and the file is whole from the start. */
  async make(): Promise<Buffer> {
    const folder = path.dirname(this.path);
    await mkdir(folder, { recursive: true });
    const unfinished = `${this.path}.${randomBytes(6).toString("hex")}`;
    await writeFile(unfinished, `${randomBytes(KEY_BYTES).toString("base64")}\n`, {
      mode: 0o600,
      flush: true,
    });
    try {
      await giveToOwner(unfinished, folder);
      await link(unfinished, this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      await rm(unfinished, { force: true });
    }
    await syncFolder(folder);
    const key = await this.read();
    if (key === undefined) throw new Transient(`${this.path} went away while it was made; it is tried again`);
    return key;
  }

  /** Removes what starts left behind that were killed while they made a key. */
  async clear(): Promise<void> {
    const folder = path.dirname(this.path);
    const begun = `${path.basename(this.path)}.`;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (!name.startsWith(begun) || !/^[0-9a-f]{12}$/.test(name.slice(begun.length))) continue;
      const file = path.join(folder, name);
      const left = await stat(file).catch(() => undefined);
      if (left && Date.now() - left.mtimeMs > LEFT_AFTER_MS) await rm(file, { force: true });
    }
  }
}

/** A key that root made would be of no use to the account that the server runs as. */
async function giveToOwner(file: string, folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await chown(file, uid, gid);
}

/** Without it a power cut may take the new name away again, and with it the key of what was sealed since. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
