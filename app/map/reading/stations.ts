import { type Column, wordAt } from "./column";
import { bytesAt } from "./text-table";

/** The columns that make a station, which is named by what all of them say. */
export class Stations {
  private readonly first: ArrayLike<number>;
  private readonly others: readonly ArrayLike<number>[];
  private readonly encoder = new TextEncoder();
  private readonly columns: readonly Column[];

  constructor(identity: readonly (Column | undefined)[]) {
    this.columns = identity.filter((column) => column !== undefined);
    const raw = this.columns.map((column) => (column.kind === "text" ? column.codes : column.values));
    this.first = raw[0] ?? [];
    this.others = raw.slice(1);
  }

  /** Whether two rows are of one station. */
  areSame(a: number, b: number): boolean {
    if (this.first[a] !== this.first[b]) return false;
    return this.others.length === 0 || this.others.every((raw) => raw[a] === raw[b]);
  }

  /** The name of a row's station in UTF-8, to be read at once. */
  name(row: number): Uint8Array {
    const [first] = this.columns;
    // Most stations are named by one text.
    if (this.columns.length === 1 && first?.kind === "text") {
      const code = first.codes[row] ?? -1;
      if (code >= 0) return bytesAt(first.words, code);
    }
    const words = this.columns.map((column) => wordAt(column, row) ?? "none");
    return this.encoder.encode(words.join(", "));
  }
}
