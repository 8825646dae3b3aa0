import { describe, expect, it } from "vitest";
import type { CanonicalColumn } from "../observation/column";
import { previewSql } from "./preview";

const columns: CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "timestamp" },
  { name: 'odd "name"', role: "metadata", dtype: "string" },
];

describe("previewSql", () => {
  it("asks for instants as microseconds and quotes names and paths", () => {
    expect(previewSql("/data/it's.parquet", columns, 5)).toBe(
      `SELECT epoch_us("datetime") AS "datetime", "odd ""name""" FROM read_parquet('/data/it''s.parquet') LIMIT 5`,
    );
  });
});
