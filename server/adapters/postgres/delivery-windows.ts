import type { Tx } from "../../ports/transactions";
import type { Window } from "../../window/model";
import type { Database } from "./database";

/** Windows that the current generation of a delivery touches, or its claim meets. */
const WINDOWS_OF_DELIVERY = `
  SELECT t.dataset, t.window_start_us AS start, t.window_end_us AS "end"
    FROM touch t JOIN delivery d ON d.id = t.delivery_id AND d.current_generation = t.generation_id WHERE d.id = $1::bigint
  UNION
  SELECT dataset, window_start_us, window_end_us FROM claim WHERE delivery_id = $1::bigint`;

export async function windowsOfDelivery(
  db: Database,
  tx: Tx,
  deliveryId: number,
): Promise<readonly Window[]> {
  return distinct(await db.rows<Window>(tx, WINDOWS_OF_DELIVERY, deliveryId));
}

/** Each window once, in order of time. */
export function distinct(windows: readonly Window[]): Window[] {
  const byKey = new Map(windows.map((window) => [`${window.dataset} ${window.start} ${window.end}`, window]));
  return [...byKey.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
