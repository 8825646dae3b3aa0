import type pg from "pg";
import { HOUR, MINUTE, type Micros } from "../server/observation/time";
import { EARLIEST, FIRST, type Operation, type Run } from "./operations";
import { randomOf } from "./random";

export interface Deletion {
  /** What was received of before this instant goes, points and payloads. */
  readonly cut: Micros;
  /** Makes it old and says that what is old goes. */
  readonly deletion: readonly Operation[];
  /** What comes after it is gone: late deliveries, withdrawals that must be refused, windows whose points have to be restored. */
  readonly late: readonly Operation[];
}

const DATASET = "ioncannon";
const KEPT = ["keepPoints", "keepPayloads", "keepRevisions"] as const;
const keep = (how: string): Operation => ({
  kind: "set",
  dataset: DATASET,
  ...Object.fromEntries(KEPT.map((kind) => [kind, how])),
});

/**
 * Deletion by age, and what meets it afterwards. It is done once all that was asked for before has settled: whether a delivery comes before or after its
 * window is sealed makes two different ends. @param first what was asked for before
 */
export function planDeletion(seed: number, minutes: number, first: readonly Operation[]): Deletion {
  const random = randomOf(seed, "deletion");
  const runs = first.filter((each): each is Run => each.kind === "run" && each.name === DATASET);
  const latest = Math.max(...runs.map(({ end }) => end));
  const cut = FIRST + Math.ceil((latest - FIRST) / HOUR / 3) * HOUR;
  const n = Math.max(4, Math.round(minutes));
  const lateRuns = Array.from({ length: n }, (_, which): Operation => {
    const start =
      FIRST + random.between(0, (cut - FIRST) / HOUR - 1) * HOUR + random.between(1, 4) * 7 * MINUTE;
    return { kind: "run", name: DATASET, start, end: start + 11 * MINUTE, requestKey: `late ${which}` };
  });
  // Ranges of an hour and more hold rows for certain.
  const sealed = runs.filter(
    (run) => run.end <= cut && run.end - run.start >= HOUR && !isWithdrawn(run, first),
  );
  const refused = random
    .shuffled(sealed)
    .slice(0, n)
    .map(({ start, end }): Operation => ({ kind: "withdraw", dataset: DATASET, start, end, sealed: true }));
  const kept = random.shuffled(
    runs.filter(({ start, end }) => start >= cut + 6 * HOUR && end - start >= HOUR),
  );
  const again = kept.slice(0, n).map(({ start: from }, which): Operation => {
    const start = Math.floor(from / HOUR) * HOUR;
    return { kind: "reprocess", dataset: DATASET, start, end: start + HOUR, requestKey: `restored ${which}` };
  });
  return {
    cut,
    deletion: [{ kind: "age", dataset: DATASET, before: cut }, keep("P1Y")],
    late: [...random.shuffled([...lateRuns, ...refused, ...again]), keep("for-ever")],
  };
}

function isWithdrawn(run: Run, first: readonly Operation[]): boolean {
  const last = first.findLast(
    (each) =>
      (each.kind === "withdraw" || each.kind === "restore") &&
      each.start === run.start &&
      each.end === run.end,
  );
  return last?.kind === "withdraw";
}

const OLD = "interval '2 years'";
const IS_OLD = "< clock_timestamp() - interval '1 year'";

/** Makes old what was received of before `before`, and what was superseded there; a second time it changes nothing. */
export async function age(client: pg.Client, dataset: string, before: Micros): Promise<void> {
  const values = [dataset, EARLIEST, before];
  await client.query(
    `UPDATE delivery SET received_at = received_at - ${OLD}
     WHERE dataset = $1 AND start_us >= $2 AND end_us <= $3 AND NOT received_at ${IS_OLD}`,
    values,
  );
  await client.query(
    `UPDATE revision SET superseded_at = superseded_at - ${OLD}
     WHERE dataset = $1 AND start_us >= $2 AND end_us <= $3 AND superseded_at IS NOT NULL AND NOT superseded_at ${IS_OLD}`,
    values,
  );
}

/** What is withdrawn stays, and so does what holds rows of the future, as hostile networks send them (SEMANTICS 4, *Deleting*). */
const MAY_GO = `d.withdrawn_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM generation f WHERE f.id = d.current_generation AND f.future_due_us IS NOT NULL)`;

/** What is old, may go, and is not gone yet, by kind. */
export async function notGone(client: pg.Client): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ what: string; n: number }>(`
    SELECT 'old payloads' AS what, count(*)::int AS n FROM delivery d
      WHERE d.received_at ${IS_OLD} AND ${MAY_GO} AND d.payload <> 'gone'
    UNION ALL SELECT 'old points', count(*)::int FROM delivery d JOIN generation g ON g.delivery_id = d.id
      WHERE d.received_at ${IS_OLD} AND ${MAY_GO} AND g.points <> 'gone'
    UNION ALL SELECT 'old files', count(*)::int FROM revision r
      WHERE superseded_at ${IS_OLD} AND removed_at IS NULL AND file_key IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM revision o WHERE o.file_key = r.file_key AND (o.current OR NOT o.superseded_at ${IS_OLD}))`);
  return Object.fromEntries(rows.filter(({ n }) => n > 0).map(({ what, n }) => [what, n]));
}
