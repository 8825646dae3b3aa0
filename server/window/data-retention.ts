import type { Micros } from "../observation/time";
import type { AgedCursor, AgedDelivery } from "../ports/data-life";
import type { Retention, RetentionFinding } from "../ports/retention";
import type { TimeSeries } from "../ports/time-series";
import {
  type DeletionPorts,
  decideDeletion,
  previewDeletion,
  type RemovalPorts,
  removeDoomed,
} from "./delete-data";
import { type DeletionRule, type Stay, stayText } from "./deletion";

export interface RetentionPorts extends DeletionPorts, RemovalPorts {
  readonly timeSeries: Pick<TimeSeries, "remove" | "bytes">;
}

type Kind = "points" | "payloads";

/** Decided on in one transaction, which holds the dataset's settings: ingestion and judgements wait that long. */
const AT_ONCE = 32;

/** Retention of points and payloads (SEMANTICS 4, *Deleting*); of other kinds it knows nothing to delete. */
export function dataRetention(ports: RetentionPorts): Retention {
  return {
    preview: async (dataset, kind, receivedBefore) =>
      kind === "revisions"
        ? { kind, things: 0, bytes: 0, passedOver: [] }
        : preview(dataset, { kind }, receivedBefore, ports),
    remove: async (dataset, kind, receivedBefore, limit, signal) =>
      kind === "revisions"
        ? { removed: 0, more: false }
        : remove(dataset, kind, receivedBefore, limit, signal, ports),
  };
}

/** A dry run of `exportRound`: which points would go by what is exported now, and what stays and why. Reads what has points. */
export async function previewExport(
  dataset: string,
  subjectToChange: Micros,
  ports: RetentionPorts,
): Promise<RetentionFinding> {
  const now = await ports.transactions.run((tx) => ports.ledger.now(tx));
  return preview(dataset, { kind: "export", subjectToChange }, now + 1, ports);
}

async function preview(
  dataset: string,
  rule: DeletionRule,
  receivedBefore: Micros,
  ports: RetentionPorts,
): Promise<RetentionFinding> {
  const kind = rule.kind === "payloads" ? "payloads" : "points";
  const passedOver = new Map<Stay, number>();
  const found = {
    things: 0,
    rows: 0,
    bytes: 0,
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
  };
  for await (const page of pages(dataset, kind, receivedBefore, ports)) {
    const ids = page.map(({ id }) => id);
    const stays = await previewDeletion(dataset, ids, rule, ports);
    for (const stay of stays.values()) passedOver.set(stay, (passedOver.get(stay) ?? 0) + 1);
    const going = page.filter(({ id }) => !stays.has(id));
    found.things += going.length;
    found.bytes += await bytesOf(going, kind, ports);
    for (const { rows, observed } of going) {
      found.rows += rows;
      found.from = Math.min(found.from, observed?.start ?? found.from);
      found.to = Math.max(found.to, observed?.end ?? found.to);
    }
  }
  const { things, rows, bytes, from, to } = found;
  const extent = from <= to ? { from, to } : {};
  const reasons = [...passedOver].map(([stay, count]) => ({ reason: stayText(stay), things: count }));
  return { kind: rule.kind, things, rows, bytes, ...extent, passedOver: reasons };
}

async function remove(
  dataset: string,
  kind: Kind,
  receivedBefore: Micros,
  limit: number,
  signal: AbortSignal,
  ports: RetentionPorts,
): Promise<{ readonly removed: number; readonly bytes: number; readonly more: boolean }> {
  let removed = 0;
  let bytes = 0;
  for await (const page of pages(dataset, kind, receivedBefore, ports)) {
    if (signal.aborted || removed >= limit) return { removed, bytes, more: true };
    const ids = page.map(({ id }) => id);
    const going = new Set((await decideDeletion(dataset, ids, { kind }, ports)).removed);
    removed += going.size;
    const gone = page.filter(({ id }) => going.has(id));
    bytes += await bytesOf(gone, kind, ports);
    while (!signal.aborted && (await removeDoomed(ports)));
  }
  return { removed, bytes, more: false };
}

/** What they take while their files are still there. */
async function bytesOf(
  deliveries: readonly AgedDelivery[],
  kind: Kind,
  ports: RetentionPorts,
): Promise<number> {
  if (kind === "points") return ports.timeSeries.bytes(deliveries.flatMap(({ refs }) => refs));
  return deliveries.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
}

/** What is old enough, oldest first, page by page: what stays is passed over and not met again. */
async function* pages(
  dataset: string,
  kind: Kind,
  receivedBefore: Micros,
  ports: RetentionPorts,
): AsyncGenerator<readonly AgedDelivery[]> {
  let after: AgedCursor | undefined;
  for (;;) {
    const page = await ports.life.aged(dataset, kind, receivedBefore, after, AT_ONCE);
    if (page.length > 0) yield page;
    if (page.length < AT_ONCE) return;
    after = page.at(-1);
  }
}
