import { sqlName, sqlText } from "../../ports/columnar";

/**
 * Reads lines of JSON back as text columns, in the order of the lines.
 * @returns SQL of a select.
 */
export function selectRawRows(lines: string, columns: readonly string[]): string {
  const list = columns.map((column) => `${sqlText(column)}: 'VARCHAR'`).join(", ");
  const names = columns.map(sqlName).join(", ");
  return `SELECT ${names} FROM read_json(${sqlText(lines)}, format = 'newline_delimited', columns = {${list}})`;
}
