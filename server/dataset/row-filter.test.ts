import { describe, expect, it } from "vitest";
import { Invalid } from "../errors";
import { type CellKind, cellKind, filterSql, type RowTest } from "./row-filter";

describe("filters of rows", () => {
  it.each([
    ["number", "at-least", " 12.5", '"c" >= 12.5::DOUBLE'],
    ["number", "at-most", "-1e3", '"c" <= -1000::DOUBLE'],
    ["number", "equals", "0", '"c" = 0::DOUBLE'],
    ["time", "from", "1970-01-01 00:00:01 UTC", 'epoch_us("c") >= 1000000'],
    ["time", "before", "1970-01-01T00:00:01Z", 'epoch_us("c") < 1000000'],
    ["text", "is", "O'Hare", "CAST(\"c\" AS VARCHAR) = 'O''Hare'"],
    ["text", "contains", "50%_", "contains(lower(CAST(\"c\" AS VARCHAR)), lower('50%_'))"],
    ["truth", "is", "True", '"c" = true'],
    ["number", "missing", "", '"c" IS NULL'],
    ["text", "present", "", '"c" IS NOT NULL'],
  ] as const)("%s %s %s", (kind, test, value, sql) => {
    expect(filterSql({ column: "c", test, value }, kind)).toBe(sql);
  });

  it.each([
    ["FLOAT", "12.3", '"c" = 12.3::FLOAT'],
    ["FLOAT", "1e39", '"c" = 1e+39::DOUBLE'],
    ["DOUBLE", "12.3", '"c" = 12.3::DOUBLE'],
    ["BIGINT", "9007199254740993", '"c" = 9007199254740993'],
    ["BIGINT", "-1", '"c" = -1'],
    ["INTEGER", "0.5", '"c" = 0.5::DOUBLE'],
  ])("a number is what a column of %s has: %s", (type, value, sql) => {
    expect(filterSql({ column: "c", test: "equals", value }, "number", type)).toBe(sql);
  });

  it.each([
    ["number", "at-least", "1 OR 1=1"],
    ["number", "at-least", ""],
    ["number", "equals", "Infinity"],
    ["number", "contains", "1"],
    ["time", "from", "yesterday"],
    ["text", "at-least", "a"],
    ["truth", "is", "maybe"],
  ] as const)("%s %s %s is refused", (kind: CellKind, test: RowTest, value) => {
    expect(() => filterSql({ column: "c", test, value }, kind)).toThrow(Invalid);
  });
});

it.each([
  ["TIMESTAMP WITH TIME ZONE", "time"],
  ["DOUBLE", "number"],
  ["FLOAT", "number"],
  ["BIGINT", "number"],
  ["UTINYINT", "number"],
  ["INTEGER", "number"],
  ["BOOLEAN", "truth"],
  ["VARCHAR", "text"],
  ["INTERVAL", "text"],
] as const)("cells of %s are %s", (type, kind) => {
  expect(cellKind(type)).toBe(kind);
});
