import { type Micros, parseInstant } from "../../observation/time";
import type { DiskUse, Stored, StoredFiles } from "../../ports/stored-files";
import type { Window } from "../../window/model";
import { KEY, keyOf } from "./builds";
import { type Database, timestamp, us } from "./database";
import { MAY_COME_BACK } from "./letters";
import { lock } from "./window-lock";

interface Found extends Stored {
  readonly key: string;
}

const PAYLOADS = `SELECT payload_key AS key, 'payloads' AS kind, dataset, source FROM delivery WHERE payload_sha256 = ANY($1::text[])`;

/** Points in files of their own: by the generation that the name ends with. */
const OWN_POINTS = `SELECT 'series/' || d.dataset || '/' || left(d.key, 2) || '/' || left(d.key, 32) || '-' || g.command_id || '.parquet' AS key,
    'points' AS kind, d.dataset, d.source
  FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.command_id = ANY($1::uuid[]) AND coalesce(g.segment, '') = ''`;

/** Points that were put together; what is retired or announced is swept by its own list. */
const SHARED_POINTS = `SELECT key, 'points' AS kind, split_part(key, '/', 2) AS dataset, NULL AS source FROM (
    SELECT k AS key FROM unnest($1::text[]) k WHERE EXISTS (SELECT 1 FROM generation g WHERE g.segment > '' AND g.segment = k)
    UNION SELECT key FROM retired_segment WHERE key = ANY($1::text[])) shared`;

const CANONICAL = `SELECT file_key AS key, CASE WHEN current THEN 'files' ELSE 'superseded' END AS kind, dataset, NULL AS source
    FROM revision WHERE file_key = ANY($1::text[]) AND removed_at IS NULL
  UNION ALL SELECT manifest_key, CASE WHEN current THEN 'files' ELSE 'superseded' END, dataset, NULL
    FROM revision WHERE file_key = ANY($1::text[]) AND removed_at IS NULL AND manifest_key IS NOT NULL`;

const PRODUCTS = `SELECT p->>'path' AS key, 'products' AS kind, s.dataset, NULL AS source
  FROM projection_state s, jsonb_array_elements(s.products) p
  WHERE s.projection IN (SELECT name FROM projection) AND s.dataset = ANY($1::text[]) AND s.start_us = ANY($2::bigint[])`;

const GENERATION = /-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.parquet$/;
const MANIFEST = /\.[0-9a-f]{8}\.manifest\.json$/;

/** Whom the files of the store belong to, by keys and indexes of the ledger. */
export class PostgresStoredFiles implements StoredFiles {
  constructor(
    private readonly db: Database,
    private readonly keyOfPath: (path: string) => string | undefined,
  ) {}

  async named(keys: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
    const below = (folder: string) => keys.filter((key) => key.startsWith(`${folder}/`));
    const [payloads, series, canonical] = [below("payloads"), below("series"), below("datasets")];
    const sha256 = payloads.map((key) => /([^/]+)\.parquet$/.exec(key)?.[1] ?? key);
    const generations = series.flatMap((key) => GENERATION.exec(key)?.[1] ?? []);
    const found = [
      ...(await this.find(PAYLOADS, sha256)),
      ...(await this.find(OWN_POINTS, generations)),
      ...(await this.find(SHARED_POINTS, series)),
      ...(await this.find(
        CANONICAL,
        canonical.map((key) => key.replace(MANIFEST, "")),
      )),
      ...(await this.products(below("projections"))),
    ];
    const asked = new Set(keys);
    const named = new Map<string, Stored>();
    for (const { key, ...stored } of found) {
      // A path that is current and superseded is current.
      if (asked.has(key) && named.get(key)?.kind !== "files") named.set(key, stored);
    }
    return named;
  }

  private async find(query: string, values: readonly string[]): Promise<readonly Found[]> {
    return values.length === 0 ? [] : this.db.rows<Found>(undefined, query, values);
  }

  /** A product's name begins with its window's start, and its folder is the dataset's. */
  private async products(keys: readonly string[]): Promise<readonly Found[]> {
    const starts = keys.flatMap((key) => startOf(key) ?? []);
    if (starts.length === 0) return [];
    const datasets = [...new Set(keys.map((key) => key.split("/")[2] ?? ""))];
    const found = await this.db.rows<Found>(undefined, PRODUCTS, datasets, [...new Set(starts)]);
    return found.map((each) => ({ ...each, key: this.keyOfPath(each.key) ?? each.key }));
  }

  async inMessages(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.db.rows<{ key: string }>(
      undefined,
      `SELECT key FROM unnest($1::text[], $2::text[]) AS asked(key, name)
       WHERE EXISTS (SELECT 1 FROM inbox WHERE settled_at IS NULL AND dead_at IS NULL AND strpos(body::text, name) > 0)
         OR EXISTS (SELECT 1 FROM inbox WHERE dead_at IS NOT NULL AND settled_at IS NULL AND strpos(body::text, name) > 0)
         OR EXISTS (SELECT 1 FROM inbox WHERE ${MAY_COME_BACK} AND strpos(body::text, name) > 0)
         OR EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL AND strpos(body::text, name) > 0)`,
      keys,
      keys.map((key) => key.slice(key.lastIndexOf("/") + 1)),
    );
    return new Set(rows.map(({ key }) => key));
  }

  unlessBuilt(key: string, remove: () => Promise<boolean>): Promise<boolean> {
    return this.db.run(async (tx) => {
      const windows = await this.db.rows<Window>(
        tx,
        `SELECT dataset, start_us AS start, end_us AS "end" FROM "window" WHERE dataset = $1 AND start_us = $2::bigint ORDER BY end_us`,
        key.split("/")[1] ?? "",
        canonicalStart(key),
      );
      for (const window of windows) {
        await lock(this.db, tx, window);
        const [building] = await this.db.rows(
          tx,
          `SELECT 1 FROM "window" WHERE ${KEY} AND lease_until > ${timestamp("$4")}`,
          ...keyOf(window),
          await this.db.now(tx),
        );
        if (building) return false;
        await this.db.execute(
          tx,
          `UPDATE "window" SET fence = greatest(fence + 1, pg_current_xact_id()::text::bigint) WHERE ${KEY}`,
          ...keyOf(window),
        );
      }
      return (await this.named([key])).has(key) ? false : remove();
    });
  }

  now(): Promise<Micros> {
    return this.db.now();
  }

  measured(uses: readonly Omit<DiskUse, "measuredAt">[]): Promise<void> {
    return this.db.run(async (tx) => {
      await this.db.execute(tx, "DELETE FROM disk_use");
      await this.db.execute(
        tx,
        `INSERT INTO disk_use (dataset, source, kind, files, bytes)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])`,
        uses.map(({ dataset }) => dataset),
        uses.map(({ source }) => source),
        uses.map(({ kind }) => kind),
        uses.map(({ files }) => files),
        uses.map(({ bytes }) => bytes),
      );
      await this.db.notify(tx, { noun: "dataset", key: "" });
    });
  }

  diskUse(): Promise<readonly DiskUse[]> {
    return this.db.rows<DiskUse>(
      undefined,
      `SELECT dataset, source, kind, files, bytes, ${us("measured_at")} AS "measuredAt" FROM disk_use ORDER BY dataset, kind, source`,
    );
  }
}

/** `…/20240101_1200_20240101_1300.<hash8>.parquet` */
function startOf(key: string): Micros | undefined {
  const match = /\/(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)?_[^/]*$/.exec(key);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "00"] = match;
  return parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** `…_20240101T120000_PT1H.<hash8>.parquet`; a name of another form belongs to no window. */
function canonicalStart(key: string): Micros {
  const match = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)_[^/]*$/.exec(key);
  const [, year, month, day, hour, minute, second] = match ?? [];
  return (match ? parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : undefined) ?? -1;
}
