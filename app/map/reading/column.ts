import { DataType, type Vector } from "apache-arrow";
import { sameBytes, type Texts, TextTable, textAt } from "./text-table";

/** Numbers, NaN where there is none; instants are µs since the epoch, exact until the year 2255. */
export interface NumberColumn {
  readonly kind: "number";
  readonly values: Float64Array;
}

/** Texts as places in a list of the different ones, -1 where there is none. */
export interface TextColumn {
  readonly kind: "text";
  readonly codes: Int32Array;
  readonly words: Texts;
}

/** Plain arrays: it can be handed from one worker to another. */
export type Column = NumberColumn | TextColumn;

/** A column of an Arrow table as the map works with it. */
export function columnOf(vector: Vector): Column {
  const { type } = vector;
  if (DataType.isFloat(type) || DataType.isInt(type) || DataType.isTimestamp(type)) return numbers(vector);
  if (DataType.isUtf8(type)) return texts(vector);
  return otherwise(vector);
}

/** What a row says in words; undefined where it says nothing. */
export function wordAt(column: Column, row: number): string | undefined {
  if (column.kind === "text") {
    const code = column.codes[row] ?? -1;
    return code < 0 ? undefined : textAt(column.words, code);
  }
  const value = column.values[row];
  return value === undefined || Number.isNaN(value) ? undefined : String(value);
}

function numbers(vector: Vector): NumberColumn {
  const values = new Float64Array(vector.length);
  let at = 0;
  for (const chunk of vector.data) {
    const from = chunk.values as Float64Array | BigInt64Array | BigUint64Array;
    if (from instanceof BigInt64Array) wholeNumbers(from.subarray(0, chunk.length), values, at);
    else if (from instanceof BigUint64Array)
      for (let i = 0; i < chunk.length; i += 1) values[at + i] = Number(from[i]);
    else values.set(from.subarray(0, chunk.length), at);
    if (chunk.nullCount > 0)
      nanWhereNull(chunk.nullBitmap, chunk.offset, values.subarray(at, at + chunk.length));
    at += chunk.length;
  }
  return { kind: "number", values };
}

/** By bytes of the bitmap, eight rows at once where all are there: Arrow's own question for a row costs more than its value. */
function nanWhereNull(bitmap: Uint8Array, offset: number, values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) {
    const bit = offset + i;
    const byte = bitmap[bit >> 3] ?? 0;
    if (byte === 0xff && (bit & 7) === 0) i += 7;
    else if (((byte >> (bit & 7)) & 1) === 0) values[i] = Number.NaN;
  }
}

/** By halves of 32 bits: a BigInt for each of a million instants would take longer than all else. Little-endian, as Arrow is everywhere. */
function wholeNumbers(from: BigInt64Array, to: Float64Array, at: number): void {
  const low = new Uint32Array(from.buffer, from.byteOffset, from.length * 2);
  const high = new Int32Array(from.buffer, from.byteOffset, from.length * 2);
  for (let i = 0; i < from.length; i += 1)
    to[at + i] = (high[2 * i + 1] ?? 0) * 4_294_967_296 + (low[2 * i] ?? 0);
}

/** Rows of one station stand together in the file: a text is looked up only where it differs from the one before. */
function texts(vector: Vector): TextColumn {
  const codes = new Int32Array(vector.length).fill(-1);
  const words = new TextTable();
  let at = 0;
  for (const { length, nullCount, valueOffsets, values, ...chunk } of vector.data.map(fieldsOf)) {
    let [start, end, code] = [0, 0, -1];
    for (let i = 0; i < length; i += 1) {
      if (nullCount > 0 && !chunk.valid(i)) continue;
      const [from, to] = [valueOffsets[i] ?? 0, valueOffsets[i + 1] ?? 0];
      if (code < 0 || !sameBytes(values, start, end, values, from, to)) code = words.add(values, from, to);
      start = from;
      end = to;
      codes[at + i] = code;
    }
    at += length;
  }
  return { kind: "text", codes, words: words.texts() };
}

function fieldsOf(chunk: Vector["data"][number]) {
  return {
    length: chunk.length,
    nullCount: chunk.nullCount,
    valueOffsets: chunk.valueOffsets as Int32Array,
    values: chunk.values as Uint8Array,
    valid: (row: number) => chunk.getValid(row),
  };
}

function otherwise(vector: Vector): TextColumn {
  const codes = new Int32Array(vector.length).fill(-1);
  const words = new TextTable();
  const encoder = new TextEncoder();
  for (let row = 0; row < vector.length; row += 1) {
    const value: unknown = vector.get(row);
    if (value === null || value === undefined) continue;
    const word = encoder.encode(String(value));
    codes[row] = words.add(word, 0, word.length);
  }
  return { kind: "text", codes, words: words.texts() };
}
