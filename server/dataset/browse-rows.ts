import pLimit from "p-limit";
import { z } from "zod";
import { Invalid } from "../errors";
import type { CanonicalColumn } from "../observation/column";
import { unionOfColumns } from "../observation/column-union";
import type { Interval } from "../observation/interval";
import { DAY, MINUTE } from "../observation/time";
import { type Columnar, type ColumnarSession, sqlName, sqlText } from "../ports/columnar";
import type { DatasetFile, DatasetFiles } from "../ports/dataset-files";
import type { Files } from "../ports/files";
import type { Views } from "../ports/views";
import { type JsonCell, jsonCell } from "./json-cell";
import { type CellKind, cellKind, filterSql, RowFilter } from "./row-filter";

/** Rows further behind are found by a filter, not by turning pages. */
const DEEPEST = 10_000;
const LONGEST_MS = 15_000;
/** A day of windows of the shortest span. */
const MOST_FILES = DAY / MINUTE;

export const BrowseRows = z.object({
  name: z.string().min(1),
  /** µs since the epoch, UTC: rows of the windows that share an instant with it, a day at most; left out: of the newest file. */
  range: z
    .object({ start: z.number().int(), end: z.number().int() })
    .refine(({ start, end }) => end > start && end - start <= DAY, "give a range of at most a day")
    .optional(),
  /** Left out: by time, then identity, as the files are. */
  sort: z.object({ column: z.string().min(1), down: z.boolean() }).optional(),
  filters: z.array(RowFilter).max(10).default([]),
  offset: z.number().int().min(0).max(DEEPEST).default(0),
  limit: z.number().int().min(1).max(200).default(50),
});
type BrowseRows = z.infer<typeof BrowseRows>;

export type BrowsedColumn = CanonicalColumn & { readonly kind: CellKind };

export type BrowsedRows =
  | {
      readonly kind: "rows";
      readonly range: Interval;
      readonly files: number;
      readonly columns: readonly BrowsedColumn[];
      /** One array of cells per row, in the order of `columns`; instants in µs. */
      readonly rows: readonly (readonly JsonCell[])[];
      /** Rows that pass the filters, and all of the files. */
      readonly matching: number;
      readonly held: number;
      /** Columns that were asked to sort or filter by and that no file of the range has: left out, and to be said. */
      readonly absent: readonly string[];
      /** How far pages can be turned. */
      readonly deepest: number;
    }
  /** No window of the range has a file; of a whole dataset without any there is no range. */
  | { readonly kind: "none"; readonly range: Interval | undefined }
  /** A file was replaced while it was looked for. */
  | { readonly kind: "gone"; readonly range: Interval }
  | { readonly kind: "too-long"; readonly seconds: number };

export interface BrowsePorts {
  readonly views: Pick<Views, "dataset">;
  readonly datasetFiles: Pick<DatasetFiles, "files" | "columns">;
  readonly columnar: Columnar;
  readonly files: Pick<Files, "location" | "exists">;
  /** Only tests have so little patience. */
  readonly longestMs?: number;
}

/** They share DuckDB's memory with whatever else a page asks it. */
const oneAtATime = pLimit(1);

/**
 * One page of a dataset's rows out of its current canonical files, sorted and filtered by DuckDB.
 * @throws NotFound; Invalid for a column, a test or a value that cannot be; Transient when `signal` aborts it
 */
export async function browseRows(
  request: BrowseRows,
  ports: BrowsePorts,
  signal: AbortSignal | undefined,
): Promise<BrowsedRows> {
  const { latest } = await ports.views.dataset(request.name);
  const range = request.range ?? (latest ? { start: latest.start, end: latest.end } : undefined);
  if (range === undefined) return { kind: "none", range };
  const files = await ports.datasetFiles.files(request.name, range, { limit: MOST_FILES });
  if (files.length === 0) return { kind: "none", range };
  // Those of these files: a map may have been another when they were built.
  const columns = unionOfColumns(await ports.datasetFiles.columns(request.name, range));
  const there = await Promise.all(files.map(({ fileKey }) => ports.files.exists(fileKey)));
  if (there.includes(false)) return { kind: "gone", range };
  return oneAtATime(async () => {
    const longestMs = ports.longestMs ?? LONGEST_MS;
    const timeout = AbortSignal.timeout(longestMs);
    try {
      return await ports.columnar.session(
        (session) => browse(session, request, range, files, columns, ports),
        AbortSignal.any([timeout, ...(signal ? [signal] : [])]),
      );
    } catch (error) {
      if (timeout.aborted && !signal?.aborted) return { kind: "too-long", seconds: longestMs / 1000 };
      throw error;
    }
  });
}

async function browse(
  session: ColumnarSession,
  request: BrowseRows,
  range: Interval,
  files: readonly DatasetFile[],
  known: readonly CanonicalColumn[],
  ports: BrowsePorts,
): Promise<BrowsedRows> {
  const paths = files.map(({ fileKey }) => sqlText(ports.files.location(fileKey)));
  // By name: a file of an earlier map may lack a column.
  const table = `read_parquet([${paths.join(", ")}], union_by_name = true, filename = '_file', file_row_number = true)`;
  const described = await session.query(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${table})`,
  );
  const types = new Map(described.map(({ name, type }) => [String(name), String(type)]));
  const columns = known.flatMap((column) => {
    const type = types.get(column.name);
    return type === undefined ? [] : [{ ...column, kind: cellKind(type) }];
  });
  const has = (name: string) => columns.some((column) => column.name === name);
  const asked = [
    ...(request.sort ? [request.sort.column] : []),
    ...request.filters.map(({ column }) => column),
  ];
  const where = conditions(
    request.filters.filter(({ column }) => has(column)),
    columns,
    types,
  );
  const sort = request.sort && has(request.sort.column) ? request.sort : undefined;
  const held = files.reduce((sum, { rows }) => sum + rows, 0);
  const rows = await session.query(
    `SELECT ${columns.map(cellSql).join(", ")} FROM ${table}${where}${orderSql(sort, columns)} LIMIT ${request.limit} OFFSET ${request.offset}`,
  );
  const counted = where === "" ? [] : await session.query(`SELECT count(*) AS n FROM ${table}${where}`);
  return {
    kind: "rows",
    range,
    files: files.length,
    columns,
    rows: rows.map((row) => columns.map((_, place) => jsonCell(row[`c${place}`] ?? null))),
    matching: where === "" ? held : Number(counted[0]?.n ?? 0),
    held,
    deepest: DEEPEST,
    absent: [...new Set(asked.filter((name) => !has(name)))],
  };
}

function conditions(
  filters: readonly RowFilter[],
  columns: readonly BrowsedColumn[],
  types: ReadonlyMap<string, string>,
): string {
  const all = filters.map((filter) => {
    const { name, kind } = columnOf(filter.column, columns);
    return `(${filterSql(filter, kind, types.get(name))})`;
  });
  return all.length === 0 ? "" : ` WHERE ${all.join(" AND ")}`;
}

/** What is missing comes last, whichever way; equal cells stay in the order of the files, so that pages do not overlap. */
function orderSql(sort: BrowseRows["sort"], columns: readonly BrowsedColumn[]): string {
  // Without an order DuckDB keeps that of the list of files and of their rows.
  if (!sort) return "";
  const { name } = columnOf(sort.column, columns);
  return ` ORDER BY ${sqlName(name)} ${sort.down ? "DESC" : "ASC"} NULLS LAST, _file, file_row_number`;
}

function columnOf(name: string, columns: readonly BrowsedColumn[]): BrowsedColumn {
  const column = columns.find((each) => each.name === name);
  if (column === undefined)
    throw new Invalid(
      `these files have no column ${name}; they have ${columns.map((each) => each.name).join(", ")}`,
    );
  return column;
}

function cellSql({ name, kind }: BrowsedColumn, place: number): string {
  const cell = sqlName(name);
  const shown = { time: `epoch_us(${cell})`, text: `CAST(${cell} AS VARCHAR)`, number: cell, truth: cell };
  return `${shown[kind]} AS c${place}`;
}
