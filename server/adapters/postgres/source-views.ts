import type { Interval } from "../../observation/interval";
import type { SourceView } from "../../ports/views";
import { nextFire } from "../../source/model";
import { type Database, us } from "./database";
import type { RunViews } from "./run-views";

/** Ranges that were skipped are many only where nobody looks at them. */
const SKIPS = 200;

interface ScheduleRow {
  readonly id: string;
  readonly source: string;
  readonly enabled: boolean;
  readonly removed: boolean;
  readonly windowSize: number;
  readonly interval: number;
  readonly lag: number;
  readonly firedThrough: number;
}

/** Every source, the removed ones among them, with its schedules, its last run, and what the last 24 hours brought: what it costs does not grow with the history. */
export async function sourceViews(
  db: Database,
  runs: RunViews,
  titles: Readonly<Record<string, string>>,
): Promise<readonly SourceView[]> {
  const now = await db.now();
  const sources = await db.rows<Omit<SourceView, "schedules" | "lastRun" | "title" | "lastDay">>(
    undefined,
    `SELECT s.name, s.kind, s.enabled, s.dataset, coalesce(d.synthetic, false) AS synthetic, coalesce(d.licence, '') AS licence,
       coalesce(d.attribution, '') AS attribution,
       ${us("s.removed_at")} AS "removedAt",
       (SELECT max(observed_end_us) FROM revision r WHERE r.current AND r.dataset = s.dataset) AS "newestObservation"
     FROM source s LEFT JOIN dataset d ON d.name = s.dataset ORDER BY s.name`,
  );
  const schedules = await db.rows<ScheduleRow>(
    undefined,
    `SELECT id::text, source, enabled, removed_at IS NOT NULL AS removed, window_size_us AS "windowSize", interval_us AS interval, lag_us AS lag,
       fired_through_us AS "firedThrough" FROM schedule ORDER BY interval_us, id`,
  );
  const skips = await db.rows<Interval & { schedule: string }>(
    undefined,
    `SELECT schedule::text, start_us AS start, end_us AS "end" FROM schedule_skip ORDER BY id DESC LIMIT ${SKIPS}`,
  );
  const days = await db.rows<{ source: string; rows: number; bytes: number }>(
    undefined,
    `SELECT d.source, coalesce(sum(g.rows), 0)::bigint AS rows, coalesce(sum(d.payload_bytes), 0)::bigint AS bytes
     FROM delivery d LEFT JOIN generation g ON g.id = d.current_generation
     WHERE d.received_at > clock_timestamp() - interval '1 day' AND d.source IS NOT NULL GROUP BY d.source`,
  );
  const lastRuns = await runs.last();
  return sources.map((source) => {
    const own = schedules.filter((schedule) => schedule.source === source.name);
    const skipped = (id: string) =>
      skips.filter((skip) => skip.schedule === id).map(({ start, end }) => ({ start, end }));
    const day = days.find((each) => each.source === source.name);
    return {
      ...source,
      title: titles[source.kind] ?? source.kind,
      known: titles[source.kind] !== undefined,
      lastRun: lastRuns.find((run) => run.source === source.name),
      lastDay: { rows: day?.rows ?? 0, bytes: day?.bytes ?? 0 },
      schedules: own
        .filter(({ removed }) => !removed)
        .map(({ id, windowSize, interval, lag, enabled, firedThrough }) => ({
          id,
          windowSize,
          interval,
          lag,
          enabled,
          firedThrough,
          nextFire: source.enabled && enabled ? nextFire({ interval }, now) : undefined,
          skipped: skipped(id),
        })),
      skippedBefore: own.filter(({ removed }) => removed).flatMap(({ id }) => skipped(id)),
    };
  });
}
