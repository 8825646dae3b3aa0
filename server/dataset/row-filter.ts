import { z } from "zod";
import { Invalid } from "../errors";
import { parseInstant } from "../observation/time";
import { sqlName, sqlText } from "../ports/columnar";

/** What a column's cells are, whatever their width. */
export type CellKind = "time" | "number" | "truth" | "text";

/** Tests that a person may put to a column; what each kind of column allows stands in TESTS. */
export const RowTest = z.enum([
  "at-least",
  "at-most",
  "equals",
  "from",
  "before",
  "is",
  "contains",
  "missing",
  "present",
]);
export type RowTest = z.infer<typeof RowTest>;

export const RowFilter = z.object({
  column: z.string().min(1),
  test: RowTest,
  /** A number, an instant or a text as it is typed; none for `missing` and `present`. */
  value: z.string().max(200).default(""),
});
export type RowFilter = z.infer<typeof RowFilter>;

export const TESTS: Readonly<Record<CellKind, readonly RowTest[]>> = {
  time: ["from", "before", "missing", "present"],
  number: ["at-least", "at-most", "equals", "missing", "present"],
  truth: ["is", "missing", "present"],
  text: ["is", "contains", "missing", "present"],
};

/** @param type as DuckDB describes the column */
export function cellKind(type: string): CellKind {
  if (/^(TIMESTAMP|DATE)/.test(type)) return "time";
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type)) return "number";
  return type === "BOOLEAN" ? "truth" : "text";
}

/**
 * The condition of one filter.
 * @param type of the column, as DuckDB describes it
 * @throws Invalid with a sentence for a test that the column has not, or a value that cannot be read
 */
export function filterSql({ column, test, value }: RowFilter, kind: CellKind, type = "DOUBLE"): string {
  const name = sqlName(column);
  if (!TESTS[kind].includes(test))
    throw new Invalid(`${column} cannot be asked for ${test}; its tests are ${TESTS[kind].join(", ")}`);
  if (test === "missing") return `${name} IS NULL`;
  if (test === "present") return `${name} IS NOT NULL`;
  if (kind === "number") {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) throw new Invalid(`"${value}" is no number; write it as 12.5`);
    return `${name} ${{ "at-least": ">=", "at-most": "<=", equals: "=" }[test as string]} ${numberSql(value.trim(), number, type)}`;
  }
  if (kind === "time") {
    const instant = parseInstant(value.replace(/\s*UTC$/i, ""));
    if (instant === undefined)
      throw new Invalid(`"${value}" is no time; write it as 2026-11-24 14:00, in UTC`);
    return `epoch_us(${name}) ${test === "from" ? ">=" : "<"} ${instant}`;
  }
  if (kind === "truth") {
    if (!/^(true|false)$/i.test(value.trim()))
      throw new Invalid(`"${value}" is neither true nor false; write one of them`);
    return `${name} = ${value.trim().toLowerCase()}`;
  }
  const text = `CAST(${name} AS VARCHAR)`;
  return test === "is" ? `${text} = ${sqlText(value)}` : `contains(lower(${text}), lower(${sqlText(value)}))`;
}

/** As the column has it: 12.3 of single precision is another number in double precision, and whole numbers beyond 2^53 have no double of their own. */
function numberSql(text: string, number: number, type: string): string {
  // Beyond its range a single has no such value: it is compared as it is.
  if (type === "FLOAT" && Number.isFinite(Math.fround(number))) return `${number}::FLOAT`;
  if (/INT/.test(type) && /^[+-]?\d{1,30}$/.test(text)) return `${BigInt(text.replace(/^\+/, ""))}`;
  return `${number}::DOUBLE`;
}
