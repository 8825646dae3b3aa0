import type { Micros } from "../../observation/time";
import type { Page } from "../../ports/views";
import type { WindowDeliveryView, WindowTimes } from "../../ports/window-page";
import type { Window } from "../../window/model";
import { KEY, keyOf } from "./builds";
import { type Database, us } from "./database";

const OF_WINDOW = "dataset = $1 AND window_start_us = $2::bigint AND window_end_us = $3::bigint";

/** The deliveries that claim the window or have rows in it, by the keys of their claims and touches. */
export const MET = `(SELECT delivery_id FROM claim WHERE ${OF_WINDOW} UNION SELECT delivery_id FROM touch WHERE ${OF_WINDOW})`;

/** What the current revision was built from: the keys of deliveries, and which of their generations. */
const HELD = `(SELECT e->>'key' AS key, (e->>'generation')::uuid AS generation FROM revision r, jsonb_array_elements(r.deliveries) e WHERE ${KEY} AND r.current)`;

/** In the order of what they claim. $4 and $5: start and key of the last one shown, $6: how many. */
const WINDOW_DELIVERIES = `SELECT d.key, d.source, coalesce(c.start_us, d.start_us) AS place,
     CASE WHEN c.delivery_id IS NOT NULL THEN json_build_object('start', c.start_us, 'end', c.end_us) END AS claim,
     CASE WHEN g.observed_start_us IS NOT NULL THEN json_build_object('start', g.observed_start_us, 'end', g.observed_end_us) END AS observed,
     coalesce(t.rows, 0) AS rows, coalesce(t.stations, 0) AS stations, ${us("d.received_at")} AS "receivedAt", d.collected_us AS "collectedAt",
     ${us("g.ingested_at")} AS "ingestedAt", d.priority, d.withdrawn_at IS NOT NULL AS withdrawn,
     coalesce(d.received_at > (SELECT min(built_at) FROM revision WHERE ${KEY}), false) AS late, h.key IS NOT NULL AS "inRevision"
   FROM ${MET} k JOIN delivery d ON d.id = k.delivery_id LEFT JOIN generation g ON g.id = d.current_generation
     LEFT JOIN claim c ON c.delivery_id = d.id AND c.window_start_us = $2::bigint AND c.window_end_us = $3::bigint
     LEFT JOIN touch t ON t.generation_id = d.current_generation AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint
     LEFT JOIN ${HELD} h ON h.key = d.key AND h.generation = g.command_id
   WHERE $4::bigint IS NULL OR (coalesce(c.start_us, d.start_us), d.key) > ($4::bigint, $5::text)
   ORDER BY place, d.key LIMIT $6::bigint`;

/** One page of a window's deliveries. */
export async function windowDeliveries(
  db: Database,
  window: Window,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<WindowDeliveryView>> {
  const [place, key] = cursor?.split("|") ?? [];
  const rows = await db.rows<WindowDeliveryView & { readonly place: Micros }>(
    undefined,
    WINDOW_DELIVERIES,
    ...keyOf(window),
    place === undefined ? null : Number(place),
    key ?? null,
    limit + 1,
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ place: _, ...delivery }) => delivery),
    next: rows.length > limit && last ? `${last.place}|${last.key}` : undefined,
  };
}

/** Numbers of a window's deliveries, whatever their pages. */
export interface DeliveryTotals {
  readonly deliveries: number;
  readonly withdrawn: number;
  /** Of those that are not withdrawn. */
  readonly answering: number;
  readonly rows: number;
  readonly stationsAtLeast: number;
  /** Deliveries with rows that the current revision does not hold, and those rows. */
  readonly sinceDeliveries: number;
  readonly sinceRows: number;
}

export async function deliveryTotals(db: Database, window: Window): Promise<DeliveryTotals> {
  const [row] = await db.rows<DeliveryTotals>(
    undefined,
    `SELECT count(*) AS deliveries, count(*) FILTER (WHERE withdrawn) AS withdrawn, count(*) FILTER (WHERE NOT withdrawn) AS answering,
       coalesce(sum(rows) FILTER (WHERE NOT withdrawn), 0)::bigint AS rows,
       coalesce(max(stations) FILTER (WHERE NOT withdrawn), 0) AS "stationsAtLeast",
       count(*) FILTER (WHERE NOT withdrawn AND NOT held AND rows > 0) AS "sinceDeliveries",
       coalesce(sum(rows) FILTER (WHERE NOT withdrawn AND NOT held), 0)::bigint AS "sinceRows"
     FROM (SELECT d.withdrawn_at IS NOT NULL AS withdrawn, coalesce(t.rows, 0) AS rows, coalesce(t.stations, 0) AS stations, h.key IS NOT NULL AS held
       FROM ${MET} k JOIN delivery d ON d.id = k.delivery_id LEFT JOIN generation g ON g.id = d.current_generation
         LEFT JOIN touch t ON t.generation_id = d.current_generation AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint
         LEFT JOIN ${HELD} h ON h.key = d.key AND h.generation = g.command_id) each_delivery`,
    ...keyOf(window),
  );
  if (!row) throw new Error("an aggregate without a row");
  return row;
}

/** What the ledger has of them. */
type TimesRow = Omit<WindowTimes, "built" | "builtAgain" | "firstBuilt"> & {
  readonly first: Micros | undefined;
  readonly verified: Micros | undefined;
};

/**
 * When each step was done (SEMANTICS 9). Of a revision count the generations that it holds, and the deliveries that claimed the window without
 * giving it a row: their answer made it complete.
 */
export async function windowTimes(db: Database, window: Window): Promise<WindowTimes> {
  const span = (first: string, last: string) =>
    `CASE WHEN ${first} IS NOT NULL THEN json_build_object('start', ${first}, 'end', ${last}) END`;
  const over = (column: string) => span(`min(${column})`, `max(${column})`);
  const [row] = await db.rows<TimesRow>(
    undefined,
    `WITH r AS (SELECT * FROM revision WHERE ${KEY} AND current)
     SELECT ${span("r.observed_start_us", "r.observed_end_us")} AS observed, f.collected, f.received, f.ingested,
       ${us("w.ready_at")} AS ready, ${us("r.built_at")} AS first, ${us("r.verified_at")} AS verified, coalesce(r.publications, 0) AS published
     FROM "window" w LEFT JOIN r ON true CROSS JOIN (
       SELECT ${over("d.collected_us")} AS collected, ${over(us("d.received_at"))} AS received, ${over(us("coalesce(b.ingested_at, g.ingested_at)"))} AS ingested
       FROM ${MET} k JOIN delivery d ON d.id = k.delivery_id LEFT JOIN r ON true LEFT JOIN ${HELD} h ON h.key = d.key
         LEFT JOIN touch t ON t.generation_id = d.current_generation AND t.window_start_us = $2::bigint AND t.window_end_us = $3::bigint
         LEFT JOIN generation b ON b.command_id = h.generation LEFT JOIN generation g ON g.id = d.current_generation
       WHERE h.key IS NOT NULL
         OR (d.withdrawn_at IS NULL AND (r.revision IS NULL OR (coalesce(t.rows, 0) = 0 AND g.ingested_at <= r.built_at)))) f
     WHERE w.dataset = $1 AND w.start_us = $2::bigint AND w.end_us = $3::bigint`,
    ...keyOf(window),
  );
  if (!row)
    return {
      observed: undefined,
      collected: undefined,
      received: undefined,
      ingested: undefined,
      ready: undefined,
      built: undefined,
      builtAgain: undefined,
      firstBuilt: undefined,
      published: 0,
    };
  const { first, verified, ...times } = row;
  return { ...times, ...buildsOf(first, verified, row.ingested?.end) };
}

/** Which build the chain ends with: that of what was ingested, and none that somebody asked for later, for which nothing had to come. */
function buildsOf(
  first: Micros | undefined,
  verified: Micros | undefined,
  ingested: Micros | undefined,
): Pick<WindowTimes, "built" | "builtAgain" | "firstBuilt"> {
  if (first === undefined || verified === undefined || verified <= first)
    return { built: first, builtAgain: undefined, firstBuilt: undefined };
  if (ingested !== undefined && ingested > first)
    return { built: verified, builtAgain: undefined, firstBuilt: first };
  return { built: first, builtAgain: verified, firstBuilt: undefined };
}
