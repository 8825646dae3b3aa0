import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** Hex SHA-256 of a file; undefined when there is none. @throws Error when it cannot be read */
export async function hashOf(location: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(location)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}

/** What tells whether a file was written or replaced since: not its content. @returns the same text while it was not; of no file, one of its own */
export async function fingerprint(location: string): Promise<string> {
  const found = await stat(location, { bigint: true }).catch(() => undefined);
  return found ? [found.dev, found.ino, found.size, found.mtimeNs].join(" ") : "none";
}
