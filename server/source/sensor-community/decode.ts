import { constants, createGunzip, gunzipSync } from "node:zlib";

/** A file's text, and what was wrong with its bytes. */
export interface Decoded {
  readonly text: string;
  readonly damage: string | undefined;
}

/** No day file of one sensor comes near; a stream that grows past it is not one. */
const LARGEST = 256 * 1024 * 1024;

/**
 * Bytes as fetched to text. Whether they are compressed is told by their first two bytes (RFC 1952 2.3.1), not by name or header: names change once a
 * year is over and proxies decode. Of a damaged stream what comes out before the fault is taken.
 */
export async function decode(bytes: Uint8Array): Promise<Decoded> {
  const { content, damage } = await plain(bytes);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(content), damage };
  } catch {
    const words = damage ?? "not UTF-8";
    return { text: new TextDecoder("utf-8").decode(content), damage: words };
  }
}

async function plain(bytes: Uint8Array): Promise<{ content: Uint8Array; damage: string | undefined }> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { content: bytes, damage: undefined };
  try {
    return { content: gunzipSync(bytes, { maxOutputLength: LARGEST }), damage: undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { content: await readable(bytes), damage: `the compressed file is damaged: ${reason}` };
  }
}

/** Small enough that little is lost with the step in which the fault is met. */
const STEP = 64;

function readable(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    const finish = () => resolve(Buffer.concat(chunks));
    gunzip.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > LARGEST) gunzip.destroy();
      else chunks.push(chunk);
    });
    gunzip.on("end", finish);
    gunzip.on("error", finish);
    gunzip.on("close", finish);
    for (let at = 0; at < bytes.length; at += STEP) gunzip.write(bytes.subarray(at, at + STEP));
    gunzip.end();
  });
}
