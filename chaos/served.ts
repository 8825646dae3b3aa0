import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type pg from "pg";

interface Shown {
  readonly dataset: string;
  readonly window: string;
  readonly file: string;
  /** The compacted file of its day, where that holds this very revision. */
  readonly day: string | null;
}

/** What readers of the served folder find, against the ledger: each projected window exactly once, in its own file or in its day's, and nothing else. */
export async function wronglyServed(client: pg.Client, dataDir: string): Promise<string[]> {
  const { rows } = await client.query<Shown>(`
    SELECT p.dataset, concat_ws(' ', p.dataset, to_timestamp(p.start_us / 1000000)) AS window, e->>'path' AS file,
      (SELECT d.product->>'path' FROM day_file d, jsonb_array_elements(d.covered) c
       WHERE d.current AND d.projection = p.projection AND d.dataset = p.dataset
         AND (c->>'start', c->>'end', c->>'revision') = (p.start_us::text, p.end_us::text, p.done::text)) AS day
    FROM projection_state p, jsonb_array_elements(p.products) e WHERE p.projection = 'pygeoapi'`);
  const faults: string[] = [];
  const folders = new Map<string, Set<number>>();
  const expected = new Map<string, Set<number>>();
  for (const { dataset, window, file, day } of rows) {
    const served =
      folders.get(dataset) ??
      inodesIn(path.join(dataDir, "files", "projections", "pygeoapi", dataset, "served"));
    folders.set(dataset, served);
    const holders = [file, day].filter((each) => each !== null).map(inodeOf);
    const times = holders.filter((inode) => inode !== undefined && served.has(inode)).length;
    if (times !== 1) faults.push(`readers are shown ${window} ${times} times`);
    const own = expected.get(dataset) ?? new Set();
    for (const inode of holders) if (inode !== undefined) own.add(inode);
    expected.set(dataset, own);
  }
  for (const [dataset, served] of folders) {
    const foreign = [...served].filter((inode) => !expected.get(dataset)?.has(inode)).length;
    if (foreign > 0) faults.push(`readers of ${dataset} are shown ${foreign} files of no current revision`);
  }
  return faults.slice(0, 10);
}

function inodesIn(folder: string): Set<number> {
  if (!existsSync(folder)) return new Set();
  return new Set(readdirSync(folder).map((name) => statSync(path.join(folder, name)).ino));
}

function inodeOf(file: string): number | undefined {
  return existsSync(file) ? statSync(file).ino : undefined;
}
