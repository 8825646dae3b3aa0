import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Invalid } from "../errors";
import { DAY, formatInstant, HOUR, type Micros, parseInstant } from "../observation/time";
import type { CollectPorts } from "./plugin";

/** A run that is never finished keeps what it fetched this long. */
const UNFINISHED: Micros = 7 * DAY;
/** A finished one this long: the stage may still be told to do it again. A year of backfill must not fill the disk. */
const FINISHED: Micros = 2 * HOUR;

const COLLECTED_AT = "collected-at";
const FINISHED_AT = "finished-at";
const KEPT = "kept";

/**
 * What one run has fetched, on the disk of the scratch folder: a run that is killed at answer k of n finds the k when it is tried again; a new
 * run, having another id, asks the vendor anew. What stands here stands whole or not at all, and is named by a place: names joined by `/`, such as
 * `2024-03-05/listing.json`.
 *
 * In `collect`: open it, fetch each answer by `once`, then give `collectedAt` to the payload, and say `finished` when the payload is written. Opening one removes
 * those of the same kind that no run needs any more: unfinished ones after 7 days, finished ones after 2 hours.
 */
export class RunCache {
  private constructor(
    private readonly folder: string,
    private readonly now: () => Micros,
    private stamped: Promise<Micros> | undefined,
  ) {}

  /** @param kind the plug-in's: each kind has a folder of its own */
  static async open(
    kind: string,
    { files, runId, clock }: Pick<CollectPorts, "files" | "runId" | "clock">,
  ): Promise<RunCache> {
    const root = path.join(path.dirname(await files.scratch("x")), kind);
    const own = runId.replaceAll(/[^A-Za-z0-9-]/g, "_");
    const folder = path.join(root, own);
    await mkdir(path.join(folder, KEPT), { recursive: true });
    await rm(path.join(folder, FINISHED_AT), { force: true });
    const known = await instantIn(path.join(folder, COLLECTED_AT));
    await removeOld(root, own, clock.now());
    return new RunCache(folder, () => clock.now(), known === undefined ? undefined : Promise.resolve(known));
  }

  /**
   * When the vendor first answered this run, µs: the time of the first `keep`, the same ever after, however often the run is tried again. A run that
   * waited days for an answer is not older than what it was then told. Ask when something is kept: before, it is now, and stays so.
   */
  collectedAt(): Promise<Micros> {
    this.stamped ??= this.stamp();
    return this.stamped;
  }

  private async stamp(): Promise<Micros> {
    const now = this.now();
    await this.write(path.join(this.folder, COLLECTED_AT), formatInstant(now));
    return now;
  }

  /** What stands at a place; where nothing does, what `ask` gives, kept there. What `ask` throws is thrown, and nothing is kept. */
  async once(place: string, ask: () => Promise<string | Uint8Array>): Promise<Buffer> {
    const found = await this.read(place);
    if (found) return found;
    const answer = await ask();
    await this.keep(place, answer);
    return Buffer.from(answer);
  }

  async keep(place: string, answer: string | Uint8Array): Promise<void> {
    const target = this.pathOf(place);
    await this.collectedAt();
    await mkdir(path.dirname(target), { recursive: true });
    await this.write(target, answer);
  }

  read(place: string): Promise<Buffer | undefined> {
    return readFile(this.pathOf(place)).catch(missing);
  }

  /** Names of what is kept directly inside a place; none where there is no such place. */
  async names(place: string): Promise<ReadonlySet<string>> {
    return new Set((await readdir(this.pathOf(place)).catch(missing)) ?? []);
  }

  /** Forgets an answer, or all below a place: the next try asks again. */
  async forget(place: string): Promise<void> {
    await rm(this.pathOf(place), { recursive: true, force: true });
  }

  /** The payload is written: what was fetched is needed only if the run is told to do it again. */
  async finished(): Promise<void> {
    await this.write(path.join(this.folder, FINISHED_AT), formatInstant(this.now()));
  }

  /** Written apart, synced and renamed: after a power cut too, a name never stands for half a file. */
  private async write(target: string, content: string | Uint8Array): Promise<void> {
    const apart = path.join(this.folder, randomUUID());
    const file = await open(apart, "wx");
    try {
      await file.writeFile(content);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(apart, target);
  }

  private pathOf(place: string): string {
    const names = place.split("/");
    if (names.some((name) => /^\.{0,2}$|[\\\0]/.test(name)))
      throw new Invalid(`"${place}" is no place in a run's cache: give names joined by "/"`);
    return path.join(this.folder, KEPT, ...names);
  }
}

async function removeOld(root: string, own: string, now: Micros): Promise<void> {
  for (const name of await readdir(root)) {
    if (name === own) continue;
    const folder = path.join(root, name);
    const finished = await instantIn(path.join(folder, FINISHED_AT));
    const begun = (await instantIn(path.join(folder, COLLECTED_AT))) ?? (await changedAt(folder));
    const old = finished === undefined ? now - begun > UNFINISHED : now - finished > FINISHED;
    if (old) await rm(folder, { recursive: true, force: true });
  }
}

async function changedAt(folder: string): Promise<Micros> {
  const found = await stat(folder).catch(missing);
  return Math.floor((found?.mtimeMs ?? Number.POSITIVE_INFINITY) * 1000);
}

async function instantIn(file: string): Promise<Micros | undefined> {
  const text = await readFile(file, "utf8").catch(missing);
  return text === undefined ? undefined : parseInstant(text);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
