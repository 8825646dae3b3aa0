import { Transient } from "../../errors";
import type { Http, HttpResponse } from "../../ports/http";
import { otherSuffix } from "./file-name";
import { parseListing } from "./listing";

/** The day files of one day and the folder that they stand in. */
export interface DayListing {
  /** Address of the folder, with its last slash. */
  readonly folder: string;
  readonly names: readonly string[];
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
 * Lists a day, `YYYY-MM-DD`. Past years are moved into year folders some time after they end, so both places are tried, newest first.
 * @returns undefined when neither exists. @throws Transient when the answer cannot be believed.
 */
export async function listDay(day: string, options: ArchiveOptions): Promise<DayListing | undefined> {
  const base = options.baseUrl.replace(/\/+$/, "");
  for (const folder of [`${base}/${day}/`, `${base}/${day.slice(0, 4)}/${day}/`]) {
    const response = await get(folder, options);
    if (isMissing(response)) continue;
    const listing = parseListing(await found(response, folder).text(), folder);
    if ("problem" in listing) throw new Transient(`${folder}: ${listing.problem}`);
    return { folder, names: listing.names };
  }
  return undefined;
}

/**
 * Fetches one listed file as it is served. A file that is gone may just have been compressed (or the other way round): the other name is tried.
 * An empty body or a page in its place is asked for once more before it is believed.
 * @throws Transient when it is listed but not there, or could not be had.
 */
export async function fetchFile(folder: string, name: string, options: ArchiveOptions): Promise<Uint8Array> {
  let bytes = await fetchOnce(folder, name, options);
  if (isPage(bytes)) bytes = await fetchOnce(folder, name, options);
  return bytes;
}

/** A listed file that stands under neither name: the listing is out of date. */
export class ListedButMissing extends Transient {}

async function fetchOnce(folder: string, name: string, options: ArchiveOptions): Promise<Uint8Array> {
  for (const candidate of [name, otherSuffix(name)]) {
    const url = folder + encodeURIComponent(candidate);
    const response = await get(url, options);
    if (!isMissing(response)) return found(response, url).bytes();
  }
  throw new ListedButMissing(`${folder}${name}: listed, but not there under this name or the other`);
}

function get(url: string, options: ArchiveOptions): Promise<HttpResponse> {
  return options.http.fetch({ url, timeoutMs: options.timeoutMs, signal: options.signal });
}

function isMissing(response: HttpResponse): boolean {
  return response.status === 404 || response.status === 410;
}

function found(response: HttpResponse, url: string): HttpResponse {
  if (response.status === 200) return response;
  const options = response.status === 403 ? { retryAfterMs: BLOCKED_MS } : {};
  throw new Transient(`${url}: answered ${response.status}`, options);
}

function isPage(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === undefined || first === "<".charCodeAt(0);
}
