import { rm } from "node:fs/promises";
import type { CanonicalColumn } from "../observation/column";
import type { Dataset } from "../ports/catalog";
import { type ColumnarSession, sqlName, sqlText } from "../ports/columnar";
import type { BuildPlan, BuildResult } from "../ports/ledger";
import { WRITER_VERSION } from "./manifest";
import { mergeSql, orderSql } from "./merge";
import type { MergeInput } from "./point-scans";
import { slicesOf } from "./slices";

/** A merge holds all its rows in a hash table; sorting spills to disk. Ten variables of so many rows fit into DuckDB's memory twice. */
const ROWS_AT_ONCE = 1_500_000;

export interface WindowContent {
  readonly dataset: Pick<Dataset, "identity" | "mobile">;
  readonly columns: readonly CanonicalColumn[];
  readonly inputs: readonly MergeInput[];
  readonly rowsAtOnce: number | undefined;
}

type Facts = Pick<Extract<BuildResult, { kind: "built" }>, "rows" | "stations" | "observed" | "bbox">;

/**
 * Merges the deliveries of a window into canonical Parquet at `target`. A large window is merged slice by slice of its time, and the slices are sorted
 * once more as a whole, so that the bytes are the same in whatever slices.
 */
export async function writeWindow(
  session: ColumnarSession,
  plan: BuildPlan,
  content: WindowContent,
  target: string,
): Promise<Facts> {
  const { inputs, columns, dataset } = content;
  const { identity, mobile } = dataset;
  const rules = { window: plan.window, columns, identity, mobile, exclusions: plan.exclusions };
  const rows = plan.deliveries.reduce((sum, delivery) => sum + delivery.rows, 0);
  const slices = slicesOf(plan.window, Math.ceil(rows / (content.rowsAtOnce ?? ROWS_AT_ONCE)));
  const parts = slices.length < 2 ? [] : slices.map((_, i) => `${target}.${i}`);
  try {
    for (const [i, part] of parts.entries()) {
      const merged = mergeSql(inputs, { ...rules, window: slices[i] ?? plan.window });
      await session.execute(`COPY (${merged}) TO ${sqlText(part)} (FORMAT parquet, COMPRESSION snappy)`);
    }
    const all =
      parts.length === 0
        ? mergeSql(inputs, rules)
        : `SELECT * FROM read_parquet([${parts.map(sqlText).join(", ")}]) ORDER BY ${orderSql(rules)}`;
    await session.execute(
      `COPY (${all}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880,
         KV_METADATA {'ionbeam.writer': ${sqlText(WRITER_VERSION)}})`,
    );
  } finally {
    for (const part of parts) await rm(part, { force: true });
  }
  return factsOf(session, identity, target);
}

async function factsOf(session: ColumnarSession, identity: readonly string[], file: string): Promise<Facts> {
  const names = identity.map(sqlName);
  const station = names.length > 1 ? `(${names.join(", ")})` : (names[0] ?? "1");
  const [row] = await session.query(
    `SELECT count(*) AS rows, count(DISTINCT ${station}) AS stations, epoch_us(min(datetime)) AS first, epoch_us(max(datetime)) AS last,
       min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north FROM read_parquet(${sqlText(file)})`,
  );
  const number = (name: string) => Number(row?.[name]);
  const placed = row?.west !== null && row?.west !== undefined;
  const bbox = [number("west"), number("south"), number("east"), number("north")] as const;
  return {
    rows: number("rows"),
    stations: number("stations"),
    observed: { start: number("first"), end: number("last") },
    bbox: placed ? bbox : undefined,
  };
}
