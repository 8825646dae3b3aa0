import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { Invalid, Transient } from "../errors";
import type { Interval } from "../observation/interval";
import { formatInstant, type Micros, parseInstant } from "../observation/time";
import { type Cell, type Columnar, type Row, sqlName, sqlText } from "../ports/columnar";
import type { Files } from "../ports/files";

/** A column of a payload. A vendor's text that may be no number or no instant is VARCHAR: the ingest casts it and counts what fails (SEMANTICS 2). */
export interface PayloadColumn {
  readonly name: string;
  readonly type: "VARCHAR" | "DOUBLE" | "BIGINT" | "TIMESTAMPTZ";
}

export interface PayloadRequest {
  readonly columnar: Columnar;
  readonly files: Files;
  /** Batches of rows, in the order in which they shall stand in the file; one batch at a time is held in memory. */
  readonly rows: AsyncIterable<readonly Row[]>;
  readonly columns: readonly PayloadColumn[];
  /** When the vendor's answer was true: the rank of the delivery (SEMANTICS 3, *Which value wins*). */
  readonly collectedAt: Micros;
  /** What was asked for. */
  readonly requested: Interval;
  readonly signal: AbortSignal;
}

export interface Payload {
  /** A finished local Parquet file in the store's scratch folder; adopting it makes it durable. */
  readonly payload: string;
  readonly rows: number;
}

/**
 * Writes rows as a payload, with all columns even where there are no rows. The same rows give the same bytes. A cell missing from a row is null; a
 * TIMESTAMPTZ cell is a number of µs since the epoch or an instant as text, and null where the text is none.
 * @throws Transient when the work is stopped
 */
export async function writePayload(request: PayloadRequest): Promise<Payload> {
  const { columns, signal } = request;
  if (columns.length === 0) throw new Invalid("a payload needs at least one column");
  const lines = await request.files.scratch("payload.csv");
  const target = await request.files.scratch("payload.parquet");
  try {
    const rows = await writeLines(lines, request.rows, columns, signal);
    await copyToPayload({ ...request, select: selectSql(lines, columns), target });
    return { payload: target, rows };
  } catch (error) {
    await rm(target, { force: true });
    throw signal.aborted
      ? new Transient("the work was stopped while its payload was written", { cause: error })
      : error;
  } finally {
    await rm(lines, { force: true });
  }
}

export interface CopyRequest extends Pick<PayloadRequest, "columnar" | "collectedAt" | "requested"> {
  /** The SQL whose rows are written, in its order. */
  readonly select: string;
  /** Local path of the Parquet file (from `files.scratch`). */
  readonly target: string;
  readonly signal?: AbortSignal;
}

/** Writes what `select` gives as a payload to `target`; its footer carries `ionbeam.collected_at` and `ionbeam.requested`. */
export async function copyToPayload(request: CopyRequest): Promise<void> {
  const requested = JSON.stringify({
    start: formatInstant(request.requested.start),
    end: formatInstant(request.requested.end),
  });
  await request.columnar.session(
    (session) =>
      session.execute(
        `COPY (${request.select}) TO ${sqlText(request.target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880,
         KV_METADATA { "ionbeam.collected_at": ${sqlText(formatInstant(request.collectedAt))}, "ionbeam.requested": ${sqlText(requested)} })`,
      ),
    request.signal,
  );
}

/** Streams rows to disk as CSV without a header, in the order of the columns; waits for the disk. */
async function writeLines(
  target: string,
  batches: AsyncIterable<readonly Row[]>,
  columns: readonly PayloadColumn[],
  signal: AbortSignal,
): Promise<number> {
  let rows = 0;
  async function* texts(): AsyncGenerator<string> {
    for await (const batch of batches) {
      rows += batch.length;
      let text = "";
      for (const row of batch) text += lineOf(row, columns);
      yield text;
    }
  }
  await pipeline(texts, createWriteStream(target, { flags: "wx" }), { signal });
  return rows;
}

function lineOf(row: Row, columns: readonly PayloadColumn[]): string {
  let line = "";
  let separator = "";
  for (const { name, type } of columns) {
    line += separator + fieldOf(row[name] ?? null, type);
    separator = ",";
  }
  return `${line}\n`;
}

/** A missing cell is nothing at all; a text is quoted, so that the empty one is not missing. */
function fieldOf(cell: Cell, type: PayloadColumn["type"]): string {
  if (cell === null) return "";
  if (type === "VARCHAR") return `"${String(cell).replaceAll('"', '""')}"`;
  if (type === "TIMESTAMPTZ" && typeof cell === "string") return String(parseInstant(cell) ?? "");
  return String(cell);
}

/**
 * Read by one thread and in the order of the lines: else threads and memory decide where row groups end, and so the bytes. Nothing is sorted or held, so that
 * millions of rows take no more memory than thousands.
 */
function selectSql(lines: string, columns: readonly PayloadColumn[]): string {
  const read = columns.map(({ type }, index) => `c${index}: '${type === "TIMESTAMPTZ" ? "BIGINT" : type}'`);
  const named = columns.map(({ name, type }, index) => {
    // Sessions run in UTC, so that the cast moves nothing.
    const value = type === "TIMESTAMPTZ" ? `make_timestamp(c${index})::TIMESTAMPTZ` : `c${index}`;
    return `${value} AS ${sqlName(name)}`;
  });
  return `SELECT ${named.join(", ")} FROM read_csv(${sqlText(lines)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
      new_line = '\\n', comment = '', nullstr = '', allow_quoted_nulls = false, parallel = false, buffer_size = 4194304, columns = { ${read.join(", ")} })`;
}
