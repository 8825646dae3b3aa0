import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { type Copied, syncFile } from "./objects";

/** Rows of one statement: by number, and so that a few long ones do not fill the memory. */
const BATCH_LINES = 2_000;
const BATCH_CHARS = 4_000_000;

/** Writes lines as gzip, durably. @returns hash and size of the compressed file, and how many lines it holds */
export async function writeLines(
  file: string,
  batches: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): Promise<Copied & { readonly lines: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  let lines = 0;
  async function* texts(): AsyncGenerator<string> {
    for await (const batch of batches) {
      lines += batch.length;
      if (batch.length > 0) yield `${batch.join("\n")}\n`;
    }
  }
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
  await pipeline(Readable.from(texts()), createGzip({ level: 6 }), count, target);
  await syncFile(file);
  return { sha256: hash.digest("hex"), bytes, lines };
}

/**
 * Lines of a gzip file in batches. Only a line feed ends a line: readline would also cut at U+2028, which a JSON text may hold.
 */
export async function* readLines(file: string): AsyncGenerator<readonly string[]> {
  const source = createReadStream(file);
  const text = createGunzip();
  source.on("error", (error) => text.destroy(error));
  const decoder = new TextDecoder();
  let rest = "";
  let batch: string[] = [];
  let chars = 0;
  try {
    for await (const chunk of source.pipe(text)) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        batch.push(line);
        chars += line.length;
        if (batch.length < BATCH_LINES && chars < BATCH_CHARS) continue;
        yield batch;
        batch = [];
        chars = 0;
      }
    }
    if (batch.length > 0) yield batch;
  } finally {
    source.destroy();
    text.destroy();
  }
}
