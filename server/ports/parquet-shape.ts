import { type ColumnarSession, sqlText } from "./columnar";

/** The columns of a Parquet file as it really is. */
export interface ParquetShape {
  /** Names and types in their order: files with the same text can be read as one table. */
  readonly text: string;
  /** Names in lower case: SQL does not tell the cases apart. */
  readonly names: ReadonlySet<string>;
}

/** Reads the footers of flat Parquet files, in one statement. @returns shapes by path */
export async function parquetShapes(
  session: ColumnarSession,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ParquetShape>> {
  // The root of a file's schema has no physical type.
  const rows = await session.query(
    `SELECT file_name AS path, list(name ORDER BY column_id) AS names, string_agg(name || ' ' || duckdb_type, ', ' ORDER BY column_id) AS text
     FROM parquet_schema([${paths.map(sqlText).join(", ")}]) WHERE type IS NOT NULL GROUP BY file_name`,
  );
  return new Map(
    rows.map(({ path, names, text }) => [
      String(path),
      {
        text: String(text),
        names: new Set((names as unknown as string[]).map((name) => name.toLowerCase())),
      },
    ]),
  );
}
