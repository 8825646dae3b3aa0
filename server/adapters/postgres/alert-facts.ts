import type { AlertSettings } from "../../alert/model";
import { DAY, type Micros } from "../../observation/time";
import type { AlertFacts } from "../../ports/alerts";
import { INGEST_QUEUE, ingestCommandId } from "../../source/messages";
import { type Database, us } from "./database";

/** Runs that are looked at for what a source brought last; more than that without a row are not worth telling apart. */
const LOOKED_AT = 200;
/** Of those that brought rows, so many at once are looked at for the newest observation: ranges overlap. */
const WITH_ROWS = 8;
/** More failures in a row than runs are never counted. */
const NEWEST = 20;
/** A window that is later than this is history, and no news. */
const NEWS_FOR: Micros = 7 * DAY;

type SourceFacts = AlertFacts["sources"][number];
type DatasetFacts = AlertFacts["datasets"][number];

/** What alerts are judged by, each question answered from an index over what is there now. */
export async function alertFacts(db: Database, settings: AlertSettings): Promise<AlertFacts> {
  const now = await db.now();
  return {
    now,
    sources: await sources(db),
    removedSources: (
      await db.rows<{ name: string }>(undefined, "SELECT name FROM source WHERE removed_at IS NOT NULL")
    ).map(({ name }) => name),
    datasets: await datasets(db, settings, now),
    projections: await projections(db),
  };
}

async function sources(db: Database): Promise<SourceFacts[]> {
  const found = await db.rows<{ name: string; enabled: boolean; watchedSince: Micros }>(
    undefined,
    `SELECT name, enabled, greatest(${us("created_at")},
       (SELECT ${us("at")} FROM audit WHERE what = 'source enable' AND subject = source.name ORDER BY id DESC LIMIT 1)) AS "watchedSince"
     FROM source WHERE removed_at IS NULL ORDER BY name`,
  );
  const schedules = await db.rows<SourceFacts["schedules"][number] & { source: string }>(
    undefined,
    `SELECT source, interval_us AS interval, lag_us AS lag, coalesce(${us("on_since")}, 0) AS since FROM schedule WHERE enabled`,
  );
  const facts: SourceFacts[] = [];
  for (const source of found) {
    const runs = await db.rows<SourceFacts["runs"][number]>(
      undefined,
      `SELECT state, attempts, error, failed_check AS "failedCheck" FROM run WHERE source = $1 AND state NOT IN ('queued', 'cancelling', 'cancelled', 'discarded')
       ORDER BY requested_at DESC, id DESC LIMIT $2`,
      source.name,
      NEWEST,
    );
    const [newest] = runs;
    facts.push({
      ...source,
      schedules: schedules.filter((each) => each.source === source.name),
      heard: await heard(db, source.name),
      runs,
      newestError: newest?.state === "failed" || newest?.state === "refused" ? newest.error : undefined,
    });
  }
  return facts;
}

/** The newest observation that runs of a source brought. A run over the past, asked for today, moves nothing: it goes by the ranges. */
async function heard(db: Database, source: string): Promise<Micros | undefined> {
  const runs = await db.rows<{ id: string; end: Micros; rows: number | undefined; state: string }>(
    undefined,
    `SELECT id::text, end_us AS "end", rows, state FROM run WHERE source = $1 ORDER BY end_us DESC LIMIT $2`,
    source,
    LOOKED_AT,
  );
  const brought = runs.filter(({ state, rows }) => state === "done" && (rows ?? 0) > 0);
  for (let from = 0; from < brought.length; from += WITH_ROWS) {
    const newest = await newestOf(db, brought.slice(from, from + WITH_ROWS));
    if (newest !== undefined) return newest;
  }
  // As late as it can have been, where none of those that are looked at brought anything.
  return runs.length === LOOKED_AT ? runs.at(-1)?.end : undefined;
}

/**
 * The newest observation of runs that brought rows. One that is still to be ingested goes by its range; one whose payload was refused, or had no
 * observation that counts, brought nothing.
 */
async function newestOf(
  db: Database,
  runs: readonly { readonly id: string; readonly end: Micros }[],
): Promise<Micros | undefined> {
  const found = await db.rows<{
    command: string;
    observed: Micros | undefined;
    ingested: boolean;
    open: boolean;
  }>(
    undefined,
    `SELECT k.command::text AS command, g.observed_end_us AS observed, g.id IS NOT NULL AS ingested,
       CASE WHEN i.id IS NOT NULL THEN i.settled_at IS NULL AND i.dead_at IS NULL ELSE o.id IS NOT NULL END AS open
     FROM unnest($1::uuid[]) AS k(command) LEFT JOIN generation g ON g.command_id = k.command
       LEFT JOIN inbox i ON i.queue = $2 AND i.id = k.command LEFT JOIN outbox o ON o.route = $2 AND o.id = k.command`,
    runs.map(({ id }) => ingestCommandId(id)),
    INGEST_QUEUE,
  );
  const of = new Map(found.map((each) => [each.command, each]));
  const ends = runs.flatMap(({ id, end }) => {
    const command = of.get(ingestCommandId(id));
    const heard = command?.ingested ? command.observed : command?.open ? end : undefined;
    return heard === undefined ? [] : [heard];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Windows that wait are late only where somebody collects; those that could be built are always. */
const LATE = `
  SELECT dataset, count(*) AS count, count(*) FILTER (WHERE need = 'waiting') AS waiting, (array_agg(start_us ORDER BY could, start_us))[1] AS start,
    (array_agg(reason ORDER BY could, start_us))[1] AS reason, min(could) AS since
  FROM (
    SELECT w.dataset, w.start_us, w.reason, w.need,
      CASE WHEN w.need = 'due' THEN ${us("w.ready_at")} ELSE w.end_us + d.subject_to_change_us + coalesce(d.build_after_us, 0) END AS could
    FROM "window" w JOIN dataset d ON d.name = w.dataset
    WHERE w.state IN ('queued', 'building', 'failed', 'waiting') AND w.end_us > $1::bigint - $2::bigint AND w.end_us <= $1::bigint
      AND (w.need = 'due' OR NOT EXISTS (SELECT 1 FROM source s WHERE s.dataset = w.dataset)
        OR EXISTS (SELECT 1 FROM source s WHERE s.dataset = w.dataset AND s.enabled))
  ) l WHERE could < $1::bigint - coalesce(($3::jsonb->>dataset)::bigint, $4::bigint) GROUP BY dataset`;

/** Windows that were late when an alert of their dataset was opened, and have become too old to be watched since. */
const AGED = `
  SELECT DISTINCT a.subject AS dataset FROM alert a JOIN "window" w ON w.dataset = a.subject
    AND w.end_us <= $1::bigint - $2::bigint AND w.end_us > ${us("a.opened_at")} - $2::bigint
  WHERE a.rule = 'late' AND a.resolved_at IS NULL AND w.state IN ('queued', 'building', 'failed', 'waiting')`;

const FAILING = `
  SELECT DISTINCT ON (dataset) dataset, start_us AS start, attempts, error FROM "window"
  WHERE state IN ('failed', 'building') AND attempts > 0 ORDER BY dataset, attempts DESC, start_us`;

async function datasets(db: Database, settings: AlertSettings, now: Micros): Promise<DatasetFacts[]> {
  const names = await db.rows<{ name: string }>(undefined, "SELECT name FROM dataset ORDER BY name");
  const limits = Object.entries(settings.lateAfterOf).filter(([, limit]) => limit !== "off");
  const late = await db.rows<NonNullable<DatasetFacts["late"]> & { dataset: string }>(
    undefined,
    LATE,
    now,
    NEWS_FOR,
    JSON.stringify(Object.fromEntries(limits)),
    settings.lateAfter,
  );
  const aged = await db.rows<{ dataset: string }>(undefined, AGED, now, NEWS_FOR);
  const failing = await db.rows<NonNullable<DatasetFacts["failing"]> & { dataset: string }>(
    undefined,
    FAILING,
  );
  return names.map(({ name }) => ({
    name,
    late: late.find(({ dataset }) => dataset === name),
    aged: aged.some(({ dataset }) => dataset === name),
    failing: failing.find(({ dataset }) => dataset === name),
  }));
}

async function projections(db: Database): Promise<AlertFacts["projections"]> {
  const rows = await db.rows<{
    name: string;
    dataset: string | undefined;
    start: Micros;
    attempts: number;
    error: string | undefined;
  }>(
    undefined,
    `SELECT p.name, f.* FROM projection p LEFT JOIN (
       SELECT DISTINCT ON (projection) projection, dataset, start_us AS start, attempts, error FROM projection_state
       WHERE wanted > done AND attempts > 0 ORDER BY projection, attempts DESC, start_us
     ) f ON f.projection = p.name WHERE p.enabled ORDER BY p.name`,
  );
  return rows.map(({ name, dataset, ...failing }) => ({
    name,
    failing: dataset === undefined ? undefined : { dataset, ...failing },
  }));
}
