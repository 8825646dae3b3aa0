import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { sqlText } from "../ports/columnar";
import { payloadRows } from "./payload-rows";

let folder: string;
let columnar: DuckdbColumnar;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "payload-rows-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "spill") });
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});

/** A payload with the rows of a query. */
async function payloadOf(name: string, query: string): Promise<string> {
  const file = path.join(folder, `it's ${name}.parquet`);
  await columnar.session((session) =>
    session.execute(`COPY (${query}) TO ${sqlText(file)} (FORMAT parquet)`),
  );
  return file;
}

it("is the beginning of the payload, every cell as text", async () => {
  const file = await payloadOf(
    "rows",
    `SELECT TIMESTAMPTZ '2026-11-24 12:00:00Z' AS "the ""time""", range AS n, CASE WHEN range > 0 THEN 1.5 END AS t,
            repeat('x', 1000) AS long, NULL::BLOB AS raw FROM range(50)`,
  );
  const found = await payloadRows(file, columnar);
  if ("unreadable" in found) throw new Error(found.unreadable);
  expect(found.columns.map(({ name }) => name)).toEqual(['the "time"', "n", "t", "long", "raw"]);
  expect(found.columns[1]).toEqual({ name: "n", type: "BIGINT" });
  expect(found.total).toBe(50);
  expect(found.rows.length).toBe(20);
  expect(found.rows[0]?.slice(1, 3)).toEqual(["0", null]);
  expect(found.rows[1]?.slice(1, 3)).toEqual(["1", "1.5"]);
  expect(found.rows[0]?.[3]).toHaveLength(200);
});

it("has no rows where the payload has none, and of a very wide one the first columns", async () => {
  const wide = Array.from({ length: 130 }, (_, n) => `${n} AS c${n}`).join(", ");
  const found = await payloadRows(await payloadOf("none", `SELECT ${wide} WHERE false`), columnar);
  expect(found).toMatchObject({ rows: [], total: 0 });
  expect("columns" in found && found.columns.length).toBe(100);
});

it("says why a file cannot be read", async () => {
  const file = path.join(folder, "none.parquet");
  await writeFile(file, "no parquet at all");
  expect(await payloadRows(file, columnar)).toEqual({ unreadable: expect.stringMatching(/parquet/i) });
});
