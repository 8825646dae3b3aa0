import { sqlName } from "../ports/columnar";

/** How a cell of the payload becomes a value: both are SQL expressions over one row of the payload. */
export interface TypedCell {
  /** The value, NULL where it is missing. */
  readonly value: string;
  /** True where the cell held something that could not be used (SEMANTICS 2, *Cells*). */
  readonly bad: string;
}

const INTEGERS: Readonly<Record<string, string>> = {
  int8: "TINYINT",
  int16: "SMALLINT",
  int32: "INTEGER",
  int64: "BIGINT",
};
const FLOATS: Readonly<Record<string, string>> = { float32: "FLOAT", float64: "DOUBLE" };

/** The SQL type of a declared dtype; undefined for one that does not exist. */
export function sqlType(dtype: string): string | undefined {
  if (dtype === "string" || dtype === "object" || dtype === "str") return "VARCHAR";
  if (dtype === "bool" || dtype === "boolean") return "BOOLEAN";
  return FLOATS[dtype] ?? INTEGERS[dtype.toLowerCase()];
}

const DECIMAL = "'[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'";

/**
 * Casts one column. Text is trimmed, empty text is missing. A number must be written as one with a decimal point; NaN is missing; what is infinite or
 * cannot be cast is missing and bad.
 * @param column raw name. @param sourceType DuckDB's type of it. @param target of `sqlType`
 */
export function typedCell(column: string, sourceType: string, target: string): TypedCell {
  const raw = sqlName(column);
  const text = `nullif(trim(CAST(${raw} AS VARCHAR)), '')`;
  if (target === "VARCHAR") return { value: text, bad: "false" };
  if (target === "BOOLEAN") return cast(`TRY_CAST(${text} AS BOOLEAN)`, text);
  const number = sourceType === "VARCHAR" ? numberOfText(text) : `TRY_CAST(${raw} AS DOUBLE)`;
  const missing =
    sourceType === "VARCHAR"
      ? `coalesce(lower(${text}) IN ('nan', '-nan'), true)`
      : `coalesce(isnan(${number}), ${raw} IS NULL)`;
  if (target === "DOUBLE" || target === "FLOAT") {
    const finite = `CASE WHEN isfinite(${number}) THEN TRY_CAST(${number} AS ${target}) END`;
    return { value: finite, bad: `(NOT ${missing} AND ${finite} IS NULL)` };
  }
  const integer =
    sourceType === "VARCHAR"
      ? `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS ${target}) ELSE ${integral(number, target)} END`
      : isInteger(sourceType)
        ? `TRY_CAST(${raw} AS ${target})`
        : integral(number, target);
  return { value: integer, bad: `(NOT ${missing} AND (${integer}) IS NULL)` };
}

function cast(value: string, text: string): TypedCell {
  return { value, bad: `(${text} IS NOT NULL AND ${value} IS NULL)` };
}

function numberOfText(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, ${DECIMAL}) THEN TRY_CAST(${text} AS DOUBLE) END`;
}

/** A double as an integer only where it is whole: DuckDB's own cast would round. */
function integral(number: string, target: string): string {
  return `(CASE WHEN ${number} = floor(${number}) THEN TRY_CAST(${number} AS ${target}) END)`;
}

function isInteger(type: string): boolean {
  return /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type);
}

/** An instant as a timestamp with microseconds, UTC; text without an offset is UTC (the archive's convention), and so is a timestamp without a zone. */
export function instantCell(column: string, sourceType: string): TypedCell {
  const raw = sqlName(column);
  const text = `nullif(trim(CAST(${raw} AS VARCHAR)), '')`;
  if (sourceType === "VARCHAR") {
    const value = `CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)? ?(Z|z|[+-][0-9]{2}:?[0-9]{2})?')
      THEN TRY_CAST(regexp_replace(regexp_replace(${text}, '([.][0-9]{6})[0-9]+', '\\1'), '([+-][0-9]{2})([0-9]{2})$', '\\1:\\2') AS TIMESTAMPTZ) END`;
    return cast(value, text);
  }
  if (/^(TIMESTAMP|DATE)/.test(sourceType)) {
    const zoned =
      sourceType === "TIMESTAMP WITH TIME ZONE" ? raw : `CAST(CAST(${raw} AS TIMESTAMP) AS TIMESTAMPTZ)`;
    return cast(`CASE WHEN isfinite(${raw}) THEN ${zoned} END`, raw);
  }
  return { value: "CAST(NULL AS TIMESTAMPTZ)", bad: `(${raw} IS NOT NULL)` };
}
