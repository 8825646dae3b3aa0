import { Transient } from "../../errors";
import { checkOfStatus } from "../../health/judge-status";
import type { Http, HttpResponse } from "../../ports/http";
import { otherSuffix, stemOf } from "./file-name";
import { parseListing } from "./listing";

/** A day file, and the address of the folder that it stands in, with its last slash. */
export interface DayFile {
  readonly folder: string;
  readonly name: string;
}

export interface ArchiveOptions {
  readonly http: Http;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A blocked client is let in again after hours (2023-01-10), not after seconds. */
const BLOCKED_MS = 3_600_000;

/**
 * Lists a day, `YYYY-MM-DD`. Past years are moved into year folders some time after they end, not at one stroke: what stands in either place is the day, and
 * where a file stands in both, the first. They are asked in the direction of the move, or a file that is moved meanwhile would be in neither.
 * @returns files by name; none when neither folder exists. @throws Transient when an answer cannot be believed.
 */
export async function listDay(day: string, options: ArchiveOptions): Promise<readonly DayFile[]> {
  const base = options.baseUrl.replace(/\/+$/, "");
  const byStem = new Map<string, DayFile>();
  for (const folder of [`${base}/${day}/`, `${base}/${day.slice(0, 4)}/${day}/`]) {
    const response = await get(folder, options);
    if (isMissing(response)) continue;
    const listing = parseListing(await found(response, folder).text(), folder);
    if ("problem" in listing) throw new Transient(`${folder}: ${listing.problem}`, { check: "payload" });
    for (const name of listing.names) {
      const stem = stemOf(name);
      if (!byStem.has(stem)) byStem.set(stem, { folder, name });
    }
  }
  return [...byStem].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

/**
 * Fetches one listed file as it is served. A file that is gone may just have been compressed (or the other way round): the other name is tried.
 * An empty body or a page in its place is asked for once more before it is believed.
 * @throws Transient when it is listed but not there, or could not be had.
 */
export async function fetchFile(file: DayFile, options: ArchiveOptions): Promise<Uint8Array> {
  let bytes = await fetchOnce(file, options);
  if (isPage(bytes)) bytes = await fetchOnce(file, options);
  return bytes;
}

/** A listed file that stands under neither name: the listing is out of date. */
export class ListedButMissing extends Transient {}

async function fetchOnce({ folder, name }: DayFile, options: ArchiveOptions): Promise<Uint8Array> {
  for (const candidate of [name, otherSuffix(name)]) {
    const url = folder + encodeURIComponent(candidate);
    const response = await get(url, options);
    if (!isMissing(response)) return found(response, url).bytes();
  }
  throw new ListedButMissing(`${folder}${name}: listed, but not there under this name or the other`, {
    check: "path",
  });
}

function get(url: string, options: ArchiveOptions): Promise<HttpResponse> {
  return options.http.fetch({ url, timeoutMs: options.timeoutMs, signal: options.signal });
}

function isMissing(response: HttpResponse): boolean {
  return response.status === 404 || response.status === 410;
}

function found(response: HttpResponse, url: string): HttpResponse {
  if (response.status === 200) return response;
  // Answered, and yet neither a listing nor a file (RFC 9110 15.3): its content is what is wrong.
  const check = checkOfStatus(response.status) ?? "payload";
  const wait = response.status === 403 ? { retryAfterMs: BLOCKED_MS } : {};
  throw new Transient(`${url}: answered ${response.status}`, { check, ...wait });
}

function isPage(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === undefined || first === "<".charCodeAt(0);
}
