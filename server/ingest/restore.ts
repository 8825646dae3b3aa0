import { rm } from "node:fs/promises";
import { errorText, Transient } from "../errors";
import { fingerprint, hashOf } from "../file-hash";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import { type Columnar, sqlText } from "../ports/columnar";
import type { DataLife, RestoreOrder } from "../ports/data-life";
import type { Files } from "../ports/files";
import type { Log } from "../ports/log";
import type { TimeSeries } from "../ports/time-series";
import type { Transactions } from "../ports/transactions";
import { planCanonical } from "./canonicalize";
import { rawColumns } from "./raw-columns";
import { castOnce, writePoints } from "./survey";

export interface RestorePorts {
  readonly life: Pick<DataLife, "restoresDue" | "restored" | "restoreFailed">;
  readonly catalog: Pick<Catalog, "dataset">;
  readonly transactions: Transactions;
  readonly files: Files;
  readonly columnar: Columnar;
  readonly timeSeries: Pick<TimeSeries, "write">;
  readonly clock: Clock;
  readonly log: Log;
  readonly isCf: (standardName: string) => boolean;
  readonly backOffMs: (attempt: number, error?: unknown) => number;
  readonly failPoint: (name: string) => void;
}

const BATCH = 16;

/**
 * Makes points again that due windows wait for, one delivery after the other. Killed anywhere, the order stands and is worked again. What fails is shown
 * in the windows that wait, and tried again later; the others go on.
 * @returns whether there may be more
 */
export async function restoreRound(ports: RestorePorts, signal: AbortSignal): Promise<boolean> {
  const orders = await ports.life.restoresDue(BATCH);
  for (const order of orders) {
    if (signal.aborted) return false;
    try {
      await restore(order, ports, signal);
    } catch (error) {
      if (signal.aborted) return false;
      const waitMs = ports.backOffMs(order.attempts, error);
      ports.log.warn("points could not be restored and it is tried again", {
        delivery: order.delivery,
        waitMs,
        error: errorText(error),
      });
      const retryAt = ports.clock.now() + waitMs * 1000;
      await ports.transactions.run((tx) => ports.life.restoreFailed(tx, order, errorText(error), retryAt));
    }
  }
  return orders.length === BATCH;
}

/** @throws Transient when the payload is missing, or no longer what was received: its rows would be others */
async function checkContent({ payloadKey, payloadSha256 }: RestoreOrder, payload: string): Promise<void> {
  const found = await hashOf(payload);
  if (found === undefined) throw new Transient(`the payload ${payloadKey} is missing from the store`);
  if (found !== payloadSha256)
    throw new Transient(
      `the payload ${payloadKey} is not the one that was received: its bytes have changed; put the right file back, from a backup`,
    );
}

/**
 * Writes the points of one generation again from its payload, by its own map and within the times of its first and last row: so the rows are those of its
 * ingestion, whatever the clock or the settings say today. No generation is made and no desired set changes.
 */
async function restore(order: RestoreOrder, ports: RestorePorts, signal: AbortSignal): Promise<void> {
  const dataset = await ports.catalog.dataset(order.dataset);
  const payload = ports.files.location(order.payloadKey);
  const before = await fingerprint(payload);
  await checkContent(order, payload);
  const typed = await ports.files.scratch(`${order.generation}.typed`);
  const points = await ports.files.scratch(`${order.generation}.parquet`);
  try {
    const written = await ports.columnar.session(async (session) => {
      const planned = planCanonical(payload, await rawColumns(session, payload), order.map, {
        ...dataset,
        floor: order.observed?.start ?? 0,
        latest: order.observed?.end ?? 0,
        isCf: ports.isCf,
      });
      await writePoints(session, await castOnce(session, planned, typed), dataset.identity, points);
      const [row] = await session.query(`SELECT count(*) AS rows FROM read_parquet(${sqlText(points)})`);
      return Number(row?.rows);
    }, signal);
    if ((await fingerprint(payload)) !== before)
      throw new Transient(`the payload ${order.payloadKey} changed while it was read`);
    if (written !== order.rows) {
      throw new Transient(
        `${written} rows were restored from the payload of delivery ${order.delivery.slice(0, 16)}, the ledger says ${order.rows}`,
      );
    }
    ports.failPoint("life.points-restored");
    await ports.timeSeries.write(order, points);
    ports.failPoint("life.series-restored");
    await ports.transactions.run((tx) => ports.life.restored(tx, order));
    ports.failPoint("life.restore-committed");
  } finally {
    await rm(typed, { recursive: true, force: true });
    await rm(points, { force: true });
  }
}
