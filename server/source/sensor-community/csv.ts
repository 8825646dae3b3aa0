import { firstLine, LINE_END, quotable } from "./listing";

/** The columns that every type begins with. */
export const FIXED_COLUMNS = ["sensor_id", "sensor_type", "location", "lat", "lon", "timestamp"] as const;

/** Rows of one day file. Cells are the vendor's text, word for word; an empty cell stands as "". */
export interface CsvRows {
  /** Calls `take` for each readable row, in the file's order. */
  readonly each: (take: (columns: readonly string[], cells: readonly string[]) => void) => void;
  /** Why the file counts as damaged; known once `each` has run. */
  readonly damage: () => string | undefined;
}

/** A file is refused as a whole: none of its rows can be trusted. `page`: it is not data at all but an answer of the server. */
export interface Refused {
  readonly refused: string;
  readonly page: boolean;
}

/**
 * Reads the text of a day file: `;`, a header line, no quoting. Refuses what is not of this archive: HTML, the format of the second archive (madavi), and
 * copies that went through a spreadsheet, whose numbers are no longer the vendor's. A last line without its line end is cut off and not taken; nor
 * is a line with another number of fields than the header, or of another sensor. Lines end with LF, CRLF or CR.
 * @param sensor the sensor of the file's name, where it has one: a row that names another is not its own
 */
export function readCsv(text: string, sensor?: string): CsvRows | Refused {
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (clean.trim() === "") return { refused: "the file is empty", page: true };
  if (/^\s*</.test(clean))
    return { refused: `a page instead of data: "${quotable(firstLine(clean))}"`, page: true };
  const header = firstLine(clean);
  const wrong = wrongHeader(header);
  if (wrong) return { refused: wrong, page: false };
  const spoilt = SPREADSHEET.exec(clean);
  if (spoilt)
    return {
      refused: `damaged by a spreadsheet, its numbers are not the sensor's: "${spoilt[1] ?? spoilt[0]}"`,
      page: false,
    };
  return rowsOf(clean, sensor);
}

/** A number that became a month (`3.81` as `Mrz 81`) or got thousands separators (`51.48554199` as `5.148.554.199`). */
const SPREADSHEET =
  /;((?:Jan|Feb|M[rä]z|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc])[.\- ]{0,2}\d{2,4}|\d{1,2}[.\- ]{1,2}(?:Jan|Feb|M[rä]z|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc])|-?\d{1,3}(?:\.\d{3}){2,})(?=[;\r\n]|$)/;

/** The widest type has 16, and names of 20 characters: each column of one file is a column of the whole payload. */
const MOST_COLUMNS = 100;
const LONGEST_NAME = 100;

const CONTROL = /\p{Cc}/u;

function wrongHeader(header: string): string | undefined {
  const columns = header.split(";").map((column) => column.trim());
  const odd = columns.find((column) => CONTROL.test(column));
  if (odd !== undefined) return `the header is damaged, it holds control characters: "${quotable(odd)}"`;
  if (FIXED_COLUMNS.every((column, at) => columns[at] === column)) {
    if (columns.length <= MOST_COLUMNS && columns.every((column) => column.length <= LONGEST_NAME))
      return undefined;
    return `the header is damaged, no type has ${columns.length} columns with such names: "${quotable(header)}"`;
  }
  if (columns[0] === "Time" && columns.length > 6)
    return "a file of the second archive (madavi): one station a file, without position; only files of archive.sensor.community are read";
  if (/^"?sensor_id"?,/.test(header))
    return "damaged by a spreadsheet: fields are separated by commas, not semicolons";
  return `the header is not one of the archive: "${quotable(header)}"`;
}

/** No line of the archive comes near; one that does is not a row. */
const LONGEST_LINE = 100_000;

function rowsOf(text: string, sensor: string | undefined): CsvRows {
  let cut = false;
  const passed = { ragged: 0, foreign: 0 };
  return {
    each: (take) => {
      const lines = text.split(LINE_END);
      // What follows the last line end: nothing in a whole file.
      cut = (lines.pop() ?? "") !== "";
      let columns: readonly string[] = [];
      for (const line of lines) {
        if (line === "") continue;
        const cells = line.split(";");
        // A day that was exported in two parts repeats its header, perhaps with more columns.
        const isHeader = cells[0] === FIXED_COLUMNS[0];
        if (isHeader) columns = wrongHeader(line) === undefined ? distinct(cells) : [];
        const fault = faultOf(line, cells, columns, sensor);
        if (columns.length === 0) passed.ragged += 1;
        else if (isHeader) continue;
        else if (fault) passed[fault] += 1;
        else take(columns, cells);
      }
    },
    damage: () => {
      const parts = [
        cut ? "cut off in the middle of the last line" : "",
        counted(passed.ragged, "has another number", "have another number", "of fields than the header"),
        counted(passed.foreign, "is", "are", "of another sensor than the file"),
      ].filter((part) => part !== "");
      return parts.length > 0 ? parts.join("; ") : undefined;
    },
  };
}

function faultOf(
  line: string,
  cells: readonly string[],
  columns: readonly string[],
  sensor: string | undefined,
): "ragged" | "foreign" | undefined {
  if (line.length > LONGEST_LINE || !fits(cells, columns.length)) return "ragged";
  const own = cells[0]?.trim();
  // A row without any sensor is a row: what has no identity is counted when it is ingested (SEMANTICS 2).
  return sensor !== undefined && own !== "" && own !== sensor ? "foreign" : undefined;
}

function counted(count: number, one: string, more: string, what: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 line ${one} ${what}` : `${count} lines ${more} ${what}`;
}

function fits(cells: readonly string[], columns: number): boolean {
  return (
    cells.length === columns || (cells.length > columns && cells.slice(columns).every((cell) => cell === ""))
  );
}

/** GPS files have values named lat, lon and timestamp beside the fixed columns of that name: the second becomes `lat_2`. */
function distinct(header: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return header.map((raw, at) => {
    const name = raw.trim() || `column_${at + 1}`;
    const count = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** Columns of a PPD42NS that hold counts of particles where other sensors write ug m-3. */
const COUNTS = new Set(["P1", "P2"]);

/**
 * The raw column under which a value is kept. A PPD42NS counts particles (P1 above 1 µm, P2 above 2.5 µm), so its P1 and P2 may not stand
 * in the columns that are mapped to mass concentrations.
 */
export function rawColumn(column: string, sensorType: string): string {
  return COUNTS.has(column) && sensorType.toLowerCase() === "ppd42ns" ? `ppd42ns_${column}` : column;
}
