import type { HeldDelivery, HeldWindow } from "../../ports/data-life";
import type { Tx } from "../../ports/transactions";
import type { Exclusion, Touch, Window, WindowRecord } from "../../window/model";
import type { Database } from "./database";
import { MAY_COME_BACK } from "./letters";
import { lockSettings } from "./settings-lock";
import { RECORD } from "./window-lock";

interface DeliveryRow extends Omit<HeldDelivery, "payloadNamed" | "desiredIn" | "registered" | "claims"> {
  readonly payloadKey: string;
}

interface MetWindow extends Window {
  readonly delivery: number;
  readonly how: "desired" | "registered" | "claim";
}

/** $1: dataset, $2: ids of deliveries. */
const DELIVERIES = `
  SELECT d.id, d.key, d.withdrawn_at IS NOT NULL AS withdrawn, d.current_generation IS NOT NULL AS ingested, d.payload_key AS "payloadKey",
    d.payload = 'present' AS payload, coalesce(c.points = 'present', false) AS "currentPoints",
    coalesce(c.future_due_us IS NOT NULL AND NOT c.future_asked, false) AS "futureOwed",
    EXISTS (SELECT 1 FROM generation g WHERE g.delivery_id = d.id AND g.points = 'present') AS points
  FROM delivery d LEFT JOIN generation c ON c.id = d.current_generation WHERE d.dataset = $1 AND d.id = ANY($2::bigint[]) ORDER BY d.id`;

/** Every window that a generation registered, with whether it is desired there, and every window that the claim meets. */
const MET = `
  SELECT t.delivery_id AS delivery, t.dataset, t.window_start_us AS start, t.window_end_us AS "end",
    CASE WHEN bool_or(d.current_generation = t.generation_id AND t.rows > 0) THEN 'desired' ELSE 'registered' END AS how
  FROM generation g JOIN touch t ON t.generation_id = g.id JOIN delivery d ON d.id = g.delivery_id WHERE g.delivery_id = ANY($1::bigint[])
  GROUP BY t.delivery_id, t.dataset, t.window_start_us, t.window_end_us
  UNION ALL
  SELECT delivery_id, dataset, window_start_us, window_end_us, 'claim' FROM claim WHERE delivery_id = ANY($1::bigint[])`;

/** Windows $2 to $3 of the dataset $1, by the keys of whatever is joined to them. */
const GIVEN = "unnest($2::bigint[], $3::bigint[]) AS given(s, e)";

/** Payloads that a message still needs: those that are open, those set aside, which may be replayed, and those discarded not long ago. */
const NAMED = `
  SELECT body->>'payload_location' AS location FROM inbox WHERE settled_at IS NULL AND dead_at IS NULL AND body ? 'payload_location'
  UNION ALL SELECT body->>'payload_location' FROM inbox WHERE dead_at IS NOT NULL AND settled_at IS NULL AND body ? 'payload_location'
  UNION ALL SELECT body->>'payload_location' FROM inbox WHERE ${MAY_COME_BACK} AND body ? 'payload_location'
  UNION ALL SELECT body->>'payload_location' FROM outbox WHERE published_at IS NULL AND body ? 'payload_location'`;

/** Ends of locations, so that a key is found in a path: our keys begin with this folder. */
export async function namedPayloads(db: Database, tx: Tx | undefined): Promise<ReadonlySet<string>> {
  const rows = await db.rows<{ location: string }>(tx, NAMED);
  return new Set(rows.map(({ location }) => location.slice(Math.max(0, location.lastIndexOf("payloads/")))));
}

/**
 * Deliveries with the windows that they meet, in a fixed number of statements. Under `lock` the settings are locked first, so that no judgement and no
 * ingestion is under way; a window's row that a build holds is passed over and told as busy, since that build may be waiting for the settings.
 */
export async function hold(
  db: Database,
  tx: Tx,
  dataset: string,
  deliveries: readonly number[],
  locks: boolean,
): Promise<readonly HeldDelivery[]> {
  if (locks) {
    await lockSettings(db, tx, dataset);
    await db.rows(
      tx,
      "SELECT id FROM delivery WHERE dataset = $1 AND id = ANY($2::bigint[]) ORDER BY id FOR UPDATE",
      dataset,
      deliveries,
    );
  }
  const rows = await db.rows<DeliveryRow>(tx, DELIVERIES, dataset, deliveries);
  const met = await db.rows<MetWindow>(
    tx,
    MET,
    rows.map(({ id }) => id),
  );
  const windows = await heldWindows(db, tx, dataset, met, locks);
  const named = await namedPayloads(db, tx);
  return rows.map(({ payloadKey, ...row }) => {
    const own = (...how: MetWindow["how"][]) =>
      met
        .filter((each) => each.delivery === row.id && how.includes(each.how))
        .flatMap((each) => windows.get(keyText(each)) ?? []);
    return {
      ...row,
      payloadNamed: named.has(payloadKey),
      desiredIn: own("desired"),
      registered: own("desired", "registered"),
      claims: own("claim"),
    };
  });
}

async function heldWindows(
  db: Database,
  tx: Tx,
  dataset: string,
  met: readonly Window[],
  locks: boolean,
): Promise<ReadonlyMap<string, HeldWindow>> {
  const distinct = [...new Map(met.map((each) => [keyText(each), each])).values()];
  const key = [dataset, distinct.map(({ start }) => start), distinct.map(({ end }) => end)] as const;
  const locked = locks
    ? await db.rows<Window>(
        tx,
        `SELECT w.start_us AS start, w.end_us AS "end" FROM "window" w JOIN ${GIVEN} ON w.start_us = s AND w.end_us = e
         WHERE w.dataset = $1 FOR UPDATE OF w SKIP LOCKED`,
        ...key,
      )
    : [];
  const free = new Set(locked.map(keyText));
  const records = await db.rows<Window & WindowRecord & { state: string; projected: boolean }>(
    tx,
    `SELECT w.start_us AS start, w.end_us AS "end", w.state, ${PROJECTED} AS projected, ${RECORD}
     FROM "window" w JOIN ${GIVEN} ON w.start_us = s AND w.end_us = e WHERE w.dataset = $1`,
    ...key,
  );
  const byKey = new Map(records.map((each) => [keyText(each), each]));
  const touches = grouped(await db.rows<Window & Touch>(tx, TOUCHES, ...key));
  const claimed = new Set((await db.rows<Window>(tx, CLAIMED, ...key)).map(keyText));
  const exclusions = await exclusionsOf(db, tx, dataset, distinct);
  return new Map(
    distinct.map(({ start, end }) => {
      const text = keyText({ start, end });
      const record = byKey.get(text);
      const window = { dataset, start, end };
      return [
        text,
        {
          window,
          touches: touches.get(text) ?? [],
          claimed: claimed.has(text),
          exclusions: exclusions.filter(({ time }) => time.start < end && time.end > start),
          record,
          waiting: record?.state === "waiting",
          busy: locks && record !== undefined && !free.has(text),
          projected: record?.projected ?? false,
        },
      ];
    }),
  );
}

/** Whether every enabled projection has done the current revision of the window w and wants no other. */
const PROJECTED = `NOT EXISTS (
  SELECT 1 FROM projection p WHERE p.enabled AND NOT EXISTS (
    SELECT 1 FROM projection_state s JOIN revision v ON v.dataset = s.dataset AND v.start_us = s.start_us AND v.end_us = s.end_us AND v.current
    WHERE s.projection = p.name AND s.dataset = w.dataset AND s.start_us = w.start_us AND s.end_us = w.end_us
      AND s.done >= s.wanted AND s.done >= v.revision))`;

const TOUCHES = `
  SELECT t.window_start_us AS start, t.window_end_us AS "end", d.id AS "deliveryId", d.key AS "deliveryKey", g.command_id::text AS generation,
    t.rows, t.stations
  FROM ${GIVEN} JOIN touch t ON t.dataset = $1 AND t.window_start_us = s AND t.window_end_us = e
    JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id JOIN generation g ON g.id = t.generation_id
  WHERE d.withdrawn_at IS NULL AND t.rows > 0`;

const CLAIMED = `
  SELECT DISTINCT c.window_start_us AS start, c.window_end_us AS "end"
  FROM ${GIVEN} JOIN claim c ON c.dataset = $1 AND c.window_start_us = s AND c.window_end_us = e
    JOIN delivery d ON d.id = c.delivery_id AND d.current_generation IS NOT NULL`;

async function exclusionsOf(
  db: Database,
  tx: Tx,
  dataset: string,
  windows: readonly Window[],
): Promise<readonly Exclusion[]> {
  if (windows.length === 0) return [];
  return db.rows<Exclusion>(
    tx,
    `SELECT id::text, station, variable, box, json_build_object('start', start_us, 'end', end_us) AS time, reason
     FROM exclusion WHERE dataset = $1 AND start_us < $3::bigint AND end_us > $2::bigint AND removed_at IS NULL ORDER BY id`,
    dataset,
    windows.reduce((first, { start }) => Math.min(first, start), Number.MAX_SAFE_INTEGER),
    windows.reduce((last, { end }) => Math.max(last, end), Number.MIN_SAFE_INTEGER),
  );
}

function grouped(touches: readonly (Window & Touch)[]): ReadonlyMap<string, Touch[]> {
  const groups = new Map<string, Touch[]>();
  for (const touch of touches) {
    const group = groups.get(keyText(touch));
    if (group) group.push(touch);
    else groups.set(keyText(touch), [touch]);
  }
  return groups;
}

function keyText({ start, end }: Pick<Window, "start" | "end">): string {
  return `${start} ${end}`;
}
