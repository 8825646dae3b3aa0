import type { DataIngestionMap } from "../observation/model";
import type { GenerationFacts } from "../ports/ledger";
import type { SpanRule } from "../window/model";
import type { FoundManifest, ManifestDelivery } from "./model";

/** A window's files, oldest first: the last one is current. */
export interface RecoveredWindow {
  readonly revisions: readonly (FoundManifest & { readonly revision: number })[];
}

/** A delivery as the manifests know it: its newest ingestion. */
export interface RecoveredDelivery extends ManifestDelivery {
  readonly dataset: string;
  readonly map: DataIngestionMap | undefined;
  /** A file of before names this very ingestion, and the current one of the same window does not: somebody withdrew it. */
  readonly withdrawn: boolean;
  /** What current files hold of this ingestion. */
  readonly touches: GenerationFacts["touches"];
  /** Of a file that holds it. */
  readonly columns: FoundManifest["said"]["columns"];
}

export interface Recovered {
  readonly windows: readonly RecoveredWindow[];
  readonly deliveries: readonly RecoveredDelivery[];
}

/**
 * What the manifests say about windows and deliveries. Current is the highest revision; of several manifests of one revision the one whose coverage is larger, then the
 * newer: claims only come. Manifests of version 2 name no revision: they go by the newest ingestion in them, then by their file's time.
 */
export function choose(found: readonly FoundManifest[]): Recovered {
  const byWindow = new Map<string, FoundManifest[]>();
  for (const each of found) {
    const { dataset, window } = each.said;
    const key = `${dataset.name} ${window.start} ${window.end}`;
    const others = byWindow.get(key);
    if (others) others.push(each);
    else byWindow.set(key, [each]);
  }
  const windows = [...byWindow.values()].map(windowOf);
  return { windows, deliveries: deliveriesOf(windows) };
}

function windowOf(found: readonly FoundManifest[]): RecoveredWindow {
  const ordered = [...found].sort((a, b) => {
    const byRevision = (a.said.revision ?? 0) - (b.said.revision ?? 0);
    if (byRevision !== 0) return byRevision;
    if (a.said.file.sha256 === b.said.file.sha256)
      return a.said.coverage.share - b.said.coverage.share || a.modified - b.modified;
    return newestIngestion(a) - newestIngestion(b) || a.modified - b.modified;
  });
  const revisions: (FoundManifest & { revision: number })[] = [];
  for (const each of ordered) {
    const last = revisions.at(-1);
    const same =
      last?.said.file.sha256 === each.said.file.sha256 && last.said.revision === each.said.revision;
    if (last && same) revisions[revisions.length - 1] = { ...each, revision: last.revision };
    // An attempt that was never committed may have the number of another: both stay, the later one counts.
    else revisions.push({ ...each, revision: Math.max(each.said.revision ?? 0, (last?.revision ?? 0) + 1) });
  }
  return { revisions };
}

function newestIngestion({ said }: FoundManifest): number {
  return said.deliveries.reduce((newest, { ingested_at }) => Math.max(newest, ingested_at), 0);
}

function deliveriesOf(windows: readonly RecoveredWindow[]): readonly RecoveredDelivery[] {
  const maps = new Map<string, DataIngestionMap>();
  const newest = new Map<string, ManifestDelivery & { dataset: string }>();
  const left = new Set<string>();
  const touches = new Map<string, GenerationFacts["touches"][number][]>();
  const columns = new Map<string, FoundManifest["said"]["columns"]>();
  for (const { revisions } of windows) {
    const last = revisions.at(-1)?.said;
    const current = new Set(last?.deliveries.map(({ key }) => key));
    for (const { key, generation, rows, stations } of last?.deliveries ?? []) {
      const of = `${key} ${generation}`;
      const { start = 0, end = 0 } = last?.window ?? {};
      touches.set(of, [...(touches.get(of) ?? []), { window: { start, end }, rows, stations }]);
      columns.set(of, last?.columns ?? []);
    }
    for (const { said } of revisions) {
      const dataset = said.dataset.name;
      for (const [hash, map] of Object.entries(said.maps)) maps.set(`${dataset} ${hash}`, map);
      for (const delivery of said.deliveries) {
        if (!current.has(delivery.key)) left.add(`${delivery.key} ${delivery.generation}`);
        const before = newest.get(delivery.key);
        if (!before || isNewer(delivery, before)) newest.set(delivery.key, { ...delivery, dataset });
      }
    }
  }
  return [...newest.values()]
    .map((each) => ({
      ...each,
      map: maps.get(`${each.dataset} ${each.map_hash}`),
      withdrawn: left.has(`${each.key} ${each.generation}`),
      touches: touches.get(`${each.key} ${each.generation}`) ?? [],
      columns: columns.get(`${each.key} ${each.generation}`) ?? [],
    }))
    .sort((a, b) => a.received_at - b.received_at || (a.key < b.key ? -1 : 1));
}

/** The order of generations: ordinal, then command id (SEMANTICS 3, *Generation*); of version 2, the time of ingestion. */
function isNewer(a: ManifestDelivery, b: ManifestDelivery): boolean {
  if (a.ordinal !== undefined && b.ordinal !== undefined)
    return a.ordinal > b.ordinal || (a.ordinal === b.ordinal && a.generation > b.generation);
  return a.ingested_at > b.ingested_at;
}

/** The span history that windows of one dataset show, oldest first; the first rule holds for all of the past. @param spanOf length of a declared span, µs */
export function spansOf(
  windows: readonly { readonly start: number; readonly span: string }[],
  spanOf: (declared: string) => number,
): readonly SpanRule[] {
  const rules: SpanRule[] = [];
  for (const { start, span } of [...windows].sort((a, b) => a.start - b.start)) {
    if (rules.at(-1)?.declared === span) continue;
    rules.push({
      from: rules.length === 0 ? Number.MIN_SAFE_INTEGER : start,
      span: spanOf(span),
      declared: span,
    });
  }
  return rules;
}
