import path from "node:path";
import type pg from "pg";
import type { NamedFile } from "../../ports/database-dump";
import { linesOf } from "./lines-of";

/**
 * What the ledger needs to go on, as `line`s of {key, sha256}. Points: a file of the ingestion's own, unless they were put together ('' stays alone,
 * '-' is removed, see `PostgresSeriesIndex`). $1: the file store's root with a slash.
 */
const NAMED: readonly string[] = [
  `SELECT json_build_object('key', payload_key, 'sha256', payload_sha256) AS line FROM delivery WHERE payload = 'present'`,
  `SELECT json_build_object('key', CASE WHEN coalesce(g.segment, '') = ''
       THEN 'series/' || d.dataset || '/' || left(d.key, 2) || '/' || left(d.key, 32) || '-' || g.command_id || '.parquet' ELSE g.segment END) AS line
   FROM delivery d JOIN generation g ON g.id = d.current_generation WHERE g.points = 'present' AND g.segment IS DISTINCT FROM '-'`,
  `SELECT json_build_object('key', file_key, 'sha256', sha256) AS line FROM revision WHERE current AND file_key IS NOT NULL`,
  `SELECT json_build_object('key', key, 'sha256', product->>'sha256') AS line FROM day_file WHERE current`,
  `SELECT json_build_object('key', manifest_key) AS line FROM revision WHERE current AND manifest_key IS NOT NULL`,
];

const PRODUCTS = `SELECT json_build_object('key', substr(p->>'path', length($1::text) + 1), 'sha256', p->>'sha256') AS line
   FROM projection_state s, jsonb_array_elements(s.products) p WHERE s.wanted <= s.done AND starts_with(p->>'path', $1::text)`;

/** Files without which the snapshot is not whole. Runs inside the snapshot's transaction. */
export async function* namedFiles(
  client: pg.Client,
  filesRoot: string,
): AsyncGenerator<readonly NamedFile[]> {
  for (const query of NAMED) yield* linesOf<NamedFile>(client, query);
  yield* linesOf<NamedFile>(client, PRODUCTS, [`${filesRoot}/`]);
}

/** Absolute paths in the configuration of projections that lie outside the data folder: nobody but their owner can back them up. */
export async function foreignFolders(client: pg.Client, filesRoot: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ value: string }>(
    `SELECT DISTINCT value FROM projection, jsonb_each_text(config) WHERE jsonb_typeof(config) = 'object' AND key IN ('config_path', 'output_path')`,
  );
  return rows
    .map(({ value }) => value)
    .filter((value) => value !== "" && path.relative(filesRoot, value).startsWith(".."));
}
