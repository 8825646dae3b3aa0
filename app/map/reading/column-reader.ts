import { tableFromIPC } from "apache-arrow";
import { ParquetFile } from "parquet-wasm/esm";
import { type Column, columnOf } from "./column";
import { type ColumnChunk, spanOfColumns } from "./column-span";
import { type Group, nameOf } from "./plan-groups";
import { RangedFile } from "./ranged-file";

/** Cells that are kept decoded: about 130 MB. */
const KEPT_CELLS = 16_000_000;
/** Files whose footers are kept. */
const KEPT_FILES = 512;
/** The end of a file that is read at first: more than the footers of most. */
const FOOTER = 64 * 1024;

interface OpenFile {
  readonly file: Promise<ParquetFile>;
  readonly ranged: RangedFile;
}

/** A browser has six connections to a host, and the page needs some for itself. */
const AT_ONCE = 3;

/**
 * Reads columns of row groups of GeoParquet files by HTTP range requests, and nothing else of them: a file's footer once, then the bytes of the columns
 * that are asked for. What was read is kept, since files never change. parquet-wasm must have been initialised.
 */
export class ColumnReader {
  private readonly files = new Map<string, OpenFile>();
  private readonly columns = new Map<string, Column>();
  private cells = 0;

  /** @param urlOf where the file of a key is read, an absolute address */
  constructor(private readonly urlOf: (key: string) => string) {}

  /**
   * @returns for each group, in their order, its columns by name; one that the file lacks is not there
   * @throws Gone when a file is not there any more
   */
  async read(
    groups: readonly Group[],
    names: readonly string[],
  ): Promise<readonly ReadonlyMap<string, Column>[]> {
    const found: ReadonlyMap<string, Column>[] = [];
    let next = 0;
    const work = async () => {
      for (let place = next++; place < groups.length; place = next++) {
        const group = groups[place];
        if (group) found[place] = await this.readGroup(group, names);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found;
  }

  private async readGroup(group: Group, names: readonly string[]): Promise<ReadonlyMap<string, Column>> {
    const kept = (name: string) => this.columns.get(`${nameOf(group)}#${name}`);
    const found = new Map(names.flatMap((name) => (kept(name) ? [[name, kept(name) as Column]] : [])));
    const missing = names.filter((name) => !found.has(name) && group.columns.includes(name));
    if (missing.length > 0) {
      const read = await this.fromFile(group, missing);
      for (const [name, column] of read) found.set(name, column);
    }
    for (const [name, column] of found) this.keep(`${nameOf(group)}#${name}`, column, group.rows);
    this.forgetOldest();
    return found;
  }

  private async fromFile(group: Group, names: readonly string[]): Promise<Map<string, Column>> {
    const { file, ranged } = this.open(group);
    const options = { rowGroups: [group.group], columns: [...names], batchSize: Math.max(1, group.rows) };
    try {
      const opened = await Promise.race([file, ranged.failed]);
      const span = spanOfColumns(chunksOf(opened, group.group), group.offset, names);
      const letGo = span && ranged.hold(span);
      const table = await Promise.race([opened.read(options), ranged.failed]);
      letGo?.();
      const arrow = tableFromIPC(table.intoIPCStream());
      // A name that begins like another one up to a point brings the other one with it.
      const vectors = names.map((name) => [name, arrow.getChild(name)] as const);
      return new Map(
        vectors.flatMap(([name, vector]) => (vector ? [[name, columnOf(vector)] as const] : [])),
      );
    } catch (error) {
      this.files.delete(group.key);
      throw error;
    }
  }

  private open({ key, size }: Group): OpenFile {
    const known = this.files.get(key);
    const opened = known ?? this.begin(key, size);
    this.files.delete(key);
    this.files.set(key, opened);
    for (const oldest of this.files.keys()) {
      if (this.files.size <= KEPT_FILES) break;
      this.files.delete(oldest);
    }
    return opened;
  }

  private begin(key: string, size: number): OpenFile {
    const ranged = new RangedFile(this.urlOf(key), size);
    const letGo = ranged.hold({ start: Math.max(0, size - FOOTER), end: size });
    const file = ParquetFile.fromFile(ranged.blob());
    file.then(letGo, letGo);
    return { file, ranged };
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

/** A row group's columns as its footer tells them; of a nested one each part is one. */
function chunksOf(file: ParquetFile, group: number): readonly ColumnChunk[] {
  const metadata = file.metadata();
  const rows = metadata.rowGroup(group);
  const chunks = rows.columns().map((column) => {
    const chunk = { name: column.columnPath().join("."), bytes: column.compressedSize() };
    column.free();
    return chunk;
  });
  rows.free();
  metadata.free();
  return chunks;
}
