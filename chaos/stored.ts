import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type pg from "pg";

export interface Stored {
  /** Files that the ledger names. */
  readonly named: number;
  /** Files that the ledger says are deleted. */
  readonly deleted: number;
  /** Files that nothing names any more, by first folder: what the sweep is for. */
  readonly leftovers: Readonly<Record<string, number>>;
  /** What must not be. */
  readonly faults: readonly string[];
}

interface Named {
  readonly file: string;
  readonly sha256: string | null;
  readonly what: string;
}

/** Compares the files of a data folder with the ledger: each one named is there and has its hash; what is not named is of a kind that is swept. */
export async function storedFiles(client: pg.Client, dataDir: string): Promise<Stored> {
  const root = path.join(dataDir, "files");
  const faults: string[] = [];
  const named = new Set<string>();
  for (const { file, sha256, what } of await namedFiles(client, root)) {
    named.add(file);
    if (!existsSync(file)) faults.push(`${what} is missing: ${path.relative(root, file)}`);
    else if (sha256 !== null && (await hashOf(file)) !== sha256)
      faults.push(`${what} does not have its hash: ${path.relative(root, file)}`);
  }
  const deleted = await deletedFiles(client);
  for (const { key, what } of deleted)
    if (existsSync(path.join(root, key))) faults.push(`${what} is deleted and still there: ${key}`);
  const leftovers: Record<string, number> = {};
  for (const file of filesBelow(root)) {
    if (named.has(file)) continue;
    const relative = path.relative(root, file);
    const [folder = ""] = relative.split(path.sep);
    if (folder === ".scratch") {
      if (relative.split(path.sep).length === 2) faults.push(`unfinished: ${relative}`);
      continue;
    }
    if (/\/generations\/|pygeoapi-config\.yml/.test(relative)) continue;
    if (!/\.(parquet|json)$/.test(relative)) faults.push(`a file of no kind: ${relative}`);
    leftovers[folder] = (leftovers[folder] ?? 0) + 1;
  }
  return {
    named: named.size,
    deleted: deleted.length,
    leftovers,
    faults: [...faults, ...(await unserved(client))].slice(0, 30),
  };
}

/** The file of points of the generation g of the delivery d, until it is put together with others. */
const OWN_SEGMENT = `concat('series/', d.dataset, '/', left(d.key, 2), '/', left(d.key, 32), '-', g.command_id, '.parquet')`;

/** Files that the ledger says are deleted, and which no other row names. */
async function deletedFiles(client: pg.Client): Promise<{ key: string; what: string }[]> {
  const { rows } = await client.query<{ key: string; what: string }>(`
    SELECT payload_key AS key, 'a payload' AS what FROM delivery d WHERE payload = 'gone'
      AND NOT EXISTS (SELECT 1 FROM delivery o WHERE o.payload_key = d.payload_key AND o.payload <> 'gone')
    UNION ALL SELECT ${OWN_SEGMENT}, 'a file of points' FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.points = 'gone'
    UNION ALL SELECT file_key, 'the file of a superseded revision' FROM revision r WHERE removed_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM revision o WHERE o.file_key = r.file_key AND o.removed_at IS NULL)`);
  return rows;
}

async function namedFiles(client: pg.Client, root: string): Promise<Named[]> {
  const { rows } = await client.query<{ key: string; sha256: string | null; what: string }>(`
    SELECT file_key AS key, sha256, 'the file of a current revision' AS what FROM revision WHERE current AND file_key IS NOT NULL
    UNION ALL SELECT manifest_key, NULL, 'the manifest of a current revision' FROM revision WHERE current AND manifest_key IS NOT NULL
    UNION ALL SELECT payload_key, payload_sha256, 'a payload' FROM delivery WHERE payload = 'present'
    UNION ALL SELECT DISTINCT segment, NULL, 'a file of points' FROM generation WHERE segment > '' AND segment <> '-' AND points = 'present'
    UNION ALL SELECT ${OWN_SEGMENT}, NULL, 'a file of points'
      FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE coalesce(g.segment, '') = '' AND g.rows > 0 AND g.points = 'present'`);
  const { rows: products } = await client.query<{ file: string; sha256: string }>(
    `SELECT e->>'path' AS file, e->>'sha256' AS sha256 FROM projection_state, jsonb_array_elements(products) e
     UNION ALL SELECT product->>'path', product->>'sha256' FROM day_file WHERE current AND product IS NOT NULL`,
  );
  return [
    ...rows.map(({ key, sha256, what }) => ({ file: path.join(root, key), sha256, what })),
    ...products.map(({ file, sha256 }) => ({ file, sha256, what: "a product" })),
  ];
}

/** A current revision with a file, of which an enabled projection shows nothing. */
async function unserved(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    SELECT concat_ws(' ', r.dataset, r.start_us) AS line FROM revision r CROSS JOIN projection j
    LEFT JOIN projection_state p ON p.projection = j.name AND (p.dataset, p.start_us, p.end_us) = (r.dataset, r.start_us, r.end_us)
    WHERE r.current AND r.output = 'revision' AND j.enabled AND coalesce(jsonb_array_length(p.products), 0) = 0`);
  return rows.map(({ line }) => `a current revision has no product: ${line}`);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
