import { tableFromIPC } from "apache-arrow";
import { ParquetFile } from "parquet-wasm/esm";
import { columnOf } from "./column";
import { type ColumnChunk, spanOfColumns } from "./column-span";
import type { Columns, Decoder } from "./decoder";
import type { Group } from "./plan-groups";
import { RangedFile } from "./ranged-file";

/** Files whose footers are kept. */
const KEPT_FILES = 512;
/** The end of a file that is read at first: more than the footers of most. */
const FOOTER = 64 * 1024;

interface OpenFile {
  readonly file: Promise<ParquetFile>;
  readonly ranged: RangedFile;
}

/**
 * Reads and decodes in the worker that it is made in, by HTTP range requests: a file's footer once, then the bytes of the columns that are asked for.
 * parquet-wasm must have been initialised.
 */
export class FileDecoder implements Decoder {
  private readonly files = new Map<string, OpenFile>();

  /** @param urlOf where the file of a key is read, an absolute address */
  constructor(private readonly urlOf: (key: string) => string) {}

  async decode(group: Group, names: readonly string[]): Promise<Columns> {
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
