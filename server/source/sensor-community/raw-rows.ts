import type { FileHandle } from "node:fs/promises";
import { sqlName, sqlText } from "../../ports/columnar";
import { type CsvRows, rawColumn } from "./csv";
import { MAPPED_COLUMNS } from "./dataset";

/** Text is handed to the disk in pieces of about this length. */
const PIECE = 1 << 20;

/** What the name of the file says of its rows. */
export interface RowContext {
  readonly type: string | undefined;
  readonly indoor: boolean;
}

/** Only the file's name says that a sensor stands indoors. */
const INDOOR = "indoor";

/**
 * Writes the rows of all files, in order, to one text file, with memory for one file at a time. Every type has columns of its own, so the union is known
 * only at the end: a column gets the next place when it is met first, and earlier lines are simply shorter.
 */
export class RawRows {
  private readonly names: string[] = [...MAPPED_COLUMNS];
  /** Names of columns are the same whatever their case, in SQL; the first spelling met is kept. */
  private readonly places = new Map(this.names.map((name, place) => [name.toLowerCase(), place]));
  private pieces: string[] = [];
  private length = 0;
  private written = 0;

  constructor(private readonly file: FileHandle) {}

  get rows(): number {
    return this.written;
  }

  async add(rows: CsvRows, context: RowContext): Promise<void> {
    let header: readonly string[] | undefined;
    let type: string | undefined;
    let places: readonly number[] = [];
    rows.each((columns, cells) => {
      const own = cells[1] || context.type || "";
      if (columns !== header || own !== type) {
        header = columns;
        type = own;
        places = columns.map((column) => this.placeOf(rawColumn(column, own)));
      }
      this.push(this.line(places, cells, context));
    });
    if (this.length > PIECE) await this.flush();
  }

  async flush(): Promise<void> {
    await this.file.appendFile(this.pieces.join(""));
    this.pieces = [];
    this.length = 0;
  }

  /** Mapped columns first, in the map's order, present or not; then the others by name: the same files give the same columns. */
  columns(): string[] {
    return [...MAPPED_COLUMNS, ...this.others()];
  }

  /**
   * SQL that reads the flushed file back, every column as text, in the order of the lines. It is read by one thread: only so are row groups,
   * and with them the payload's bytes, independent of the number of threads and of the memory that happens to be free.
   */
  select(path: string): string {
    const read = this.names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(", ");
    const wanted = this.columns().map(sqlName).join(", ");
    return `SELECT ${wanted} FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
      new_line = '\\n', null_padding = true, parallel = false, columns = {${read}})`;
  }

  private others(): string[] {
    return this.names.slice(MAPPED_COLUMNS.length).sort();
  }

  private line(places: readonly number[], cells: readonly string[], context: RowContext): string {
    const out: string[] = new Array(this.names.length).fill("");
    let last = 1;
    const put = (place: number, cell: string) => {
      if (cell === "") return;
      out[place] = quoted(cell);
      last = Math.max(last, place);
    };
    for (let at = 0; at < places.length; at += 1) put(places[at] ?? 0, cells[at] ?? "");
    if (context.indoor) put(this.placeOf(INDOOR), "1");
    // A line keeps two fields at least, or one without values would be a blank line and be passed over.
    return `${out.slice(0, last + 1).join(",")}\n`;
  }

  private placeOf(name: string): number {
    const known = this.places.get(name.toLowerCase());
    if (known !== undefined) return known;
    this.places.set(name.toLowerCase(), this.names.length);
    return this.names.push(name) - 1;
  }

  private push(line: string): void {
    this.pieces.push(line);
    this.length += line.length;
    this.written += 1;
  }
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
