import { Invalid } from "../errors";
import type { Interval } from "../observation/interval";
import { HOUR, MINUTE, type Micros } from "../observation/time";
import { type Cell, type ColumnarSession, type Row, sqlName, sqlText } from "../ports/columnar";
import type { GenerationFacts } from "../ports/ledger";
import type { Alignment, SpanRules } from "./alignment";
import { type CanonicalPlan, REASONS } from "./canonicalize";

/** A payload that touches more windows than this is refused as a whole (SEMANTICS 2). */
const MOST_WINDOWS = 10_000;

/** Examples kept per reason. */
const EXAMPLES = 5;

type Findings = Pick<
  GenerationFacts,
  "rows" | "stations" | "observed" | "touches" | "rejected" | "badCells" | "unmapped" | "futureDueAt"
>;

/** Writes the accepted rows as a points file, sorted by time, identity and row of the payload. */
export async function writePoints(
  session: ColumnarSession,
  plan: CanonicalPlan,
  identity: readonly string[],
  target: string,
): Promise<void> {
  const order = ["datetime", ...identity.map(sqlName), "_row"].join(", ");
  await session.execute(
    `COPY (SELECT ${plan.names.map(sqlName).join(", ")}, _row FROM ${plan.typed} WHERE _reason IS NULL ORDER BY ${order})
     TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

/** Counts what a payload held: accepted rows and stations per window, rejected rows by reason with examples, unusable cells, unmapped fields. */
export async function survey(
  session: ColumnarSession,
  plan: CanonicalPlan,
  payload: string,
  points: string,
  identity: readonly string[],
  rules: SpanRules,
  alignment: Alignment,
): Promise<Findings> {
  const [totals = {}] = await session.query(totalsSql(plan));
  const rejected = [];
  for (const reason of REASONS) {
    const count = Number(totals[`reason ${reason}`] ?? 0);
    if (count > 0) rejected.push({ reason, count, examples: await examples(session, plan, payload, reason) });
  }
  const badCells = countsOf(
    totals,
    "bad ",
    plan.bad.map(({ column }) => column),
  );
  const [all] = await session.query(
    `SELECT count(*) AS rows, count(DISTINCT ${station(identity)}) AS stations, epoch_us(min(datetime)) AS first, epoch_us(max(datetime)) AS last
     FROM read_parquet(${sqlText(points)})`,
  );
  const first = all?.first;
  const future = totals["future due"];
  return {
    rows: Number(all?.rows ?? 0),
    stations: Number(all?.stations ?? 0),
    observed:
      first === null || first === undefined ? undefined : { start: Number(first), end: Number(all?.last) },
    touches: await touches(session, points, identity, rules, alignment),
    rejected,
    badCells,
    unmapped: await unmappedCounts(session, plan, payload),
    // A row may be taken once it is no later than ten minutes from now.
    futureDueAt: future === null || future === undefined ? undefined : Number(future) - 10 * MINUTE,
  };
}

function totalsSql(plan: CanonicalPlan): string {
  const reasons = REASONS.map(
    (reason) => `count(*) FILTER (_reason = ${sqlText(reason)}) AS ${sqlName(`reason ${reason}`)}`,
  );
  return `SELECT ${reasons.join(", ")}, epoch_us(min(datetime) FILTER (_reason = 'future')) AS "future due"
    ${plan.bad.map(({ column }) => `, sum(${sqlName(`_bad ${column}`)}::INTEGER) AS ${sqlName(`bad ${column}`)}`).join("")}
    FROM ${plan.typed}`;
}

function countsOf(row: Row, prefix: string, names: readonly string[]): Record<string, number> {
  const counts = names.map((name) => [name, Number(row[`${prefix}${name}`] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** The raw cells of the first rejected rows, with their number in the payload. */
async function examples(
  session: ColumnarSession,
  plan: CanonicalPlan,
  payload: string,
  reason: string,
): Promise<readonly Row[]> {
  const rows = await session.query(
    `SELECT p.file_row_number AS "row", CAST(to_json(COLUMNS(p.* EXCLUDE (file_row_number))) AS VARCHAR)
     FROM read_parquet(${sqlText(payload)}, file_row_number = true) p
     WHERE p.file_row_number IN (SELECT _row FROM ${plan.typed} WHERE _reason = ${sqlText(reason)} ORDER BY _row LIMIT ${EXAMPLES})
     ORDER BY p.file_row_number`,
  );
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, readable(cell)])),
  );
}

function readable(cell: Cell): Cell {
  if (typeof cell !== "string") return cell;
  return cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1) : cell;
}

function station(identity: readonly string[]): string {
  const [only] = identity;
  return identity.length === 1 && only !== undefined
    ? sqlName(only)
    : `(${identity.map(sqlName).join(", ")})`;
}

/**
 * Rows and stations per window. The windows come from the one rule of alignment: the hours that hold rows are asked for, their windows are made,
 * and the rows are joined to them by time.
 */
async function touches(
  session: ColumnarSession,
  points: string,
  identity: readonly string[],
  rules: SpanRules,
  alignment: Alignment,
): Promise<Findings["touches"]> {
  const hours = await session.query(
    `SELECT DISTINCT epoch_us(datetime) // ${HOUR} AS hour FROM read_parquet(${sqlText(points)}) ORDER BY hour LIMIT ${MOST_WINDOWS * 24 + 1}`,
  );
  const starts = new Map<Micros, Interval>();
  for (const { hour } of hours) {
    const end = (Number(hour) + 1) * HOUR;
    for (let at = Number(hour) * HOUR; at < end; ) {
      const window = alignment.windowAt(rules, at);
      starts.set(window.start, window);
      at = window.end;
    }
  }
  if (starts.size === 0) return [];
  const list = [...starts.keys()].sort((a, b) => a - b).join(", ");
  const rows = await session.query(
    `SELECT w.start, count(*) AS rows, count(DISTINCT ${station(identity)}) AS stations
     FROM (SELECT epoch_us(datetime) AS at, ${identity.map(sqlName).join(", ")} FROM read_parquet(${sqlText(points)})) p
     ASOF JOIN (SELECT unnest([${list}]::BIGINT[]) AS start) w ON p.at >= w.start
     GROUP BY w.start ORDER BY w.start`,
  );
  if (rows.length > MOST_WINDOWS) {
    throw new Invalid(
      `the payload touches more than ${MOST_WINDOWS} windows: its times are wrong, or it must be cut into smaller payloads`,
    );
  }
  return rows.flatMap((row) => {
    const window = starts.get(Number(row.start));
    return window ? [{ window, rows: Number(row.rows), stations: Number(row.stations) }] : [];
  });
}

async function unmappedCounts(
  session: ColumnarSession,
  plan: CanonicalPlan,
  payload: string,
): Promise<Record<string, number>> {
  if (plan.unmapped.length === 0) return {};
  const counts = plan.unmapped.map(
    (name) => `count(nullif(trim(CAST(${sqlName(name)} AS VARCHAR)), '')) AS ${sqlName(`n ${name}`)}`,
  );
  const [row = {}] = await session.query(
    `SELECT ${counts.join(", ")} FROM read_parquet(${sqlText(payload)})`,
  );
  return countsOf(row, "n ", plan.unmapped);
}
