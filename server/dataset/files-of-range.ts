import { z } from "zod";
import { Invalid } from "../errors";
import type { Interval } from "../observation/interval";
import { DAY } from "../observation/time";
import type { DatasetFile, DatasetFiles, FilesTotal } from "../ports/dataset-files";
import type { Views } from "../ports/views";

/** A list is read whole by its total; a longer one is asked for in parts. */
const LONGEST_DAYS = 366;
const PAGE = 1000;

const Range = z
  .object({ start: z.number().int(), end: z.number().int() })
  .refine(({ start, end }) => end > start && end - start <= LONGEST_DAYS * DAY, {
    message: `give a range whose end is after its start, of at most ${LONGEST_DAYS} days`,
  });

export const AskFiles = z.object({
  name: z.string().min(1),
  /** µs since the epoch, UTC; left out: the day of the newest window. */
  range: Range.optional(),
  /** The start of the last window of the page before. */
  cursor: z.number().int().optional(),
  limit: z.number().int().min(1).max(200).default(50),
});

export interface FilesPage {
  readonly range: Interval;
  readonly items: readonly DatasetFile[];
  readonly total: FilesTotal;
  readonly next: number | undefined;
}

interface FilePorts {
  readonly views: Pick<Views, "dataset">;
  readonly datasetFiles: DatasetFiles;
}

/** One page of the current canonical files of a range. @returns null where no window has an output @throws NotFound */
export async function filesOfRange(
  { name, range: asked, cursor, limit }: z.infer<typeof AskFiles>,
  { views, datasetFiles }: FilePorts,
): Promise<FilesPage | null> {
  const extent = await datasetFiles.extent(name);
  if (extent === undefined) {
    await views.dataset(name);
    return null;
  }
  const newest = Math.floor((extent.end - 1) / DAY) * DAY;
  const range = asked ?? { start: newest, end: newest + DAY };
  const [files, total] = await Promise.all([
    datasetFiles.files(name, range, { limit: limit + 1, after: cursor }),
    datasetFiles.total(name, range),
  ]);
  const items = files.slice(0, limit);
  return { range, items, total, next: files.length > limit ? items.at(-1)?.start : undefined };
}

export const FileListForm = z.enum(["addresses", "checksums"]);

/**
 * The files of a range as a text for programs, a line each: addresses (`wget -i`, `xargs -n 1 curl -O`), or what `sha256sum -c` reads. Read page by
 * page, so that a list of any length is held nowhere.
 * @param address of this Ionbeam, without a slash at its end
 */
export async function* fileList(
  name: string,
  range: Interval,
  form: z.infer<typeof FileListForm>,
  address: string,
  datasetFiles: Pick<DatasetFiles, "files">,
): AsyncGenerator<string> {
  let after: number | undefined;
  for (;;) {
    const files = await datasetFiles.files(name, range, { limit: PAGE, after });
    if (files.length > 0) yield files.map((file) => `${lineOf(file, form, address)}\n`).join("");
    if (files.length < PAGE) return;
    after = files.at(-1)?.start;
  }
}

function lineOf({ fileKey, sha256 }: DatasetFile, form: z.infer<typeof FileListForm>, address: string) {
  if (form === "checksums") return `${sha256}  ${fileKey.split("/").at(-1) ?? fileKey}`;
  return `${address}/api/files/${fileKey.split("/").map(encodeURIComponent).join("/")}`;
}

/** The range of a list as an address carries it. @throws Invalid */
export function listRange(start: number | undefined, end: number | undefined): Interval {
  const range = Range.safeParse({ start, end });
  if (!range.success)
    throw new Invalid(
      `give from and to as 2026-11-24T00:00:00Z, to after from, at most ${LONGEST_DAYS} days apart`,
    );
  return range.data;
}
