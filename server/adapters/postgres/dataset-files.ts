import type { CanonicalColumn } from "../../observation/column";
import type { Interval } from "../../observation/interval";
import { DAY, type Micros } from "../../observation/time";
import type { DatasetFile, DatasetFiles, FilesTotal, SizeOf } from "../../ports/dataset-files";
import { type Database, us } from "./database";

/** Windows are cut at UTC days, so none that reaches into the range begins more than a day before it: the key's index finds them. */
const IN_RANGE = `dataset = $1 AND current AND start_us > $2::bigint - ${DAY} AND start_us < $3::bigint AND end_us > $2::bigint`;

/** Reads the current files of a dataset from the ledger. */
export class PostgresDatasetFiles implements DatasetFiles {
  constructor(private readonly db: Database) {}

  files(
    dataset: string,
    { start, end }: Interval,
    { limit, after }: { readonly limit: number; readonly after?: Micros | undefined },
  ): Promise<readonly DatasetFile[]> {
    return this.db.rows<DatasetFile>(
      undefined,
      `SELECT start_us AS start, end_us AS "end", revision, file_key AS "fileKey", sha256, bytes, rows, stations, complete, ${us("built_at")} AS "builtAt"
       FROM revision WHERE ${IN_RANGE} AND file_key IS NOT NULL AND ($4::bigint IS NULL OR start_us > $4) ORDER BY start_us LIMIT $5::bigint`,
      dataset,
      start,
      end,
      after ?? null,
      limit,
    );
  }

  async columns(dataset: string, { start, end }: Interval): Promise<readonly (readonly CanonicalColumn[])[]> {
    const lists = await this.db.rows<{ columns: readonly CanonicalColumn[] }>(
      undefined,
      `SELECT columns FROM revision WHERE ${IN_RANGE} AND file_key IS NOT NULL GROUP BY columns`,
      dataset,
      start,
      end,
    );
    return lists.map(({ columns }) => columns);
  }

  async total(dataset: string, { start, end }: Interval): Promise<FilesTotal> {
    const [total] = await this.db.rows<FilesTotal>(
      undefined,
      `SELECT count(*) AS files, coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(bytes), 0)::bigint AS bytes
       FROM revision WHERE ${IN_RANGE} AND file_key IS NOT NULL`,
      dataset,
      start,
      end,
    );
    return total ?? { files: 0, rows: 0, bytes: 0 };
  }

  sizes(dataset: string, spans: readonly Interval[]): Promise<readonly SizeOf[]> {
    return this.db.rows<SizeOf>(
      undefined,
      `SELECT s.start_us AS start, s.end_us AS "end", r.*
       FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS s(start_us, end_us, place)
         CROSS JOIN LATERAL (
           SELECT count(*) AS windows, count(file_key) AS files, coalesce(sum(rows), 0)::bigint AS rows, coalesce(sum(bytes), 0)::bigint AS bytes,
             coalesce(max(stations), 0)::bigint AS stations
           FROM revision WHERE dataset = $1 AND current AND start_us >= s.start_us AND start_us < s.end_us) r
       ORDER BY s.place`,
      dataset,
      spans.map(({ start }) => start),
      spans.map(({ end }) => end),
    );
  }

  async extent(dataset: string): Promise<Interval | undefined> {
    const [found] = await this.db.rows<{ start: Micros | undefined; end: Micros | undefined }>(
      undefined,
      `SELECT (SELECT start_us FROM revision WHERE dataset = $1 AND current ORDER BY start_us LIMIT 1) AS start,
         (SELECT max(end_us) FROM revision WHERE dataset = $1 AND current) AS "end"`,
      dataset,
    );
    return found?.start === undefined || found.end === undefined
      ? undefined
      : { start: found.start, end: found.end };
  }
}
