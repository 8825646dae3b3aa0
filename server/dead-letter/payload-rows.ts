import { errorText } from "../errors";
import { type Columnar, sqlName, sqlText } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { Letters } from "../ports/letters";
import { aboutLetter } from "./about";
import type { LetterKey } from "./model";

/** The beginning of a payload as text, or why it cannot be read. */
export type PayloadRows =
  | {
      readonly columns: readonly { readonly name: string; readonly type: string }[];
      /** One array of texts per row, in the order of `columns`; null is a missing cell. */
      readonly rows: readonly (readonly (string | null)[])[];
      readonly total: number;
    }
  | { readonly unreadable: string };

const ROWS = 20;
/** A payload may have any number of columns, and cells of any length: a page shows so much of them. */
const COLUMNS = 100;
const CHARACTERS = 200;

export interface LetterRowsPorts {
  readonly letters: Pick<Letters, "letter">;
  readonly files: Pick<Files, "keyOf" | "facts" | "location">;
  readonly columnar: Columnar;
}

/** The first rows of the file that a letter names; null where it names none of our store. @throws NotFound */
export async function letterRows(
  key: LetterKey,
  { letters, files, columnar }: LetterRowsPorts,
  signal?: AbortSignal,
): Promise<PayloadRows | null> {
  const { location } = aboutLetter(await letters.letter(key));
  const own = location === undefined ? undefined : files.keyOf(location);
  if (own === undefined || !(await files.facts(own))) return null;
  return payloadRows(files.location(own), columnar, signal);
}

/**
 * The first rows of a Parquet file of our store, every cell as text: it may be here because its types are not what they should be.
 * @param file absolute path
 */
export async function payloadRows(
  file: string,
  columnar: Columnar,
  signal?: AbortSignal,
): Promise<PayloadRows> {
  const from = `read_parquet(${sqlText(file)})`;
  return columnar.session(async (session) => {
    try {
      const described = await session.query(
        `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
      );
      const columns = described
        .slice(0, COLUMNS)
        .map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
      const cells = columns.map(
        ({ name }, place) => `left(CAST(${sqlName(name)} AS VARCHAR), ${CHARACTERS}) AS c${place}`,
      );
      const rows = await session.query(`SELECT ${cells.join(", ")} FROM ${from} LIMIT ${ROWS}`);
      const [counted] = await session.query(`SELECT count(*) AS total FROM ${from}`);
      return {
        columns,
        rows: rows.map((row) => columns.map((_, place) => textOf(row[`c${place}`]))),
        total: Number(counted?.total ?? 0),
      };
    } catch (error) {
      if (signal?.aborted) throw error;
      return { unreadable: errorText(error) };
    }
  }, signal);
}

function textOf(cell: unknown): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
