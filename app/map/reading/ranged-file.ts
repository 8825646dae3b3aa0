import { Gone } from "./gone";

/** A part of a file. */
export interface Span {
  readonly start: number;
  /** The first byte that does not belong to it. */
  readonly end: number;
}

interface Held extends Span {
  readonly bytes: Promise<ArrayBuffer>;
}

/**
 * A file behind HTTP range requests (RFC 9110, 14), in the shape in which parquet-wasm reads a local file. parquet-wasm's own requests are not used:
 * one that fails ends in an `unreachable` of its WebAssembly, and its promise is never settled. Here a failed request leaves it waiting, and `failed`
 * says why.
 */
export class RangedFile {
  /** Rejects with the first failure, and never resolves. */
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private readonly held = new Set<Held>();

  constructor(
    private readonly url: string,
    private readonly size: number,
  ) {
    this.failed = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    // Nobody may be waiting when it fails.
    this.failed.catch(() => undefined);
  }

  blob(): Blob {
    return this.part(0, this.size) as unknown as Blob;
  }

  /**
   * Reads a part by one request, from which all that lies in it is given until it is let go.
   * @returns lets it go
   */
  hold({ start, end }: Span): () => void {
    const part: Held = { start, end, bytes: rangeOf(this.url, start, end) };
    // Who reads of it is told.
    part.bytes.catch(() => undefined);
    this.held.add(part);
    return () => this.held.delete(part);
  }

  private async bytes(start: number, end: number): Promise<ArrayBuffer> {
    for (const part of this.held) {
      if (part.start > start || part.end < end) continue;
      return (await part.bytes).slice(start - part.start, end - part.start);
    }
    return rangeOf(this.url, start, end);
  }

  /** What parquet-wasm calls of a Blob. */
  private part(start: number, end: number) {
    return {
      size: end - start,
      slice: (from = 0, to = end - start) => this.part(start + from, Math.min(end, start + to)),
      arrayBuffer: () =>
        this.bytes(start, end).catch((error: unknown) => {
          this.fail(error);
          return new Promise<ArrayBuffer>(() => undefined);
        }),
    };
  }
}

/** @throws Gone for 404 and 410, with what the server says; Error otherwise */
async function rangeOf(url: string, start: number, end: number): Promise<ArrayBuffer> {
  const response = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } }).catch(
    (error: unknown) => {
      throw new Error("The web of Ionbeam does not answer; the file was not read to its end.", {
        cause: error,
      });
    },
  );
  if (response.status === 404 || response.status === 410) throw new Gone((await response.text()).trim());
  if (!response.ok)
    throw new Error(`The file could not be read: the web answered with HTTP ${response.status}.`);
  const bytes = await response.arrayBuffer();
  // A proxy may leave ranges out and send all of it (RFC 9110, 14.2).
  const part = response.status === 206 ? bytes : bytes.slice(start, end);
  if (part.byteLength !== end - start) throw new Error("The file could not be read: its end is missing.");
  return part;
}
