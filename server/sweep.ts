import { DAY, type Micros } from "./observation/time";
import type { Files } from "./ports/files";
import type { Log } from "./ports/log";
import type { DiskUse, Stored, StoredFiles, StoredKind } from "./ports/stored-files";

/** Looked at in one round. */
const SLICE = 500;
/** From the end of one walk to the beginning of the next: as long as the walk took, between these. */
const REST_MS = { least: 30_000, most: 600_000 };
/** Not named by anything for this long by the clock of files (SEMANTICS 4, *Leftovers*). */
const AGE: Micros = DAY;
/**
 * And seen so by this process for this long, by a clock that nobody can set: a step of the wall clock makes nothing old, and what has just left the
 * plan lives at least an hour.
 */
const SEEN_MS = 3_600_000;
/** Leftovers remembered at once; the others wait for a later walk. */
const REMEMBERED = 10_000;

/** Keys in a dry run. */
const SHOWN = 20;

const FOLDERS = ["payloads/", "series/", "datasets/", "projections/"];

/** Folders of readers, which are made of hard links: they take no room and are looked after where they are made. */
const LINKS = /^projections\/[^/]+\/[^/]+\/(served|generations)\//;
/** Files of days have a ledger and a sweep of their own. */
const DAYS = /^projections\/[^/]+\/([^/]+)\/days\//;
const PRODUCT = /^projections\/[^/]+\/([^/]+)\/[^/]+\.parquet$/;

export interface SweepPorts {
  readonly files: Pick<Files, "list" | "facts" | "removeUnchanged">;
  readonly storedFiles: StoredFiles;
  readonly log: Log;
  /** Milliseconds that only go forward. */
  readonly uptimeMs: () => number;
}

export interface LeftoverSurvey {
  /** Files that would go, and their bytes. */
  readonly things: number;
  readonly bytes: number;
  /** Keys of the first of them. */
  readonly first: readonly string[];
  /** Not named either, and written within the last 24 h. */
  readonly younger: number;
  /** Named by a message that is not settled. */
  readonly inMessages: number;
}

interface Leftover {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Micros;
}

/** What a walk found: disk use by dataset, source and kind. */
class Tally {
  private readonly uses = new Map<
    string,
    { dataset: string; source: string; kind: StoredKind; files: number; bytes: number }
  >();

  add(stored: { dataset: string; source: string | undefined; kind: StoredKind }, bytes: number): void {
    const { dataset, kind } = stored;
    const source = stored.source ?? "";
    const name = JSON.stringify([dataset, source, kind]);
    const use = this.uses.get(name) ?? { dataset, source, kind, files: 0, bytes: 0 };
    use.files += 1;
    use.bytes += bytes;
    this.uses.set(name, use);
  }

  list(): readonly Omit<DiskUse, "measuredAt">[] {
    return [...this.uses.values()];
  }
}

async function* walk(files: Pick<Files, "list">): AsyncGenerator<string> {
  for (const folder of FOLDERS) yield* files.list(folder);
}

/** Takes up to `SLICE` keys from a walk, counts what is named, and returns what nothing in the ledger names. */
async function look(
  keys: AsyncIterator<string>,
  tally: Tally,
  ports: Pick<SweepPorts, "files" | "storedFiles">,
): Promise<{ readonly leftovers: readonly Leftover[]; readonly ended: boolean }> {
  const slice: string[] = [];
  let ended = false;
  for (let seen = 0; seen < SLICE; seen += 1) {
    const next = await keys.next();
    if (next.done) {
      ended = true;
      break;
    }
    if (!LINKS.test(next.value)) slice.push(next.value);
  }
  const named = await ports.storedFiles.named(slice);
  const leftovers: Leftover[] = [];
  for (const key of slice) {
    const facts = await ports.files.facts(key);
    if (!facts) continue;
    const stored = named.get(key) ?? ofDays(key);
    if (stored) tally.add(stored, facts.bytes);
    else if (!key.startsWith("projections/") || PRODUCT.test(key)) {
      tally.add({ dataset: datasetOf(key), source: undefined, kind: "leftovers" }, facts.bytes);
      leftovers.push({ key, ...facts });
    }
  }
  return { leftovers, ended };
}

function ofDays(key: string): Stored | undefined {
  const dataset = DAYS.exec(key)?.[1];
  return dataset === undefined ? undefined : { kind: "products", dataset, source: undefined };
}

function datasetOf(key: string): string {
  return key.split("/")[key.startsWith("projections/") ? 2 : 1] ?? "";
}

/**
 * Walks over the file store without end, a slice at a time: measures it, and removes what no ledger row and no message names. Nothing is held of
 * the store but the open folder and what is left over.
 */
export class Sweep {
  private keys: AsyncIterator<string> | undefined;
  private tally = new Tally();
  private begun = 0;
  private nextWalk = 0;
  /** When this process first saw that nothing names it. */
  private readonly firstSeen = new Map<string, { readonly modifiedAt: Micros; readonly atMs: number }>();
  private met = new Set<string>();

  constructor(private readonly ports: SweepPorts) {}

  /** One slice. @returns whether there is more at once: never, as nobody waits for it */
  async round(): Promise<boolean> {
    if (!this.keys) {
      if (this.ports.uptimeMs() < this.nextWalk) return false;
      this.keys = walk(this.ports.files);
      this.begun = this.ports.uptimeMs();
      this.tally = new Tally();
      this.met = new Set();
    }
    const { leftovers, ended } = await look(this.keys, this.tally, this.ports);
    await this.remove(this.ripe(leftovers, await this.ports.storedFiles.now()));
    if (ended) await this.finish();
    return false;
  }

  private ripe(leftovers: readonly Leftover[], now: Micros): readonly Leftover[] {
    const nowMs = this.ports.uptimeMs();
    return leftovers.filter(({ key, modifiedAt }) => {
      const seen = this.firstSeen.get(key);
      if (seen?.modifiedAt === modifiedAt) {
        this.met.add(key);
        return nowMs - seen.atMs >= SEEN_MS && now - modifiedAt >= AGE;
      }
      if (!seen && this.firstSeen.size >= REMEMBERED) return false;
      this.firstSeen.set(key, { modifiedAt, atMs: nowMs });
      this.met.add(key);
      return false;
    });
  }

  private async remove(ripe: readonly Leftover[]): Promise<void> {
    if (ripe.length === 0) return;
    const { storedFiles, files, log } = this.ports;
    const wanted = await storedFiles.inMessages(ripe.map(({ key }) => key));
    let removed = 0;
    let bytes = 0;
    for (const leftover of ripe) {
      if (wanted.has(leftover.key)) continue;
      const remove = () => files.removeUnchanged(leftover.key, leftover.modifiedAt);
      const gone = leftover.key.startsWith("datasets/")
        ? await storedFiles.unlessBuilt(leftover.key, remove)
        : !(await storedFiles.named([leftover.key])).has(leftover.key) && (await remove());
      if (!gone) continue;
      this.firstSeen.delete(leftover.key);
      removed += 1;
      bytes += leftover.bytes;
    }
    if (removed > 0)
      log.info("files that nothing names were swept", { removed, bytes, first: ripe[0]?.key ?? "" });
  }

  private async finish(): Promise<void> {
    this.keys = undefined;
    const nowMs = this.ports.uptimeMs();
    this.nextWalk = nowMs + Math.min(REST_MS.most, Math.max(REST_MS.least, nowMs - this.begun));
    for (const key of this.firstSeen.keys()) if (!this.met.has(key)) this.firstSeen.delete(key);
    await this.ports.storedFiles.measured(this.tally.list());
  }
}

/** What the sweep would remove once it has seen it for an hour. Walks over the whole store, holding a slice at a time; removes nothing. */
export async function surveyLeftovers(
  ports: Pick<SweepPorts, "files" | "storedFiles">,
): Promise<LeftoverSurvey> {
  const keys = walk(ports.files);
  const tally = new Tally();
  const now = await ports.storedFiles.now();
  let [things, bytes, young, inMessages] = [0, 0, 0, 0];
  const first: string[] = [];
  for (;;) {
    const { leftovers, ended } = await look(keys, tally, ports);
    const old = leftovers.filter(({ modifiedAt }) => now - modifiedAt >= AGE);
    const wanted =
      old.length === 0 ? new Set<string>() : await ports.storedFiles.inMessages(old.map(({ key }) => key));
    const goes = old.filter(({ key }) => !wanted.has(key));
    young += leftovers.length - old.length;
    inMessages += wanted.size;
    things += goes.length;
    bytes += goes.reduce((sum, each) => sum + each.bytes, 0);
    first.push(...goes.slice(0, SHOWN - first.length).map(({ key }) => key));
    if (ended) return { things, bytes, first, younger: young, inMessages };
  }
}
