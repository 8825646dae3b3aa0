import type { Micros } from "../observation/time";
import type { DataLife } from "../ports/data-life";
import type { Files } from "../ports/files";
import type { Ledger } from "../ports/ledger";
import type { SeriesRef, TimeSeries } from "../ports/time-series";
import type { Transactions } from "../ports/transactions";
import { type DeletionRule, deletionOf, type Stay, staysBecause } from "./deletion";

export interface DeletionPorts {
  readonly life: DataLife;
  readonly ledger: Pick<Ledger, "now">;
  readonly transactions: Transactions;
}

export interface RemovalPorts {
  readonly life: DataLife;
  readonly timeSeries: Pick<TimeSeries, "remove">;
  readonly files: Pick<Files, "remove">;
  readonly failPoint: (name: string) => void;
}

/** What was decided about some deliveries of one dataset. */
export interface Decided {
  readonly removed: readonly number[];
  /** Names of the points that go. */
  readonly points: readonly SeriesRef[];
  readonly stays: ReadonlyMap<number, Stay>;
}

/**
 * Decides in one transaction which of these deliveries lose their points (payloads), and writes it down; the files go by `removeDoomed`. What must stay is
 * told with its reason, and looked at again some other time: nobody is waited for.
 */
export function decideDeletion(
  dataset: string,
  deliveries: readonly number[],
  rule: DeletionRule,
  ports: DeletionPorts,
): Promise<Decided> {
  return ports.transactions.run(async (tx) => {
    const kind = rule.kind === "payloads" ? "payloads" : "points";
    const held = await ports.life.hold(tx, dataset, deliveries, true);
    const now = await ports.ledger.now(tx);
    const stays = staying(held, rule, now);
    const going = held.filter(
      (each) => !stays.has(each.id) && (kind === "points" ? each.points : each.payload),
    );
    const points: SeriesRef[] = [];
    if (going.length > 0) {
      const deletion = deletionOf(going, kind);
      if (kind === "points") points.push(...(await ports.life.deletePoints(tx, deletion)));
      else await ports.life.deletePayloads(tx, deletion);
    }
    return { removed: going.map(({ id }) => id), points, stays };
  });
}

/** What would be decided now; nothing is held and nothing changes. */
export function previewDeletion(
  dataset: string,
  deliveries: readonly number[],
  rule: DeletionRule,
  ports: DeletionPorts,
): Promise<ReadonlyMap<number, Stay>> {
  return ports.transactions.run(async (tx) =>
    staying(await ports.life.hold(tx, dataset, deliveries, false), rule, await ports.ledger.now(tx)),
  );
}

function staying(
  held: Awaited<ReturnType<DataLife["hold"]>>,
  rule: DeletionRule,
  now: Micros,
): ReadonlyMap<number, Stay> {
  return new Map(
    held.flatMap((each) => {
      const stay = staysBecause(each, rule, now);
      return stay === undefined ? [] : [[each.id, stay] as const];
    }),
  );
}

const BATCH = 256;

/**
 * Deletes the files of what is decided to go, also what a killed process left. Safe to be killed anywhere and run again.
 * @returns whether there may be more. @throws what one dataset's deletion threw, after those of the others
 */
export async function removeDoomed(ports: RemovalPorts): Promise<boolean> {
  const points = await ports.life.doomedPoints(BATCH);
  const failed: unknown[] = [];
  for (const name of new Set(points.map(({ dataset }) => dataset))) {
    const own = points.filter(({ dataset }) => dataset === name);
    try {
      ports.failPoint("life.points-doomed");
      await ports.timeSeries.remove(own);
      ports.failPoint("life.points-removed");
      await ports.life.pointsGone(own);
    } catch (error) {
      failed.push(error);
    }
  }
  const payloads = await ports.life.doomedPayloads(BATCH);
  for (const { key, shared } of payloads) {
    ports.failPoint("life.payload-doomed");
    if (!shared) await ports.files.remove(key);
    ports.failPoint("life.payload-removed");
    await ports.life.payloadGone(key);
  }
  if (failed.length > 0) throw failed[0];
  return points.length === BATCH || payloads.length === BATCH;
}
