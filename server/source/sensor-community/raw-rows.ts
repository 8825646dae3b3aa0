import type { FileHandle } from "node:fs/promises";
import { type CsvRows, rawColumn } from "./csv";
import { MAPPED_COLUMNS } from "./dataset";

/** Text is handed to the disk in pieces of about this length. */
const PIECE = 1 << 20;

/** What the name of the file says of its rows. */
export interface RowContext {
  readonly type: string | undefined;
  readonly indoor: boolean;
}

/**
 * Writes the rows of all files, in order, as one JSON object a line, with memory for one file at a time. Every type has columns of its own, so the union is known
 * only at the end; empty cells are left out. Vendor text stays text.
 */
export class RawRows {
  private readonly counts = new Map<string, number>(MAPPED_COLUMNS.map((column) => [column, 0]));
  /** Names of columns are the same whatever their case, in SQL; the first spelling met is kept. */
  private readonly spelling = new Map<string, string>(
    MAPPED_COLUMNS.map((column) => [column.toLowerCase(), column]),
  );
  private pieces: string[] = [];
  private length = 0;
  private written = 0;

  constructor(private readonly file: FileHandle) {}

  get rows(): number {
    return this.written;
  }

  async add(rows: CsvRows, context: RowContext): Promise<void> {
    rows.each((columns, cells) => {
      this.push(this.line(columns, cells, context));
    });
    if (this.length > PIECE) await this.flush();
  }

  async flush(): Promise<void> {
    await this.file.write(this.pieces.join(""));
    this.pieces = [];
    this.length = 0;
  }

  /** Mapped columns first, in the map's order, present or not; then the others by name: the same files give the same columns. */
  columns(): string[] {
    return [...MAPPED_COLUMNS, ...this.others()];
  }

  /** Values in columns that the map does not name. */
  unmapped(): Record<string, number> {
    return Object.fromEntries(this.others().map((column) => [column, this.counts.get(column) ?? 0]));
  }

  private others(): string[] {
    return [...this.counts.keys()].filter((column) => !MAPPED_COLUMNS.includes(column)).sort();
  }

  private line(columns: readonly string[], cells: readonly string[], context: RowContext): string {
    const type = cells[1] || context.type || "";
    const parts: string[] = [];
    for (let at = 0; at < columns.length; at += 1) {
      const cell = cells[at];
      const column = columns[at];
      if (column !== undefined) this.put(parts, rawColumn(column, type), cell ?? "");
    }
    // Only the file's name says that a sensor stands indoors.
    if (context.indoor) this.put(parts, "indoor", "1");
    return `{${parts.join(",")}}\n`;
  }

  private put(parts: string[], name: string, cell: string): void {
    const column = this.spelled(name);
    const count = this.counts.get(column) ?? 0;
    this.counts.set(column, cell === "" ? count : count + 1);
    if (cell !== "") parts.push(`${JSON.stringify(column)}:${JSON.stringify(cell)}`);
  }

  private spelled(name: string): string {
    const known = this.spelling.get(name.toLowerCase());
    if (known !== undefined) return known;
    this.spelling.set(name.toLowerCase(), name);
    return name;
  }

  private push(line: string): void {
    this.pieces.push(line);
    this.length += line.length;
    this.written += 1;
  }
}
