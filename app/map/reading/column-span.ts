import type { Span } from "./ranged-file";

/** One column of a row group, in the order in which they lie there without gaps. */
export interface ColumnChunk {
  readonly name: string;
  readonly bytes: number;
}

/** What is read along at most for the sake of one request fewer. */
const READ_ALONG = 192 * 1024;

/**
 * The part of a file that holds the wanted columns of a row group, where one request for all of it costs less than one for each run of neighbours: what
 * lies between is no more than what is wanted, and not much.
 * @param offset where the row group begins
 * @returns undefined where each run is better read by itself, or there is one only
 */
export function spanOfColumns(
  chunks: readonly ColumnChunk[],
  offset: number,
  wanted: readonly string[],
): Span | undefined {
  let [start, end, needed, runs] = [-1, -1, 0, 0];
  let at = offset;
  for (const { name, bytes } of chunks) {
    if (wanted.includes(name)) {
      if (at !== end) runs += 1;
      if (start < 0) start = at;
      end = at + bytes;
      needed += bytes;
    }
    at += bytes;
  }
  const along = end - start - needed;
  return runs > 1 && along <= Math.min(needed, READ_ALONG) ? { start, end } : undefined;
}
