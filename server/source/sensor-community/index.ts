import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { Invalid, Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import { DAY } from "../../observation/time";
import { copyToPayload } from "../payload";
import type { Collected, CollectPorts, SourcePlugin } from "../plugin";
import { RunCache } from "../run-cache";
import type { ArchiveOptions, DayFile } from "./client";
import { SensorCommunityConfig } from "./config";
import { readCsv } from "./csv";
import { sensorCommunityDataset, sensorCommunityMap } from "./dataset";
import { decode } from "./decode";
import { dayListing, dayName, fetchDay, filesPlace } from "./fetch-day";
import { parseFileName } from "./file-name";
import { probe } from "./probe";
import { RawRows } from "./raw-rows";

/** A payload may touch 10,000 windows (SEMANTICS 2): 366 days of hours are 8,784. */
const LONGEST = 366 * DAY;

/** The archive of Sensor.Community: one CSV per sensor and day, published the day after. */
export const sensorCommunity: SourcePlugin<typeof SensorCommunityConfig> = {
  kind: "sensor-community",
  defaultInstance: "sensor_community",
  title: "Sensor.Community archive",
  config: SensorCommunityConfig,
  enabledByDefault: false,
  dataset: sensorCommunityDataset,
  map: () => sensorCommunityMap,
  // Day D is published on D+1 between 01:46 and about 08:00 UTC; the boundary at midnight asks for it on D+2.
  schedules: [{ windowSize: DAY, interval: DAY, lag: DAY }],
  priority: 10,
  answersWholeDays: true,
  firstFillWindows: 0,
  collect,
  probe,
};

interface Day {
  readonly name: string;
  readonly files: readonly DayFile[];
}

async function collect(
  request: Interval,
  config: SensorCommunityConfig,
  ports: CollectPorts,
): Promise<Collected> {
  const claim = wholeDays(request);
  if (claim.end - claim.start > LONGEST) throw new Invalid("ask for at most 366 days in one run");
  const cache = await RunCache.open(sensorCommunity.kind, ports);
  const archive: ArchiveOptions = {
    http: ports.http,
    baseUrl: config.base_url,
    timeoutMs: config.timeout_seconds * 1000,
    signal: ports.signal,
  };
  const days: Day[] = [];
  for (let start = claim.start; start < claim.end; start += DAY)
    days.push({ name: dayName(start), files: await dayListing(start, cache, archive, ports.clock.now()) });
  await fetchAll(days, cache, archive, config.concurrency, ports);
  const collected = await assemble(days, cache, request, ports);
  await cache.finished();
  return { ...collected, claim };
}

/** The archive answers in whole UTC days, so those are what is fetched and claimed. A range without length stays one. */
export function wholeDays({ start, end }: Interval): Interval {
  if (start >= end) return { start, end };
  return { start: Math.floor(start / DAY) * DAY, end: Math.ceil(end / DAY) * DAY };
}

async function fetchAll(
  days: readonly Day[],
  cache: RunCache,
  archive: ArchiveOptions,
  concurrency: number,
  ports: CollectPorts,
): Promise<void> {
  const total = days.reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  const fetched = async () => {
    done += 1;
    await ports.progress(done, total, `file ${grouped(done)} of ${grouped(total)}`);
  };
  for (const { name, files } of days) await fetchDay(name, files, cache, archive, concurrency, fetched);
}

/** All rows of all files into one Parquet: files by name, rows as they stand. */
async function assemble(
  days: readonly Day[],
  cache: RunCache,
  request: Interval,
  ports: CollectPorts,
): Promise<Omit<Collected, "claim">> {
  const lines = await ports.files.scratch("sensor-community.rows");
  const payload = await ports.files.scratch("sensor-community.parquet");
  try {
    const file = await open(lines, "wx");
    const raw = new RawRows(file);
    const damaged: Collected["damaged"][number][] = [];
    try {
      for (const day of days) damaged.push(...(await addDay(day, cache, raw, ports)));
      await raw.flush();
    } finally {
      await file.close();
    }
    await copyToPayload({
      columnar: ports.columnar,
      select: raw.select(lines),
      target: payload,
      collectedAt: await cache.collectedAt(),
      requested: request,
      signal: ports.signal,
    });
    return { payload, rows: raw.rows, damaged };
  } finally {
    await rm(lines, { force: true });
  }
}

async function addDay(
  { name: day, files }: Day,
  cache: RunCache,
  raw: RawRows,
  ports: CollectPorts,
): Promise<Collected["damaged"][number][]> {
  const damaged: Collected["damaged"][number][] = [];
  let pages = 0;
  for (const { name } of files) {
    if (ports.signal.aborted) throw new Transient(`stopped while reading ${day}; what was fetched is kept`);
    const bytes = await cache.read(`${filesPlace(day)}/${name}`);
    if (!bytes)
      throw new Transient(`${name} of ${day} is gone from the cache of this run; it is fetched again`);
    const { reason, page } = await addFile(name, bytes, raw);
    if (page) pages += 1;
    if (reason === undefined) continue;
    await ports.files.put(`damaged/${createHash("sha256").update(bytes).digest("hex")}`, bytes);
    damaged.push({ name, reason });
  }
  if (pages > 1 && pages === files.length) {
    // Not a day of damaged files but a server that answers everything with a page: nothing may be claimed.
    await cache.forget(day);
    throw new Transient(`${day}: every file of the day came as a page instead of data`, { check: "payload" });
  }
  return damaged;
}

async function addFile(
  name: string,
  bytes: Uint8Array,
  raw: RawRows,
): Promise<{ readonly reason: string | undefined; readonly page: boolean }> {
  const { text, damage } = decode(bytes);
  // A file whose bytes are damaged is no page, whatever is left of it.
  if (!text && damage !== undefined) return { reason: damage, page: false };
  const about = parseFileName(name);
  const rows = readCsv(text ?? "", about?.sensor);
  if ("refused" in rows) return { reason: joined(damage, rows.refused), page: rows.page };
  await raw.add(rows, { type: about?.type, indoor: about?.indoor ?? false });
  return { reason: joined(damage, rows.damage()), page: false };
}

function joined(...reasons: readonly (string | undefined)[]): string | undefined {
  const given = reasons.filter((reason) => reason !== undefined);
  return given.length > 0 ? given.join("; ") : undefined;
}

/** `19004` as `19 004`. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, " ");
}
