import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import { type Columnar, sqlName, sqlText } from "../ports/columnar";
import type { Views } from "../ports/views";
import { type JsonCell, jsonCell } from "./json-cell";

export interface Preview {
  readonly window: Interval;
  readonly columns: readonly CanonicalColumn[];
  /** One array of cells per row, in the order of `columns`. */
  readonly rows: readonly (readonly JsonCell[])[];
}

/**
 * The first rows of a dataset's newest current file, in the file's order.
 * @returns null where no window has a file yet
 * @throws NotFound
 */
export async function previewDataset(
  name: string,
  limit: number,
  ports: { readonly views: Pick<Views, "dataset">; readonly columnar: Columnar },
): Promise<Preview | null> {
  const { latest, columns } = await ports.views.dataset(name);
  const [file] = latest?.files ?? [];
  if (!latest || file === undefined) return null;
  const present = await ports.columnar.session((session) =>
    session.query(`SELECT column_name AS name FROM (DESCRIBE SELECT * FROM read_parquet(${sqlText(file)}))`),
  );
  const names = new Set(present.map((row) => row.name));
  const shown = columns.filter((column) => names.has(column.name));
  const rows = await ports.columnar.session((session) => session.query(previewSql(file, shown, limit)));
  return {
    window: { start: latest.start, end: latest.end },
    columns: shown,
    rows: rows.map((row) => shown.map((column) => jsonCell(row[column.name] ?? null))),
  };
}

/** The statement: instants as µs, rows as the file has them (sorted by time, then identity). */
export function previewSql(file: string, columns: readonly CanonicalColumn[], limit: number): string {
  const cells = columns.map(({ name, role }) =>
    role === "time" ? `epoch_us(${sqlName(name)}) AS ${sqlName(name)}` : sqlName(name),
  );
  return `SELECT ${cells.join(", ")} FROM read_parquet(${sqlText(file)}) LIMIT ${limit}`;
}
