import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { sqlText } from "../ports/columnar";
import { SAMPLED_ROWS, samplePayload } from "./sample";

let folder: string;
let columnar: DuckdbColumnar;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-sample-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});

/** A payload of what a query gives. */
async function payload(name: string, select: string): Promise<string> {
  const file = path.join(folder, `${name}.parquet`);
  await columnar.session((session) =>
    session.execute(`COPY (${select}) TO ${sqlText(file)} (FORMAT parquet)`),
  );
  return file;
}

it("cells as they stand, their range, and those that no cast of the declared type takes", async () => {
  const file = await payload(
    "mixed",
    `SELECT * FROM (VALUES ('3.5', 1.5, NULL, 'a', 7), (' ', 'infinity'::DOUBLE, NULL, 'b', 8), ('unavailable', 2.25, NULL, 'a', NULL), ('nan', 'nan'::DOUBLE, NULL, 'c', 9), ('-4', 3.0, NULL, 'a', 9))
       AS t("temp c", number, nothing, author, "Count")`,
  );
  const { rows, more, columns } = await samplePayload(
    { path: file, personal: ["author"], dtypes: { Count: "int32", number: "int64" } },
    columnar,
  );
  expect({ rows, more }).toEqual({ rows: 5, more: false });
  const [temp, number, nothing, author, count] = columns;
  expect(temp).toMatchObject({
    column: "temp c",
    filled: 4,
    range: { low: -4, high: 3.5 },
    // What is no number at all; `nan` is how frames write "missing".
    uncastable: 1,
  });
  expect(temp?.cells).toEqual(["3.5", "unavailable", "nan", "-4"]);
  // As integers, 1.5 and 2.25 cannot be cast, and nothing makes a number of infinity.
  expect(number).toMatchObject({ range: { low: 1.5, high: 3 }, uncastable: 3 });
  expect(nothing).toMatchObject({ filled: 0, cells: [], uncastable: 0 });
  expect(nothing?.range).toBeUndefined();
  expect(author).toEqual({
    column: "author",
    type: "VARCHAR",
    filled: 0,
    cells: [],
    range: undefined,
    uncastable: 0,
  });
  expect(count).toMatchObject({ column: "Count", filled: 4, range: { low: 7, high: 9 }, uncastable: 0 });
});

it("a large payload is looked at in its first rows, and says so", async () => {
  const file = await payload(
    "large",
    `SELECT i AS n, CAST(i % 7 AS VARCHAR) AS few FROM range(${SAMPLED_ROWS + 10}) r(i)`,
  );
  const { rows, more, columns } = await samplePayload({ path: file, personal: [], dtypes: {} }, columnar);
  expect({ rows, more }).toEqual({ rows: SAMPLED_ROWS, more: true });
  expect(columns[0]?.range).toMatchObject({ low: 0, p1: expect.any(Number) });
  expect(columns[1]?.cells).toEqual(["0", "1", "2", "3", "4"]);
});
