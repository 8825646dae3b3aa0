import { Transient } from "../errors";
import type { Interval } from "../observation/interval";
import { formatInstant } from "../observation/time";
import { type ColumnarSession, sqlText } from "../ports/columnar";
import type { PlannedDelivery } from "../ports/ledger";
import { type ParquetShape, parquetShapes } from "../ports/parquet-shape";
import type { SeriesFile } from "../ports/time-series";

/** A delivery and the points file that holds its rows, be it alone or among others. */
export interface MergeInput {
  readonly delivery: PlannedDelivery;
  readonly path: string;
  readonly shared: boolean;
  readonly shape: ParquetShape;
}

/** Many files of one shape, read at once. */
export interface PointScan {
  /** SQL of a table with the files' columns, the rank of each row's delivery as `_rank`, and only rows of the window. */
  readonly table: string;
  /** The files' columns in lower case. */
  readonly names: ReadonlySet<string>;
}

/** Lowest rank first: (source priority, collected at, delivery key), never the time of arrival (SEMANTICS 3). */
export function byRank(a: PlannedDelivery, b: PlannedDelivery): number {
  return (
    a.priority - b.priority || a.collectedAt - b.collectedAt || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  );
}

/**
 * Finds the file of each delivery and what columns it really has.
 * @throws Transient when the time series did not give the points of one
 */
export async function mergeInputs(
  session: ColumnarSession,
  deliveries: readonly PlannedDelivery[],
  files: readonly SeriesFile[],
): Promise<readonly MergeInput[]> {
  const shapes = await parquetShapes(
    session,
    files.map(({ path }) => path),
  );
  const places = new Map(
    files.flatMap((file) => file.refs.map((ref) => [`${ref.delivery} ${ref.generation}`, file])),
  );
  return deliveries.map((delivery) => {
    const file = places.get(`${delivery.key} ${delivery.generation}`);
    const shape = file && shapes.get(file.path);
    if (!file || !shape)
      throw new Transient(`the points of delivery ${delivery.key.slice(0, 16)} are not there`);
    return { delivery, path: file.path, shared: file.shared, shape };
  });
}

interface Ranked extends MergeInput {
  readonly rank: number;
}

/** One scan per shape of file, so that a window of a thousand small deliveries is not a query of a thousand parts. */
export function pointScans(inputs: readonly MergeInput[], window: Interval): readonly PointScan[] {
  const ranked = [...inputs].sort((a, b) => byRank(a.delivery, b.delivery));
  const groups = new Map<string, Ranked[]>();
  for (const [rank, input] of ranked.entries()) {
    const key = `${input.shared} ${input.shape.text}`;
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push({ ...input, rank });
  }
  return [...groups.values()].flatMap((group) => scanOf(group, window) ?? []);
}

function scanOf(group: readonly Ranked[], window: Interval): PointScan | undefined {
  const [first] = group;
  if (!first) return undefined;
  const paths = [...new Set(group.map(({ path }) => path))].map(sqlText).join(", ");
  const { names } = first.shape;
  if (group.length === 1 && !first.shared) {
    const table = `(SELECT *, ${first.rank}::BIGINT AS _rank FROM read_parquet(${paths}) WHERE ${inside(window)})`;
    return { table, names };
  }
  const keys = ["_file", ...(first.shared ? ["_delivery", "_generation"] : [])];
  const members = group.map(({ path, delivery, rank }) => {
    const ref = first.shared ? [delivery.key, delivery.generation] : [];
    return `(${[path, ...ref].map(sqlText).join(", ")}, ${rank}::BIGINT)`;
  });
  const table = `((SELECT * FROM read_parquet([${paths}], filename = '_file') WHERE ${inside(window)})
    JOIN (VALUES ${members.join(", ")}) AS _members(${[...keys, "_rank"].join(", ")}) USING (${keys.join(", ")}))`;
  return { table, names };
}

/** Rows of the window by the rank of their delivery among the inputs: one row (`rank`, `rows`) per delivery that has some. */
export function countSql(inputs: readonly MergeInput[], window: Interval): string {
  const scans = pointScans(inputs, window).map(({ table }) => `SELECT _rank FROM ${table}`);
  return `SELECT _rank AS rank, count(*) AS rows FROM (${scans.join(" UNION ALL ")}) GROUP BY _rank`;
}

/** SQL: whether a row is of the window. */
export function inside(window: Interval): string {
  return `datetime >= TIMESTAMPTZ ${sqlText(formatInstant(window.start))} AND datetime < TIMESTAMPTZ ${sqlText(formatInstant(window.end))}`;
}
