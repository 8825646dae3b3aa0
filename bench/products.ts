import { readdir, readFile, stat } from "node:fs/promises";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Finding } from "./measurement";
import { FIRST_VARIABLE, type PayloadFacts } from "./payload";

/** Most rows of a row group (SEMANTICS 5, *Days*). */
const GROUP = 65_536;

/**
 * Reads a GeoParquet with another reader than the one that wrote it: every feature once, every value of the first variable as it was put in, and row
 * groups that are no larger than they may be.
 */
export async function checkGeoParquet(file: string, given: PayloadFacts): Promise<Finding["checks"]> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const column = metadata.schema.find(({ name }) => name.startsWith(FIRST_VARIABLE))?.name ?? FIRST_VARIABLE;
  const ids = new Set<string>();
  let [values, thousandths, rowStart, tooLarge] = [0, 0, 0, 0];
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    if (rowEnd - rowStart > GROUP) tooLarge += 1;
    const columns = ["id", column];
    for (const row of await parquetReadObjects({
      file: buffer,
      metadata,
      compressors,
      columns,
      rowStart,
      rowEnd,
    })) {
      ids.add(String(row.id));
      if (row[column] === null || row[column] === undefined) continue;
      values += 1;
      thousandths += Math.round(Number(row[column]) * 1000);
    }
    rowStart = rowEnd;
  }
  return {
    features: [rowStart, given.distinct],
    "features by name": [ids.size, given.distinct],
    "values of the first variable": [values, given.values],
    "their sum in thousandths": [thousandths, given.thousandths],
    "row groups of more than 65,536 rows": [tooLarge, 0],
  };
}

/** Bytes of all files below a folder. */
export async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(`${entry.parentPath}/${entry.name}`)),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** The most memory this process ever had, MiB (proc(5), VmHWM). */
export async function peakMiB(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}
