import pLimit from "p-limit";
import { errorText, Transient } from "../../errors";
import { DAY, formatInstant, type Micros } from "../../observation/time";
import type { RunCache } from "../run-cache";
import { type ArchiveOptions, type DayFile, fetchFile, ListedButMissing, listDay } from "./client";

/** A day may appear this long after its end; until then its absence says nothing (SEMANTICS 3). */
const PUBLISHED_WITHIN: Micros = 3 * DAY;

/** One file that cannot be had does not keep the others from being fetched; this many mean that the archive is in trouble. */
const FAILURES = 10;

/**
 * The day's files, from the run's cache or the archive.
 * @param start the day's first instant, UTC.
 * @returns none for an old day that the archive does not have.
 * @throws Transient when the day may not have been published yet.
 */
export async function dayListing(
  start: Micros,
  cache: RunCache,
  archive: ArchiveOptions,
  now: Micros,
): Promise<readonly DayFile[]> {
  const day = dayName(start);
  const kept = await cache.once(listingPlace(day), async () =>
    JSON.stringify(await askForListing(start, day, archive, now)),
  );
  return JSON.parse(kept.toString()) as readonly DayFile[];
}

/** Where a day's files stand in the run's cache. */
export const filesPlace = (day: string) => `${day}/files`;
const listingPlace = (day: string) => `${day}/listing.json`;

async function askForListing(
  start: Micros,
  day: string,
  archive: ArchiveOptions,
  now: Micros,
): Promise<readonly DayFile[]> {
  const young = start + DAY + PUBLISHED_WITHIN > now;
  if (start + DAY > now)
    throw new Transient(`${day} is not over yet: the archive publishes it the day after`, {
      check: "nothing new",
    });
  const files = await listDay(day, archive);
  if (young && files.length === 0)
    throw new Transient(`${day} is not published yet: the archive has no files of it`, {
      check: "nothing new",
    });
  return files;
}

/**
 * Fetches those of the day's files that the run does not have yet, `concurrency` at once.
 * @throws Transient when a file could not be had; what was fetched stays in the cache.
 */
export async function fetchDay(
  day: string,
  files: readonly DayFile[],
  cache: RunCache,
  archive: ArchiveOptions,
  concurrency: number,
  fetched: () => Promise<void>,
): Promise<void> {
  const have = await cache.names(filesPlace(day));
  const failures: unknown[] = [];
  const limit = pLimit(concurrency);
  const stopped = () => archive.signal.aborted || failures.length >= FAILURES;
  await Promise.all(
    files.map((file) =>
      limit(async () => {
        if (stopped()) return;
        try {
          if (!have.has(file.name))
            await cache.keep(`${filesPlace(day)}/${file.name}`, await fetchFile(file, archive));
          await fetched();
        } catch (error) {
          failures.push(error);
        }
      }),
    ),
  );
  if (archive.signal.aborted) throw new Transient(`stopped while fetching ${day}; what was fetched is kept`);
  if (failures.length === 0) return;
  // The listing was true when it was read: the next try asks for it again.
  if (failures.some((error) => error instanceof ListedButMissing)) await cache.forget(listingPlace(day));
  throw asTransient(failures, day);
}

function asTransient(failures: readonly unknown[], day: string): Transient {
  const first = failures[0];
  const waits = failures.map((error) => (error instanceof Transient ? (error.retryAfterMs ?? 0) : 0));
  const longest = Math.max(...waits);
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more files of ${day})` : "";
  return new Transient(errorText(first) + more, {
    cause: first,
    ...(longest > 0 ? { retryAfterMs: longest } : {}),
  });
}

/** `2019-05-20` */
export function dayName(start: Micros): string {
  return formatInstant(start).slice(0, 10);
}
