import { stat } from "node:fs/promises";
import { Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import type { Files } from "../../ports/files";
import type { SeriesIndex } from "../../ports/series-index";
import type { SeriesFile, SeriesRead, SeriesRef, TimeSeries } from "../../ports/time-series";
import { type Compaction, compactOnce, rewriteWithout } from "./segment-compaction";

/** Retired files stay this long for readers in other processes that hold their paths; a build is given up long before. */
const GRACE_MS = 3_600_000;

/**
 * The time series as Parquet segments, one per delivery and generation, put together in the background. They are found by name or in the index: a
 * build opens the files of its own deliveries and no other, however long the history is.
 */
export class ParquetTimeSeries implements TimeSeries {
  /** How many readers of this process hold a file. */
  private readonly held = new Map<string, number>();

  /** Without `compaction` every segment stays a file of its own. */
  constructor(
    private readonly files: Files,
    private readonly compaction?: Compaction & { readonly graceMs?: number },
  ) {}

  async write(ref: SeriesRef, pointsFile: string): Promise<void> {
    await this.files.adopt(pointsFile, segmentKey(ref));
  }

  async read(refs: readonly SeriesRef[], _interval: Interval): Promise<SeriesRead> {
    const shared: ReadonlyMap<string, string> = (await this.index?.find(refs)) ?? new Map();
    const contents = new Map<string, { readonly refs: SeriesRef[]; readonly shared: boolean }>();
    for (const ref of refs) {
      const place = shared.get(ref.generation);
      const key = place ?? segmentKey(ref);
      const content = contents.get(key);
      if (content) content.refs.push(ref);
      else contents.set(key, { refs: [ref], shared: place !== undefined });
    }
    const release = this.hold([...contents.keys()]);
    const found: SeriesFile[] = [];
    for (const [key, content] of contents) {
      if (await this.files.exists(key)) {
        found.push({ path: this.files.location(key), ...content });
        continue;
      }
      release();
      const { delivery } = content.refs[0] as SeriesRef;
      throw new Transient(
        `the points of delivery ${delivery.slice(0, 16)} cannot be read: ${key} is missing`,
      );
    }
    return { files: found, release: async () => release() };
  }

  async remove(refs: readonly SeriesRef[]): Promise<void> {
    const places: ReadonlyMap<string, string> = (await this.index?.find(refs)) ?? new Map();
    if (this.compaction) {
      for (const place of new Set(places.values())) {
        const inside = refs.filter(({ generation }) => places.get(generation) === place);
        await rewriteWithout(inside, place, this.files, this.compaction);
      }
    }
    for (const ref of refs) await this.files.remove(segmentKey(ref));
  }

  async bytes(refs: readonly SeriesRef[]): Promise<number> {
    const places: ReadonlyMap<string, string> = (await this.index?.find(refs)) ?? new Map();
    let sum = 0;
    for (const ref of refs) if (!places.has(ref.generation)) sum += await this.sizeOf(segmentKey(ref));
    for (const place of new Set(places.values())) {
      const own = [...places].filter(([, each]) => each === place).map(([generation]) => generation);
      // Those that are being removed are no contents any more, and still take their share.
      const others = ((await this.index?.contents(place)) ?? []).map(({ generation }) => generation);
      sum += Math.round(((await this.sizeOf(place)) * own.length) / new Set([...own, ...others]).size);
    }
    return sum;
  }

  private async sizeOf(key: string): Promise<number> {
    const found = await stat(this.files.location(key)).catch(() => undefined);
    return found?.size ?? 0;
  }

  async upkeep(signal: AbortSignal): Promise<boolean> {
    if (!this.compaction) return false;
    const swept = await this.sweep(this.compaction.index, this.compaction.graceMs ?? GRACE_MS);
    return (await compactOnce(segmentKey, this.files, this.compaction, signal)) || swept;
  }

  private get index(): SeriesIndex | undefined {
    return this.compaction?.index;
  }

  private async sweep(index: SeriesIndex, graceMs: number): Promise<boolean> {
    const keys = (await index.retired(graceMs)).filter((key) => !this.held.has(key));
    for (const key of keys) await this.files.remove(key);
    if (keys.length > 0) await index.forget(keys);
    return keys.length > 0;
  }

  private hold(keys: readonly string[]): () => void {
    for (const key of keys) this.held.set(key, (this.held.get(key) ?? 0) + 1);
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      for (const key of keys) {
        const left = (this.held.get(key) ?? 1) - 1;
        if (left > 0) this.held.set(key, left);
        else this.held.delete(key);
      }
    };
  }
}

function segmentKey(ref: SeriesRef): string {
  return `series/${ref.dataset}/${ref.delivery.slice(0, 2)}/${ref.delivery.slice(0, 32)}-${ref.generation}.parquet`;
}
