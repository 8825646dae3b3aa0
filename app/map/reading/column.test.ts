import { Int64, makeData, Vector } from "apache-arrow";
import { expect, it } from "vitest";
import { columnOf } from "./column";

const valuesOf = (data: BigInt64Array, nullBitmap?: Uint8Array) => {
  const nulls = nullBitmap ? { nullBitmap } : {};
  const vector = new Vector([makeData({ type: new Int64(), data, length: data.length, ...nulls })]);
  return Array.from((columnOf(vector) as { values: Float64Array }).values);
};

it("instants are exact µs, before and after 1970", () => {
  const instants = [
    0n,
    1n,
    -1n,
    1_764_000_000_123_456n,
    -62_135_596_800_000_000n,
    4_294_967_296n,
    -4_294_967_297n,
  ];
  expect(valuesOf(BigInt64Array.from(instants))).toEqual(instants.map(Number));
});

it("a part of a longer run of memory is read from its own beginning", () => {
  expect(valuesOf(BigInt64Array.from([9n, 8n, 7n, 6n]).subarray(1, 3))).toEqual([8, 7]);
});

it("what is missing is no number", () => {
  expect(valuesOf(BigInt64Array.from([5n, 6n, 7n]), Uint8Array.of(0b101))).toEqual([5, Number.NaN, 7]);
});

it("what is missing is found in every byte of the bitmap, and in a part that begins within one", () => {
  const data = BigInt64Array.from({ length: 29 }, (_, i) => BigInt(i));
  const missing = [0, 7, 9, 16, 23, 24, 28];
  const nullBitmap = Uint8Array.from({ length: 4 }, (_, byte) =>
    missing.reduce((bits, i) => (i >> 3 === byte ? bits & ~(1 << (i & 7)) : bits), 0xff),
  );
  const vector = new Vector([makeData({ type: new Int64(), data, length: data.length, nullBitmap })]);
  const expected = Array.from({ length: 29 }, (_, i) => (missing.includes(i) ? Number.NaN : i));
  expect(Array.from((columnOf(vector) as { values: Float64Array }).values)).toEqual(expected);
  const part = vector.slice(5);
  expect(Array.from((columnOf(part) as { values: Float64Array }).values)).toEqual(expected.slice(5));
});
