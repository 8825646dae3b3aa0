import { sqlName, sqlText } from "../ports/columnar";

/** How a cell of the payload becomes a value: SQL expressions over one row. */
export interface TypedCell {
  /** The value, NULL where it is missing or cannot be used. */
  readonly value: string;
  /** The value may be infinite or NaN, and is then missing. */
  readonly mayBeInfinite?: true;
  /** True where the cell holds something, asked where there is no value: it is then bad (SEMANTICS 2, *Cells*). `false` where it never is. */
  readonly present: string;
}

const DECIMAL = "'[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'";

/** What DuckDB's casts take for blank, and the no-break space; its trim alone takes spaces only. */
const BLANKS = sqlText(" \t\n\v\f\r\u00A0");

/** SQL: a text cell without the blanks around it; NULL where nothing is left. Nearly every cell has none, and to look for them takes eight times as long. */
function trimmed(raw: string, sourceType: string): string {
  if (sourceType !== "VARCHAR") return `nullif(trim(CAST(${raw} AS VARCHAR), ${BLANKS}), '')`;
  const visible = (character: string) => `ascii(${character}) BETWEEN 33 AND 126`;
  return `CASE WHEN ${visible(raw)} AND ${visible(`right(${raw}, 1)`)} THEN ${raw} ELSE nullif(trim(${raw}, ${BLANKS}), '') END`;
}

/**
 * Casts one column. Text is trimmed, empty text is missing. A number must be written as one with a decimal point; NaN is missing; what is infinite or
 * cannot be cast is missing and bad.
 * @param column name in SQL. @param sourceType DuckDB's type of it. @param target of `sqlType`
 */
export function typedCell(column: string, sourceType: string, target: string): TypedCell {
  const raw = sqlName(column);
  const text = trimmed(raw, sourceType);
  const isFloat = sourceType === "DOUBLE" || sourceType === "FLOAT";
  if (target === "VARCHAR") return isFloat ? textOfFloat(raw, text) : { value: text, present: "false" };
  if (target === "BOOLEAN") return booleanCell(raw, text, sourceType);
  const number = sourceType === "VARCHAR" ? numberOfText(raw, text) : `TRY_CAST(${raw} AS DOUBLE)`;
  const present =
    sourceType === "VARCHAR"
      ? `NOT coalesce(lower(${text}) IN ('nan', '-nan'), true)`
      : `NOT coalesce(isnan(${number}), ${raw} IS NULL)`;
  if (target === "DOUBLE")
    return { value: number, ...(sourceType === "VARCHAR" ? {} : { mayBeInfinite: true }), present };
  if (target === "FLOAT") return { value: `TRY_CAST(${number} AS FLOAT)`, mayBeInfinite: true, present };
  const integer =
    sourceType === "VARCHAR"
      ? `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS ${target}) ELSE ${integral(number, target)} END`
      : isInteger(sourceType)
        ? `TRY_CAST(${raw} AS ${target})`
        : integral(number, target);
  return { value: integer, present };
}

/** A number that is declared as text; NaN is as missing as in a column of numbers, or it would be a station called "nan". */
function textOfFloat(raw: string, text: string): TypedCell {
  return {
    value: `CASE WHEN isfinite(${raw}) THEN ${text} END`,
    present: `coalesce(isinf(${raw}), false)`,
  };
}

function booleanCell(raw: string, text: string, sourceType: string): TypedCell {
  if (sourceType === "VARCHAR") return cast(`TRY_CAST(${text} AS BOOLEAN)`, text);
  if (sourceType === "DOUBLE" || sourceType === "FLOAT")
    return cast(
      `CASE WHEN ${raw} IN (0, 1) THEN ${raw} = 1 END`,
      `CASE WHEN NOT isnan(${raw}) THEN ${raw} END`,
    );
  return cast(`TRY_CAST(${raw} AS BOOLEAN)`, raw);
}

function cast(value: string, present: string): TypedCell {
  return { value, present: `((${present}) IS NOT NULL)` };
}

/**
 * DuckDB's cast takes what the pattern does, blanks around it, `inf` and `nan`, digits with `_` between them, and `+-9`: what it makes a finite number
 * of is compared with the pattern only if it holds one of the last two.
 */
function numberOfText(raw: string, text: string): string {
  const asItStands = `TRY_CAST(${raw} AS DOUBLE)`;
  const cast = `TRY_CAST(${text} AS DOUBLE)`;
  const written = `CASE WHEN regexp_full_match(${text}, ${DECIMAL}) AND isfinite(${cast}) THEN ${cast} END`;
  return `CASE WHEN isfinite(${asItStands}) AND NOT contains(${raw}, '_') AND NOT contains(${raw}, '+-') THEN ${asItStands} ELSE ${written} END`;
}

/** A double as an integer only where it is whole: DuckDB's own cast would round. */
function integral(number: string, target: string): string {
  return `(CASE WHEN ${number} = floor(${number}) THEN TRY_CAST(${number} AS ${target}) END)`;
}

function isInteger(type: string): boolean {
  return /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type);
}

/** Groups: date, hours and minutes, seconds with at most six digits of their fraction, zone's hours, zone's minutes. */
const INSTANT =
  "'([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:[.][0-9]{1,6})?)?[0-9]*)? ?(?:[Zz]|([+-][0-9]{2})(?::?([0-9]{2}))?)?'";

/** An instant as a timestamp with microseconds, UTC; text without an offset is UTC (the archive's convention), and so is a timestamp without a zone. */
export function instantCell(column: string, sourceType: string): TypedCell {
  const raw = sqlName(column);
  if (sourceType === "VARCHAR") return instantOfText(trimmed(raw, sourceType));
  if (/^(TIMESTAMP|DATE)/.test(sourceType)) {
    const zoned =
      sourceType === "TIMESTAMP WITH TIME ZONE"
        ? raw
        : `TRY_CAST(TRY_CAST(${raw} AS TIMESTAMP) AS TIMESTAMPTZ)`;
    return cast(`CASE WHEN isfinite(${raw}) THEN ${zoned} END`, raw);
  }
  return cast("CAST(NULL AS TIMESTAMPTZ)", raw);
}

/** The form in which nearly every text comes: DuckDB casts it as it stands, so the cell is not taken apart. */
const FULL_INSTANT =
  "'[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z?'";

/** DuckDB casts only the full form, so any other text is brought into it: seconds written out, offset as +HH:MM. */
function instantOfText(text: string): TypedCell {
  const parts = `regexp_extract(${text}, ${INSTANT}, ['d', 't', 's', 'zh', 'zm'])`;
  const or = (part: string, otherwise: string) => `coalesce(nullif(${parts}.${part}, ''), '${otherwise}')`;
  const full = `${parts}.d || ' ' || ${or("t", "00:00")} || ${or("s", ":00")} || ${or("zh", "+00")} || ':' || ${or("zm", "00")}`;
  return cast(
    `CASE WHEN regexp_full_match(${text}, ${FULL_INSTANT}) THEN TRY_CAST(${text} AS TIMESTAMPTZ)
       WHEN regexp_full_match(${text}, ${INSTANT}) THEN TRY_CAST(${full} AS TIMESTAMPTZ) END`,
    text,
  );
}
