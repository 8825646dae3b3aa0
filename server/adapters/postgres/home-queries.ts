import type { Check } from "../../health/model";
import { formatInstant, type Micros } from "../../observation/time";
import type { RunState } from "../../source/model";
import { us } from "./database";

const HOUR_AGO = "clock_timestamp() - interval '1 hour'";
const OPEN = "settled_at IS NULL AND dead_at IS NULL";
const DEAD = "dead_at IS NOT NULL AND settled_at IS NULL";
const age = (column: string) => `(${us("clock_timestamp()")} - min(${us(column)}))`;

/** One message stage: its queues by a pattern, and the routes of what the relay has not published yet, which waits as well. */
function messageStage(stage: string, pattern: string, routes = pattern): string {
  const unpublished = `FROM outbox WHERE published_at IS NULL AND route ~ '${routes}'`;
  return `SELECT '${stage}' AS stage,
    (SELECT count(*) FROM inbox WHERE queue ~ '${pattern}' AND settled_at > ${HOUR_AGO} AND received_at > ${HOUR_AGO} - interval '1 day'
      AND discarded_at IS NULL) AS "doneLastHour",
    (SELECT count(*) FROM inbox WHERE queue ~ '${pattern}' AND ${OPEN} AND coalesce(lease_until <= clock_timestamp(), true))
      + (SELECT count(*) ${unpublished}) AS waiting,
    (SELECT count(*) FROM inbox WHERE queue ~ '${pattern}' AND ${OPEN} AND lease_until > clock_timestamp()) AS running,
    (SELECT count(*) FROM inbox WHERE queue ~ '${pattern}' AND (${DEAD} OR (${OPEN} AND error IS NOT NULL))) AS failed,
    greatest((SELECT ${age("received_at")} FROM inbox WHERE queue ~ '${pattern}' AND ${OPEN}), (SELECT ${age("written_at")} ${unpublished})) AS lag`;
}

/** The line's five stages: what passed in the last hour, what waits, how far behind it is, what failed. */
export const STAGES = `
  ${messageStage("source", "^ionbeam[.]source[.]")}
  UNION ALL ${messageStage("ingest", "^ionbeam[.]ingestion[.]")}
  UNION ALL ${messageStage("window", "^ionbeam[.]data[.]available[.]", "^ionbeam[.]data[.]available$")}
  UNION ALL SELECT 'dataset', (SELECT count(*) FROM revision WHERE built_at > ${HOUR_AGO}),
    (SELECT count(*) FROM "window" WHERE build_now), (SELECT count(*) FROM "window" WHERE state = 'building'),
    (SELECT count(*) FROM "window" WHERE state = 'failed'), (SELECT ${age("ready_at")} FROM "window" WHERE build_now AND need = 'due')
  UNION ALL SELECT 'projection', (SELECT count(*) FROM projection_state WHERE done_at > ${HOUR_AGO}),
    (SELECT count(*) FROM projection_state WHERE wanted > done AND coalesce(lease_until <= clock_timestamp(), true)),
    (SELECT count(*) FROM projection_state WHERE wanted > done AND lease_until > clock_timestamp()),
    (SELECT count(*) FROM projection_state WHERE wanted > done AND error IS NOT NULL),
    (SELECT ${age("wanted_at")} FROM projection_state WHERE wanted > done)`;

/** A failure with what its page is found by. */
export interface FailureRow {
  readonly what: "window" | "run" | "dead letter" | "message" | "projection" | "day";
  readonly subject: string;
  readonly error: string;
  /** Of a run its source, of a dead letter its id, else its dataset; undefined where a message names none. */
  readonly name: string | undefined;
  /** The start of a window. */
  readonly start: Micros | undefined;
  /** Of a run. */
  readonly state?: RunState | undefined;
  readonly failedCheck?: Check | undefined;
  /** How many there are, of which this is the newest. */
  readonly count: number;
}

const WINDOW_NAME = `dataset || ' ' || to_char(to_timestamp(start_us / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'`;

const DAY_NAME = `dataset || ' ' || to_char(to_timestamp(day_us / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** The newest of each queue and class: letters whose reasons differ by a name only must not crowd out all else. */
const LETTERS = `SELECT DISTINCT ON (queue, class) 'dead letter', queue, dead_reason, id::text, NULL::bigint, dead_at, NULL, NULL,
      count(*) OVER (PARTITION BY queue, class) AS count
    FROM (SELECT *, coalesce(dead_class, 'invalid') AS class FROM inbox WHERE ${DEAD}) l ORDER BY queue, class, dead_at DESC`;

/** What needs a person, newest first. */
export const FAILURES = `
  SELECT what, subject, error, name, start, state, "failedCheck", count FROM (
    SELECT 'window' AS what, ${WINDOW_NAME} AS subject, error, dataset AS name, start_us AS start, judged_at AS at, NULL AS state, NULL AS "failedCheck", 1 AS count
    FROM "window" WHERE state = 'failed'
    UNION ALL SELECT 'run', source, error, source, NULL, finished_at, state, failed_check, 1 FROM
      (SELECT * FROM run ORDER BY requested_at DESC LIMIT 50) r WHERE state IN ('failed', 'refused')
    UNION ALL (${LETTERS})
    UNION ALL SELECT 'message', queue, error, body #>> '{metadata,dataset,name}', NULL, received_at, NULL, NULL, 1
      FROM inbox WHERE ${OPEN} AND error IS NOT NULL AND queue !~ '^ionbeam[.]source[.]'
    UNION ALL SELECT 'day', projection || ' of ' || ${DAY_NAME}, error, dataset, NULL, changed_at, NULL, NULL, 1
      FROM projection_day WHERE owed AND error IS NOT NULL
    UNION ALL SELECT 'day', projection || ' of ' || dataset, error, dataset, NULL, served_at, NULL, NULL, 1
      FROM served_dataset WHERE error IS NOT NULL
    UNION ALL SELECT 'projection', projection || ' of ' || ${WINDOW_NAME}, error, dataset, start_us, wanted_at, NULL, NULL, 1
      FROM projection_state WHERE wanted > done AND error IS NOT NULL
  ) f ORDER BY at DESC NULLS LAST LIMIT 10`;

/** The page that shows a failure, or all that it stands for, and what to do about it. Names are of foreign messages too: they are encoded. */
export function failureHref({ what, subject, name, start, count }: FailureRow): string {
  const encoded = encodeURIComponent(name ?? "");
  if (what === "dead letter" && count > 1) return `/dead-letters?queue=${encodeURIComponent(subject)}`;
  if (what === "dead letter") return `/dead-letters/${encodeURIComponent(subject)}/${encoded}`;
  if (what === "day") return `/datasets/${encoded}`;
  if (what === "run") return `/sources/${encoded}`;
  if (start !== undefined) return `/windows/${encoded}/${formatInstant(start)}`;
  return encoded === "" ? "/ingests" : `/ingests?dataset=${encoded}`;
}
