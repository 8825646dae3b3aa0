import { type Columnar, type Row, sqlText } from "../../ports/columnar";
import type { GroupBox, GroupedFile, RowGroup, RowGroups } from "../../ports/row-groups";

/** Footers that are remembered: a month of hourly windows of several datasets. */
const REMEMBERED = 4_096;

/** What a row group without statistics may hold. */
const EVERYWHERE: GroupBox = [-180, -90, 180, 90];

/** Reads the footers with DuckDB. The box is that of the `bbox` covering (GeoParquet 1.1, *covering*), the time that of its column's statistics. */
export class DuckdbRowGroups implements RowGroups {
  private readonly remembered = new Map<string, GroupedFile>();

  constructor(private readonly columnar: Columnar) {}

  async of(paths: readonly string[], timeColumn: string): Promise<ReadonlyMap<string, GroupedFile>> {
    const key = (path: string) => `${timeColumn}\n${path}`;
    const unknown = paths.filter((path) => !this.remembered.has(key(path)));
    const found = unknown.length > 0 ? await this.read(unknown, timeColumn) : new Map<string, GroupedFile>();
    const files = paths.flatMap((path) => {
      const file = found.get(path) ?? this.remembered.get(key(path));
      return file ? [[path, file] as const] : [];
    });
    // Put in again: the first ones are those that were asked for longest ago.
    for (const [path, file] of files) {
      this.remembered.delete(key(path));
      this.remembered.set(key(path), file);
    }
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED) break;
      this.remembered.delete(oldest);
    }
    return new Map(files);
  }

  private async read(paths: readonly string[], timeColumn: string): Promise<Map<string, GroupedFile>> {
    const sql = groupsSql(`[${paths.map(sqlText).join(", ")}]`, timeColumn);
    const rows = await this.columnar.session((session) => session.query(sql));
    // A file without rows has no row groups.
    const files = new Map(
      paths.map((path) => [path, { columns: [] as readonly string[], groups: [] as RowGroup[] }]),
    );
    for (const row of rows) {
      const path = String(row.path);
      const groups = [...(files.get(path)?.groups ?? []), rowGroup(row)];
      files.set(path, { columns: row.columns as unknown as readonly string[], groups });
    }
    return files;
  }
}

/** One row per row group. Statistics stand in DuckDB's table as text. */
function groupsSql(list: string, timeColumn: string): string {
  const edge = (pick: "min" | "max", name: string) =>
    `max(TRY_CAST(stats_${pick}_value AS DOUBLE)) FILTER (path_in_schema = 'bbox, ${name}')`;
  const instant = (pick: "min" | "max") =>
    `max(epoch_us(TRY_CAST(stats_${pick}_value AS TIMESTAMPTZ))) FILTER (path_in_schema = ${sqlText(timeColumn)})`;
  return `SELECT file_name AS path, row_group_id,
      list(path_in_schema ORDER BY column_id) FILTER (NOT starts_with(path_in_schema, 'bbox, ')) AS columns, max(row_group_num_rows) AS rows, sum(total_compressed_size)::BIGINT AS bytes,
      min(least(data_page_offset, coalesce(dictionary_page_offset, data_page_offset))) AS "offset",
      ${edge("min", "xmin")} AS west, ${edge("min", "ymin")} AS south, ${edge("max", "xmax")} AS east, ${edge("max", "ymax")} AS north,
      max(stats_null_count) FILTER (path_in_schema = 'bbox, xmin') AS without_position, ${instant("min")} AS first, ${instant("max")} AS last
    FROM parquet_metadata(${list}) GROUP BY file_name, row_group_id ORDER BY file_name, row_group_id`;
}

function rowGroup(row: Row): RowGroup {
  const { west, south, east, north, first, last } = row;
  const edges = [west, south, east, north].filter((edge) => typeof edge === "number");
  const [w, s, e, n] = edges;
  const known = w !== undefined && s !== undefined && e !== undefined && n !== undefined;
  const none = row.without_position === row.rows;
  return {
    rows: Number(row.rows),
    bytes: Number(row.bytes),
    offset: Number(row.offset),
    box: known ? [w, s, e, n] : none ? null : EVERYWHERE,
    time: typeof first === "number" && typeof last === "number" ? { start: first, end: last + 1 } : null,
  };
}
