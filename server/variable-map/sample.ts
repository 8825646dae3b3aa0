import type { RawColumn } from "../ingest/canonicalize";
import { rawColumns } from "../ingest/raw-columns";
import { typedCell } from "../ingest/typed-cell";
import { sqlType } from "../observation/dtype";
import { type Columnar, type ColumnarSession, type Row, sqlName, sqlText } from "../ports/columnar";
import type { ColumnSample } from "./model";

/** Rows of a payload that are looked at: enough for a range, and read in a moment. */
export const SAMPLED_ROWS = 20_000;
const CELLS = 5;
const LONGEST_CELL = 60;
/** First cells of a column of which the different ones are shown. */
const FIRST = 60;

export interface SampleRequest {
  /** Local path of the payload. */
  readonly path: string;
  readonly personal: readonly string[];
  /** The declared type of raw columns, by name; others are looked at as float64. */
  readonly dtypes: Readonly<Record<string, string>>;
}

export interface PayloadSample {
  readonly rows: number;
  readonly more: boolean;
  readonly columns: readonly ColumnSample[];
}

/** What the columns of a payload hold, by the casts of its ingestion. Columns that are personal are named and not looked at. */
export function samplePayload(request: SampleRequest, columnar: Columnar): Promise<PayloadSample> {
  return columnar.session(async (session) => {
    const columns = await rawColumns(session, request.path);
    const file = sqlText(request.path);
    const [total] = await session.query(`SELECT count(*) AS rows FROM read_parquet(${file})`);
    const open = columns.filter(({ name }) => !request.personal.includes(name));
    const found = await aggregates(session, file, open, request.dtypes);
    const rows = Number(total?.rows ?? 0);
    return {
      rows: Math.min(rows, SAMPLED_ROWS),
      more: rows > SAMPLED_ROWS,
      columns: columns.map((column) => {
        const index = open.indexOf(column);
        return index === -1
          ? { column: column.name, type: column.type, filled: 0, cells: [], range: undefined, uncastable: 0 }
          : sampleOf(column, found, index);
      }),
    };
  });
}

async function aggregates(
  session: ColumnarSession,
  file: string,
  columns: readonly RawColumn[],
  dtypes: Readonly<Record<string, string>>,
): Promise<Row> {
  if (columns.length === 0) return {};
  const cells = columns.flatMap(({ sql, type, name }, i) => {
    const number = typedCell(sql, type, "DOUBLE");
    const target = sqlType(dtypes[name] ?? "float64") ?? "DOUBLE";
    const cast = typedCell(sql, type, target);
    const finite = cast.mayBeInfinite
      ? `(CASE WHEN isfinite(${cast.value}) THEN ${cast.value} END)`
      : `(${cast.value})`;
    return [
      `nullif(trim(CAST(${sqlName(sql)} AS VARCHAR)), '') AS t${i}`,
      `CASE WHEN isfinite(${number.value}) THEN ${number.value} END AS n${i}`,
      `(${finite} IS NULL AND (${cast.present})) AS b${i}`,
    ];
  });
  const asked = columns.flatMap((_, i) => [
    `count(t${i}) AS filled${i}`,
    `to_json((list(left(t${i}, ${LONGEST_CELL}) ORDER BY _at) FILTER (t${i} IS NOT NULL))[1:${FIRST}])::VARCHAR AS cells${i}`,
    `min(n${i}) AS low${i}`,
    `max(n${i}) AS high${i}`,
    `quantile_disc(n${i}, 0.01) AS p1_${i}`,
    `quantile_disc(n${i}, 0.99) AS p99_${i}`,
    `count(*) FILTER (b${i}) AS bad${i}`,
  ]);
  const [row = {}] = await session.query(
    `SELECT ${asked.join(", ")} FROM (SELECT row_number() OVER () AS _at, ${cells.join(", ")}
       FROM (SELECT * FROM read_parquet(${file}) LIMIT ${SAMPLED_ROWS}))`,
  );
  return row;
}

function sampleOf({ name, type }: RawColumn, row: Row, i: number): ColumnSample {
  const number = (key: string) => Number(row[`${key}${i}`] ?? 0);
  const cells: unknown = JSON.parse(String(row[`cells${i}`] ?? "[]"));
  const range =
    row[`low${i}`] === null || row[`low${i}`] === undefined
      ? undefined
      : { low: number("low"), high: number("high"), p1: number("p1_"), p99: number("p99_") };
  return {
    column: name,
    type,
    filled: number("filled"),
    cells: Array.isArray(cells) ? [...new Set(cells.map(String))].slice(0, CELLS) : [],
    range,
    uncastable: number("bad"),
  };
}
