import { constants, gunzipSync } from "node:zlib";
import { errorText } from "../../errors";

/** A file's text, and what was wrong with its bytes. */
export interface Decoded {
  /** undefined when nothing in the file can be told to be right. */
  readonly text: string | undefined;
  readonly damage: string | undefined;
}

/** No day file of one sensor comes near; a stream that grows past it is not one. */
const LARGEST = 256 * 1024 * 1024;
const TOO_LARGE = "larger than 256 MB, which no day of one sensor is: nothing of it is taken";

/**
 * Bytes as fetched to text. Whether they are compressed is told by their first two bytes (RFC 1952 2.3.1), not by name or header: names change once a
 * year is over and proxies decode. Text with a byte-order mark of UTF-16 is read as that (a second-hand copy from an editor).
 *
 * Of a compressed file that ends early what comes out before its end is taken. One that fails its check was altered somewhere, and what was altered looks
 * like any other row: of that member (RFC 1952 2.2) nothing is taken. Altered is also one that seems to end early, though its own end is there.
 */
export function decode(bytes: Uint8Array): Decoded {
  const { content, damage } = plain(bytes);
  if (content === undefined) return { text: undefined, damage };
  const encoding = encodingOf(content);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(content), damage };
  } catch {
    const words = damage ?? `not ${encoding.toUpperCase()}`;
    return { text: new TextDecoder(encoding).decode(content), damage: words };
  }
}

function encodingOf(content: Uint8Array): string {
  if (content[0] === 0xff && content[1] === 0xfe) return "utf-16le";
  if (content[0] === 0xfe && content[1] === 0xff) return "utf-16be";
  return "utf-8";
}

interface Plain {
  readonly content: Uint8Array | undefined;
  readonly damage: string | undefined;
}

function plain(bytes: Uint8Array): Plain {
  if (bytes.length > LARGEST) return { content: undefined, damage: TOO_LARGE };
  if (!isMember(bytes, 0)) return { content: bytes, damage: undefined };
  try {
    return { content: unpack(bytes), damage: undefined };
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") return { content: undefined, damage: TOO_LARGE };
    const cut = codeOf(error) === "Z_BUF_ERROR" ? upToTheEnd(bytes) : undefined;
    if (cut && !endsWithLength(bytes, cut.length))
      return { content: cut, damage: `the compressed file is damaged: ${errorText(error)}` };
    const whole = wholeMembers(bytes);
    const rest = whole ? "nothing after its sound parts is taken" : "nothing of it is taken";
    return {
      content: whole,
      damage: `the compressed file is damaged: ${errorText(error)}; right rows cannot be told from altered ones, so ${rest}`,
    };
  }
}

function unpack(bytes: Uint8Array, options = {}): Uint8Array {
  return gunzipSync(bytes, { maxOutputLength: LARGEST, ...options });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** What a stream without an end holds. */
function upToTheEnd(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return unpack(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/**
 * A whole member ends with the length of what it holds (RFC 1952 2.3.1). An altered one, read on past its end, holds something else, but not of another
 * order; the last bytes of one that was cut say anything, and such a length once in ten thousand files.
 */
function endsWithLength(bytes: Uint8Array, length: number): boolean {
  if (bytes.length < 18) return false;
  const said = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return said >= length / 4 && said <= length * 4;
}

/** What looks like the beginning of a member may be data by chance; so many are tried. */
const MOST_TRIES = 16;

/** The members before the damaged one: the longest beginning of the file that passes its checks. */
function wholeMembers(bytes: Uint8Array): Uint8Array | undefined {
  let tries = 0;
  for (let at = bytes.length - 1; at > 0 && tries < MOST_TRIES; at -= 1) {
    if (!isMember(bytes, at)) continue;
    tries += 1;
    try {
      return unpack(bytes.subarray(0, at));
    } catch {
      // Not a border of two members, or one before it is damaged too.
    }
  }
  return undefined;
}

/** Magic numbers, and the only method there is (RFC 1952 2.3.1). */
function isMember(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b && (at === 0 || bytes[at + 2] === 8);
}
