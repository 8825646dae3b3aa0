import pLimit from "p-limit";
import { z } from "zod";
import type { CanonicalColumn } from "../observation/column";
import type { Micros } from "../observation/time";
import { type Columnar, type ColumnarSession, type Row, sqlText } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { Views } from "../ports/views";
import type { WindowRevisionView } from "../ports/window-page";
import type { Window } from "../window/model";
import {
  type ComparedColumns,
  type ComparedFile,
  comparedFields,
  countsSql,
  examplesSql,
  pairSql,
  stationsSql,
} from "./comparison-sql";
import { type JsonCell, jsonCell } from "./json-cell";
import { slicesOf } from "./slices";

export const CompareRevisions = z.object({
  dataset: z.string().min(1),
  /** µs since the epoch, UTC. */
  start: z.number().int(),
  end: z.number().int(),
  before: z.number().int(),
  after: z.number().int(),
});
type CompareRevisions = z.infer<typeof CompareRevisions>;

/** Examples of changed values, over all variables. */
const EXAMPLES = 20;
/** Stations that are named. */
const NAMED = 5;
/** Rows of both files that are held at once: 30 columns of them stay well below DuckDB's memory. */
const ROWS_AT_ONCE = 200_000;
/** After so long a comparison is given up. */
const LONGEST_MS = 30_000;

/** Of rows, or of one column's values. */
interface Differences {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export interface ChangedValue {
  readonly at: Micros;
  readonly station: string;
  /** Name of the column. */
  readonly column: string;
  readonly before: JsonCell;
  readonly after: JsonCell;
}

export interface Values {
  /** `kept`: in both, `changed` ones included. */
  readonly rows: Differences & { readonly kept: number };
  readonly stations: Record<
    "added" | "removed",
    { readonly total: number; readonly named: readonly string[] }
  >;
  /** All columns that can differ, in the order of the files. */
  readonly fields: readonly (Differences & { readonly column: CanonicalColumn })[];
  readonly examples: readonly ChangedValue[];
}

export type RevisionComparison =
  | ({ readonly kind: "compared" } & Values)
  /** Both revisions are the same bytes. */
  | { readonly kind: "same" }
  /** A file that is not there any more; `removedAt`: when retention deleted it. */
  | { readonly kind: "gone"; readonly revision: number; readonly removedAt: Micros | undefined }
  /** It took longer than may be. */
  | { readonly kind: "too-long"; readonly seconds: number };

export interface ComparePorts {
  readonly views: Pick<Views, "revisionDifference" | "dataset">;
  readonly columnar: Columnar;
  readonly files: Pick<Files, "location" | "exists">;
  /** Only tests have so few rows, or so little patience, that it matters. */
  readonly rowsAtOnce?: number;
  readonly longestMs?: number;
}

/** They share DuckDB's memory with whatever else a page asks it. */
const oneAtATime = pLimit(1);

/**
 * What became of the values between two revisions of a window, by their canonical files; worked by DuckDB, slice by slice of their time, one
 * comparison after the other. @throws NotFound; Transient when `signal` aborts it
 */
export async function compareRevisions(
  request: CompareRevisions,
  ports: ComparePorts,
  signal: AbortSignal | undefined,
): Promise<RevisionComparison> {
  const { before: from, after: to, ...window } = request;
  const { before, after } = await ports.views.revisionDifference(window, from, to);
  if (before.sha256 !== undefined && before.sha256 === after.sha256) return { kind: "same" };
  const gone = (await Promise.all([before, after].map((each) => goneFile(each, ports)))).find(Boolean);
  if (gone) return gone;
  const { identity, mobile } = await ports.views.dataset(window.dataset);
  const columns = {
    identity,
    mobile,
    fields: comparedFields(before.columns, after.columns, { identity, mobile }),
  };
  return oneAtATime(async () => {
    const longestMs = ports.longestMs ?? LONGEST_MS;
    const timeout = AbortSignal.timeout(longestMs);
    try {
      const values = await ports.columnar.session(
        (session) => compare(session, window, [before, after], columns, ports),
        AbortSignal.any([timeout, ...(signal ? [signal] : [])]),
      );
      return { kind: "compared", ...values };
    } catch (error) {
      if (timeout.aborted && !signal?.aborted) return { kind: "too-long", seconds: longestMs / 1000 };
      throw error;
    }
  });
}

async function goneFile(
  { revision, fileKey, removedAt }: WindowRevisionView,
  { files }: ComparePorts,
): Promise<Extract<RevisionComparison, { kind: "gone" }> | undefined> {
  if (fileKey === undefined) return undefined;
  const there = removedAt === undefined && (await files.exists(fileKey));
  return there ? undefined : { kind: "gone", revision, removedAt };
}

async function compare(
  session: ColumnarSession,
  window: Window,
  revisions: readonly [WindowRevisionView, WindowRevisionView],
  columns: ComparedColumns,
  ports: ComparePorts,
): Promise<Values> {
  const [before, after] = [
    await fileOf(session, revisions[0], ports),
    await fileOf(session, revisions[1], ports),
  ];
  const total = revisions[0].rows + revisions[1].rows;
  const sums = new Map<string, number>();
  const examples = columns.fields.map((): ChangedValue[] => []);
  for (const slice of slicesOf(window, Math.ceil(total / (ports.rowsAtOnce ?? ROWS_AT_ONCE)))) {
    await session.execute(pairSql(before, after, columns, slice));
    const [counts] = await session.query(countsSql(columns));
    for (const [name, count] of Object.entries(counts ?? {}))
      sums.set(name, (sums.get(name) ?? 0) + Number(count));
    for (const [field, found] of examples.entries()) {
      if (found.length >= EXAMPLES || Number(counts?.[`changed${field}`]) === 0) continue;
      const rows = await session.query(examplesSql(columns, field, EXAMPLES - found.length));
      found.push(...rows.map((row) => exampleOf(row, columns.fields[field]?.name ?? "")));
    }
  }
  const of = (name: string) => sums.get(name) ?? 0;
  const differences = (place: string | number) => ({
    added: of(`added${place}`),
    removed: of(`removed${place}`),
    changed: of(`changed${place}`),
  });
  return {
    rows: { ...differences(""), kept: of("kept") },
    stations: {
      added: await stations(session, stationsSql(after, before, columns.identity, NAMED)),
      removed: await stations(session, stationsSql(before, after, columns.identity, NAMED)),
    },
    fields: columns.fields.map((column, field) => ({ column, ...differences(field) })),
    examples: fairExamples(examples, EXAMPLES),
  };
}

/** The columns that the file has, not those that the ledger says. */
async function fileOf(
  session: ColumnarSession,
  { fileKey }: WindowRevisionView,
  { files }: ComparePorts,
): Promise<ComparedFile> {
  if (fileKey === undefined) return { path: undefined, types: new Map() };
  const path = files.location(fileKey);
  const described = await session.query(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM read_parquet(${sqlText(path)}))`,
  );
  return { path, types: new Map(described.map(({ name, type }) => [String(name), String(type)])) };
}

function exampleOf(row: Row, column: string): ChangedValue {
  return {
    at: Number(row.at),
    station: String(row.station),
    column,
    before: jsonCell(row.before ?? null),
    after: jsonCell(row.after ?? null),
  };
}

async function stations(session: ColumnarSession, sql: string) {
  const rows = await session.query(sql);
  return { total: Number(rows[0]?.total ?? 0), named: rows.map(({ station }) => String(station)) };
}

/** So many examples, taken from each variable in turn: one that changed everywhere hides no other. In the order of their variables. */
export function fairExamples<Example>(
  byField: readonly (readonly Example[])[],
  most: number,
): readonly Example[] {
  const taken = byField.map((): Example[] => []);
  let left = most;
  for (let turn = 0; left > 0 && byField.some((found) => turn < found.length); turn += 1) {
    for (const [field, found] of byField.entries()) {
      const example = found[turn];
      if (example === undefined || left === 0) continue;
      taken[field]?.push(example);
      left -= 1;
    }
  }
  return taken.flat();
}
