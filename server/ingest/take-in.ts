import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Invalid, Transient } from "../errors";
import type { Files } from "../ports/files";
import type { IngestDataCommand } from "../source/messages";

export interface TakeInPorts {
  readonly files: Files;
  /** Why no foreign payload may be copied in now, in words; undefined, or absent, while there is room. */
  readonly noRoom?: () => string | undefined;
}

/** How often a foreign payload that waits for room is looked at again. */
const ROOM_EVERY_MS = 30_000;

export interface TakenIn {
  /** It lay in our own store before it was named to us. */
  readonly own: boolean;
  readonly key: string;
  readonly path: string;
  /** Reads the whole file, unless that has been done. */
  readonly content: () => Promise<FileContent>;
}

interface FileContent {
  readonly sha256: string;
  readonly bytes: number;
}

/** A path that DuckDB could take for a pattern. */
const PATTERN = /[*?[\]{}]/;

/**
 * A payload outside our own store's payloads is copied in before it is ingested: what else stands in the store has another life.
 * @throws Invalid when there is none. @throws Transient when it cannot be read or copied now
 */
export async function takeIn(
  command: IngestDataCommand,
  ports: TakeInPorts,
  signal: AbortSignal,
): Promise<TakenIn> {
  const location = command.payload_location;
  await checkFile(location);
  const own = ports.files.keyOf(location);
  const ours = own?.startsWith("payloads/") ?? false;
  if (own !== undefined && ours && !PATTERN.test(own)) {
    const path = ports.files.location(own);
    return { own: ours, key: own, path, content: () => hashFile(path, signal) };
  }
  const { sha256, bytes } = await hashFile(location, signal);
  const key = `payloads/${command.metadata.dataset.name}/${sha256}.parquet`;
  const path = ports.files.location(key);
  if (!(await ports.files.exists(key))) {
    const reason = ports.noRoom?.();
    if (reason !== undefined) throw new Transient(reason, { everyMs: ROOM_EVERY_MS });
    await ports.files.copyIn(location, key);
    if ((await hashFile(path, signal)).sha256 !== sha256) {
      await ports.files.remove(key);
      throw new Transient(`the payload ${location} changed while it was read`);
    }
  }
  return { own: ours, key, path, content: async () => ({ sha256, bytes }) };
}

/**
 * A pipe would be waited for, and a device read, for ever.
 * @throws Invalid for what is no file. @throws Transient when it cannot be looked at now
 */
async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((error) => raiseUnreadable(error, path));
  if (found.isDirectory()) raiseUnreadable({ code: "EISDIR" }, path);
  if (!found.isFile())
    throw new Invalid(
      `there is no payload at ${path}, but a pipe or a device: write a file there and replay this message`,
    );
}

async function hashFile(path: string, signal: AbortSignal): Promise<FileContent> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { signal })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    raiseUnreadable(error, path);
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** What no waiting will make a file of. */
const NO_FILE = ["ENOENT", "EISDIR", "ENOTDIR", "ENAMETOOLONG", "ELOOP"];

function raiseUnreadable(error: unknown, path: string): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && NO_FILE.includes(code)) {
    throw new Invalid(`there is no payload at ${path}: write it there and replay this message`, {
      cause: error,
    });
  }
  throw new Transient(`the payload ${path} cannot be read now (${code})`, { cause: error });
}
