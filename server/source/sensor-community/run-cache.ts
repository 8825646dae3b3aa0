import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { DAY, formatInstant, HOUR, type Micros, parseInstant } from "../../observation/time";
import type { Files } from "../../ports/files";
import type { DayListing } from "./client";

/** A run that is never finished keeps what it fetched this long. */
const UNFINISHED: Micros = 7 * DAY;
/** A finished one this long: the stage may still be told to do it again. A year of backfill must not fill the disk. */
const FINISHED: Micros = 2 * HOUR;

const COLLECTED_AT = "collected-at";
const FINISHED_AT = "finished-at";

/**
 * What one run has fetched, on the disk of the scratch folder: a run that is killed at file k of n finds the k when it is tried again; a new
 * run, having another id, asks the archive anew. A file stands here whole or not at all.
 */
export class RunCache {
  private constructor(
    private readonly folder: string,
    private known: Micros | undefined,
  ) {}

  /** Opens the run's cache, and removes those that no run needs any more. */
  static async open(files: Files, runId: string, now: Micros): Promise<RunCache> {
    const root = path.join(path.dirname(await files.scratch("x")), "sensor-community");
    const own = runId.replaceAll(/[^A-Za-z0-9-]/g, "_");
    const folder = path.join(root, own);
    await mkdir(folder, { recursive: true });
    await rm(path.join(folder, FINISHED_AT), { force: true });
    const known = await instantIn(path.join(folder, COLLECTED_AT));
    await removeOld(root, own, now);
    return new RunCache(folder, known);
  }

  /**
   * When the archive first answered this run: `now` when it is asked for the first time, the same ever after, however often the run is tried again. A run that
   * waited days for a day to be published is not older than what it was then told.
   */
  async collectedAt(now: Micros): Promise<Micros> {
    if (this.known === undefined) {
      await write(path.join(this.folder, COLLECTED_AT), formatInstant(now));
      this.known = now;
    }
    return this.known;
  }

  async listing(day: string): Promise<DayListing | undefined> {
    const text = await readFile(this.place(day, "listing.json"), "utf8").catch(missing);
    return text === undefined ? undefined : (JSON.parse(text) as DayListing);
  }

  async keepListing(day: string, listing: DayListing): Promise<void> {
    await mkdir(path.join(this.folder, day, "files"), { recursive: true });
    await write(this.place(day, "listing.json"), JSON.stringify(listing));
  }

  async forgetListing(day: string): Promise<void> {
    await rm(this.place(day, "listing.json"), { force: true });
  }

  /** Names of the day's files that stand here. */
  async have(day: string): Promise<ReadonlySet<string>> {
    return new Set((await readdir(this.place(day, "files")).catch(missing)) ?? []);
  }

  async keep(day: string, name: string, bytes: Uint8Array): Promise<void> {
    await write(this.place(day, "files", name), bytes);
  }

  read(day: string, name: string): Promise<Uint8Array> {
    return readFile(this.place(day, "files", name));
  }

  async forget(day: string): Promise<void> {
    await rm(this.place(day), { recursive: true, force: true });
  }

  async finished(now: Micros): Promise<void> {
    await write(path.join(this.folder, FINISHED_AT), formatInstant(now));
  }

  private place(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
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

/** Written beside, synced and renamed: after a power cut too, a name never stands for half a file. */
async function write(target: string, content: string | Uint8Array): Promise<void> {
  const beside = path.join(path.dirname(target), `.${randomUUID()}`);
  const file = await open(beside, "wx");
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(beside, target);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
