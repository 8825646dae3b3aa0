import { type ColumnarSession, sqlText } from "../ports/columnar";
import type { RawColumn } from "./canonicalize";

/** The payload's columns; DuckDB numbers names that differ only in case, so that the file's own names come from its schema. */
export async function rawColumns(session: ColumnarSession, path: string): Promise<RawColumn[]> {
  const described = await session.query(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
  const schema = await session.query(`SELECT name, num_children FROM parquet_schema(${sqlText(path)})`);
  const names = topLevelNames(
    schema.map((row) => ({ name: String(row.name), children: Number(row.num_children ?? 0) })),
  );
  return described.map((row, index) => {
    const sql = String(row.column_name);
    return { name: names[index] ?? sql, sql, type: String(row.column_type) };
  });
}

/** Parquet lists its schema as a tree, written down depth first. */
function topLevelNames(elements: readonly { readonly name: string; readonly children: number }[]): string[] {
  const names: string[] = [];
  let below = 0;
  for (const { name, children } of elements.slice(1)) {
    if (below === 0) names.push(name);
    else below -= 1;
    below += children;
  }
  return names;
}
