import type { Column } from "./column";
import type { Columns, Decoder } from "./decoder";
import { type Group, nameOf } from "./plan-groups";

/** Cells that are kept decoded: about 130 MB. */
const KEPT_CELLS = 16_000_000;

/** Row groups that a decoder is given at once: a browser has six connections to a host, and the page needs some for itself. */
const AT_ONCE = 2;

/** Reads columns of row groups, shared out among decoders, and keeps them: files never change. */
export class ColumnReader {
  private readonly columns = new Map<string, Column>();
  private cells = 0;

  /** @param decoders the first of them reads what one can read alone */
  constructor(private readonly decoders: readonly Decoder[]) {}

  /**
   * @returns for each group, in their order, its columns by name; one that the file lacks is not there
   * @throws Gone when a file is not there any more
   */
  async read(groups: readonly Group[], names: readonly string[]): Promise<readonly Columns[]> {
    const found: Columns[] = [];
    let next = 0;
    const work = async (decoder: Decoder) => {
      for (let place = next++; place < groups.length; place = next++) {
        const group = groups[place];
        if (group) found[place] = await this.readGroup(group, names, decoder);
      }
    };
    const lanes = Array.from({ length: AT_ONCE }, () => this.decoders).flat();
    await Promise.all(lanes.map(work));
    return found;
  }

  private async readGroup(group: Group, names: readonly string[], decoder: Decoder): Promise<Columns> {
    const kept = (name: string) => this.columns.get(`${nameOf(group)}#${name}`);
    const found = new Map(names.flatMap((name) => (kept(name) ? [[name, kept(name) as Column]] : [])));
    const missing = names.filter((name) => !found.has(name) && group.columns.includes(name));
    if (missing.length > 0) {
      const read = await decoder.decode(group, missing);
      for (const [name, column] of read) found.set(name, column);
    }
    for (const [name, column] of found) this.keep(`${nameOf(group)}#${name}`, column, group.rows);
    this.forgetOldest();
    return found;
  }

  private keep(name: string, column: Column, rows: number): void {
    if (!this.columns.delete(name)) this.cells += rows;
    this.columns.set(name, column);
  }

  private forgetOldest(): void {
    for (const [name, column] of this.columns) {
      if (this.cells <= KEPT_CELLS) break;
      this.columns.delete(name);
      this.cells -= column.kind === "number" ? column.values.length : column.codes.length;
    }
  }
}
