import type { CanonicalColumn } from "../../observation/column";
import { unionOfColumns } from "../../observation/column-union";
import type { Tx } from "../../ports/transactions";
import { columnsHash } from "../../projection/columns-hash";
import type { Database } from "./database";

/**
 * Columns that all shown files of a dataset carry (SEMANTICS 5, *Days*), with those of one more revision. The list is kept, so it is not gathered
 * from the history; only where it has never been kept it is, once.
 */
export async function datasetColumns(
  db: Database,
  tx: Tx | undefined,
  projection: string,
  dataset: string,
  more: readonly CanonicalColumn[],
): Promise<readonly CanonicalColumn[]> {
  const [kept] = await db.rows<{ columns: readonly CanonicalColumn[] | undefined }>(
    tx,
    "SELECT columns FROM served_dataset WHERE projection = $1 AND dataset = $2",
    projection,
    dataset,
  );
  const lists = kept?.columns ? [kept.columns] : await listsOfRevisions(db, tx, dataset);
  return unionOfColumns([...lists, more]);
}

async function listsOfRevisions(
  db: Database,
  tx: Tx | undefined,
  dataset: string,
): Promise<readonly (readonly CanonicalColumn[])[]> {
  const rows = await db.rows<{ columns: readonly CanonicalColumn[] }>(
    tx,
    "SELECT DISTINCT columns FROM revision WHERE dataset = $1 AND current AND output = 'revision'",
    dataset,
  );
  return rows.map(({ columns }) => columns);
}

/**
 * Keeps the dataset's list, grown by these columns. Where it grew, all days are to be written again; the list never shrinks, since a column without
 * values does no harm.
 */
export async function growColumns(
  db: Database,
  tx: Tx,
  projection: string,
  dataset: string,
  more: readonly CanonicalColumn[],
): Promise<void> {
  await db.execute(
    tx,
    "INSERT INTO served_dataset (projection, dataset) VALUES ($1, $2) ON CONFLICT (projection, dataset) DO NOTHING",
    projection,
    dataset,
  );
  const [kept] = await db.rows<{ hash: string | undefined }>(
    tx,
    "SELECT columns_hash AS hash FROM served_dataset WHERE projection = $1 AND dataset = $2 FOR UPDATE",
    projection,
    dataset,
  );
  const columns = await datasetColumns(db, tx, projection, dataset, more);
  const hash = columnsHash(columns);
  if (kept?.hash === hash) return;
  await db.execute(
    tx,
    "UPDATE served_dataset SET columns = $3::jsonb, columns_hash = $4 WHERE projection = $1 AND dataset = $2",
    projection,
    dataset,
    JSON.stringify(columns),
    hash,
  );
  // Products of before the list was kept already have all columns where their revision has.
  if (kept?.hash === undefined) await adoptProducts(db, tx, projection, dataset, columns, hash);
}

async function adoptProducts(
  db: Database,
  tx: Tx,
  projection: string,
  dataset: string,
  columns: readonly CanonicalColumn[],
  hash: string,
): Promise<void> {
  await db.execute(
    tx,
    `UPDATE projection_state s SET columns_hash = $3 FROM revision r
     WHERE s.projection = $1 AND s.dataset = $2 AND s.columns_hash IS NULL AND s.products <> '[]' AND r.dataset = s.dataset
       AND r.start_us = s.start_us AND r.end_us = s.end_us AND r.revision = s.product_revision
       AND (SELECT jsonb_agg(jsonb_build_array(c->'name', c->'role', c->'dtype')) FROM jsonb_array_elements(r.columns) c) = $4::jsonb`,
    projection,
    dataset,
    hash,
    JSON.stringify(columns.map(({ name, role, dtype }) => [name, role, dtype])),
  );
}
