import { readdir } from "node:fs/promises";
import path from "node:path";
import { Invalid } from "../errors";
import type { Interval } from "../observation/interval";
import { HOUR, MINUTE, type Micros } from "../observation/time";
import { type ColumnarSession, type Row, sqlName, sqlText } from "../ports/columnar";
import type { GenerationFacts } from "../ports/ledger";
import type { Alignment, SpanRules } from "./alignment";
import { type CanonicalPlan, REASONS } from "./canonicalize";

/** A payload that touches more windows than this is refused as a whole (SEMANTICS 2). */
const MOST_WINDOWS = 10_000;

/** Examples kept per reason. */
const EXAMPLES = 5;
const EXAMPLE_CHARACTERS = 200;

type Findings = Pick<
  GenerationFacts,
  "rows" | "stations" | "observed" | "touches" | "rejected" | "badCells" | "unmapped" | "futureDueAt"
>;

/**
 * Casts every cell of the payload once, into a local folder that the steps after read: columns that hold numbers are read back many times faster than text
 * is cast. Each thread writes a file of its own: rows carry their number, and to keep their order as well holds all threads but one up.
 * @param target a folder that does not exist yet. @returns the plan over its files
 */
export async function castOnce(
  session: ColumnarSession,
  plan: CanonicalPlan,
  target: string,
): Promise<CanonicalPlan> {
  await session.execute(
    `COPY (SELECT * FROM ${plan.typed}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION snappy, PER_THREAD_OUTPUT true)`,
  );
  // By name and not by a pattern: the folder's own path may hold what a pattern would take for more than itself.
  const names = (await readdir(target)).sort();
  const files = names.map((name) => sqlText(path.join(target, name)));
  return { ...plan, typed: `read_parquet([${files.join(", ")}])` };
}

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

/**
 * Counts what a payload held: accepted rows and stations per window, rejected rows by reason with examples, unusable cells, unmapped fields.
 * @param plan over cells that are cast (`castOnce`): they are read several times
 */
export async function survey(
  session: ColumnarSession,
  plan: CanonicalPlan,
  identity: readonly string[],
  rules: SpanRules,
  alignment: Alignment,
): Promise<Findings> {
  const [totals = {}] = await session.query(totalsSql(plan));
  const rejected = [];
  for (const reason of REASONS) {
    const count = Number(totals[`reason ${reason}`] ?? 0);
    if (count > 0) rejected.push({ reason, count, examples: await examples(session, plan, reason) });
  }
  const accepted = acceptedRows(plan, identity);
  const [all] = await session.query(
    `SELECT count(*) AS rows, count(DISTINCT ${station(identity)}) AS stations, min(us) AS first, max(us) AS last FROM ${accepted}`,
  );
  const first = all?.first;
  const future = totals["future due"];
  return {
    rows: Number(all?.rows ?? 0),
    stations: Number(all?.stations ?? 0),
    observed:
      first === null || first === undefined ? undefined : { start: Number(first), end: Number(all?.last) },
    touches: await touches(session, accepted, identity, rules, alignment),
    rejected,
    badCells: countsOf(totals, "bad ", plan.bad),
    unmapped: await unmappedCounts(session, plan),
    // A row may be taken once it is no later than ten minutes from now.
    futureDueAt: future === null || future === undefined ? undefined : Number(future) - 10 * MINUTE,
  };
}

/** A table expression: `us`, the instant in µs, and what identifies the station, of each accepted row. */
function acceptedRows(plan: CanonicalPlan, identity: readonly string[]): string {
  const columns = ["epoch_us(datetime) AS us", ...identity.map(sqlName)].join(", ");
  return `(SELECT ${columns} FROM ${plan.typed} WHERE _reason IS NULL)`;
}

function totalsSql(plan: CanonicalPlan): string {
  const reasons = REASONS.map(
    (reason) => `count(*) FILTER (_reason = ${sqlText(reason)}) AS ${sqlName(`reason ${reason}`)}`,
  );
  return `SELECT ${reasons.join(", ")}, epoch_us(min(datetime) FILTER (_reason = 'future')) AS "future due"
    ${plan.bad.map((column) => `, sum(${sqlName(`_bad ${column}`)}::INTEGER) AS ${sqlName(`bad ${column}`)}`).join("")}
    FROM ${plan.typed}`;
}

function countsOf(row: Row, prefix: string, names: readonly string[]): Record<string, number> {
  const counts = names.map((name) => [name, Number(row[`${prefix}${name}`] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** The raw cells of the first rejected rows as text, with their number in the payload; a personal column is not repeated here either. */
async function examples(
  session: ColumnarSession,
  plan: CanonicalPlan,
  reason: string,
): Promise<readonly Row[]> {
  const cells = plan.shown.map(
    ({ sql }, index) => `left(CAST(p.${sqlName(sql)} AS VARCHAR), ${EXAMPLE_CHARACTERS}) AS c${index}`,
  );
  const rows = await session.query(
    `SELECT ${[`p.${plan.rowNumber} AS "row"`, ...cells].join(", ")} FROM ${plan.payload} p
     WHERE p.${plan.rowNumber} IN (SELECT _row FROM ${plan.typed} WHERE _reason = ${sqlText(reason)} ORDER BY _row LIMIT ${EXAMPLES})
     ORDER BY p.${plan.rowNumber}`,
  );
  return rows.map((row) =>
    Object.fromEntries([
      ["row", row.row ?? null],
      ...plan.shown.map(({ name }, index) => [storable(name), storable(row[`c${index}`] ?? null)]),
    ]),
  );
}

/** PostgreSQL's JSON has no NUL. */
function storable<Value>(value: Value): Value | string {
  return typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;
}

function station(identity: readonly string[]): string {
  const [only] = identity;
  if (only === undefined) return "1";
  return identity.length === 1 ? sqlName(only) : `(${identity.map(sqlName).join(", ")})`;
}

/** So many windows are counted in one query: with windows of a minute, 10,000 hours would be 600,000 of them. */
const WINDOWS_AT_ONCE = 20_000;

/**
 * Rows and stations per window. The windows come from the one rule of alignment: the hours that hold rows are asked for, their windows are made,
 * and the rows are joined to them by time.
 * @throws Invalid for more than 10,000 windows
 */
async function touches(
  session: ColumnarSession,
  accepted: string,
  identity: readonly string[],
  rules: SpanRules,
  alignment: Alignment,
): Promise<Findings["touches"]> {
  const hours = await session.query(
    `SELECT DISTINCT us - ((us % ${HOUR}) + ${HOUR}) % ${HOUR} AS hour
     FROM ${accepted} ORDER BY hour LIMIT ${MOST_WINDOWS * 24 + 1}`,
  );
  const found: Findings["touches"][number][] = [];
  let some: Interval[] = [];
  let counted: Micros = Number.NEGATIVE_INFINITY;
  const count = async () => {
    found.push(...(await rowsPerWindow(session, accepted, identity, some)));
    if (found.length > MOST_WINDOWS) {
      throw new Invalid(
        `the payload touches more than ${MOST_WINDOWS} windows: its times are wrong, or it must be cut into smaller payloads`,
      );
    }
    some = [];
  };
  for (const { hour } of hours) {
    const end = Number(hour) + HOUR;
    for (let at = Math.max(Number(hour), counted); at < end; at = counted) {
      const window = alignment.windowAt(rules, at);
      some.push(window);
      counted = window.end;
    }
    if (some.length > WINDOWS_AT_ONCE) await count();
  }
  await count();
  return found;
}

/** @param windows in order; all rows between the first and the last of them lie in one of them */
async function rowsPerWindow(
  session: ColumnarSession,
  accepted: string,
  identity: readonly string[],
  windows: readonly Interval[],
): Promise<Findings["touches"]> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (!first || !last) return [];
  const byStart = new Map(windows.map((window) => [window.start, window]));
  const rows = await session.query(
    `SELECT w.start, count(*) AS rows, count(DISTINCT ${station(identity)}) AS stations
     FROM (SELECT * FROM ${accepted} WHERE us >= ${first.start} AND us < ${last.end}) p
     ASOF JOIN (SELECT unnest([${[...byStart.keys()].join(", ")}]::BIGINT[]) AS start) w ON p.us >= w.start
     GROUP BY w.start ORDER BY w.start`,
  );
  return rows.flatMap((row) => {
    const window = byStart.get(Number(row.start));
    return window ? [{ window, rows: Number(row.rows), stations: Number(row.stations) }] : [];
  });
}

async function unmappedCounts(
  session: ColumnarSession,
  plan: CanonicalPlan,
): Promise<Record<string, number>> {
  if (plan.unmapped.length === 0) return {};
  const counts = plan.unmapped.map(
    ({ sql }, index) => `count(nullif(trim(CAST(${sqlName(sql)} AS VARCHAR)), '')) AS n${index}`,
  );
  const [row = {}] = await session.query(`SELECT ${counts.join(", ")} FROM ${plan.payload}`);
  const named = plan.unmapped.map(
    ({ name }, index) => [storable(name), Number(row[`n${index}`] ?? 0)] as const,
  );
  return Object.fromEntries(named.filter(([, count]) => count > 0));
}
