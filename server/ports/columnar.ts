import { Invalid } from "../errors";

export type Cell = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/**
 * The columnar engine (DuckDB, in memory, off the event loop). Nouns hand it SQL that their pure rules wrote; it holds no state between
 * sessions. Integers of 64 bits come back as numbers where they are safe integers, as bigint otherwise.
 */
export interface ColumnarSession {
  execute(sql: string): Promise<void>;
  query(sql: string): Promise<Row[]>;
}

export interface Columnar {
  /** One connection for one piece of work; closed, with its temporary tables, when `body` ends. */
  session<T>(body: (session: ColumnarSession) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** A text as an SQL string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. @throws Invalid for a name with NUL, at which DuckDB's parser stops reading */
export function sqlName(name: string): string {
  if (name.includes("\0"))
    throw new Invalid(
      `a column's name holds NUL: ${JSON.stringify(name.slice(0, 80))}; give the column a name without control characters`,
    );
  return `"${name.replaceAll('"', '""')}"`;
}
