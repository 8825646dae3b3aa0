import { mkdirSync } from "node:fs";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { Invalid, Transient } from "../../errors";
import type { Cell, Columnar, ColumnarSession, Row } from "../../ports/columnar";

export interface DuckdbOptions {
  /** Where larger-than-memory work spills; made when missing. */
  readonly tempDirectory: string;
  /** Such as `1GB`: what DuckDB counts; Parquet readers and writers take about as much again (docs/performance.md). */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** With it a worker stays below 1 GiB at windows of 3 million rows, and larger ones spill to disk. */
const STANDARD_MEMORY = "384MiB";

/**
 * DuckDB in memory, one instance for the process and one connection per session. Its work runs on its own threads, off the event loop. There
 * is never a database file: what lasts is Parquet.
 */
export class DuckdbColumnar implements Columnar {
  private opening: Promise<DuckDBInstance> | undefined;

  constructor(private readonly options: DuckdbOptions) {}

  async session<T>(body: (session: ColumnarSession) => Promise<T>, signal?: AbortSignal): Promise<T> {
    stopIf(signal);
    const connection = await (await this.instance()).connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener("abort", interrupt);
    try {
      return await body(sessionOn(connection, signal));
    } finally {
      signal?.removeEventListener("abort", interrupt);
      connection.closeSync();
    }
  }

  async close(): Promise<void> {
    const instance = await this.opening?.catch(() => undefined);
    this.opening = undefined;
    instance?.closeSync();
  }

  private instance(): Promise<DuckDBInstance> {
    this.opening ??= this.open();
    return this.opening;
  }

  private async open(): Promise<DuckDBInstance> {
    mkdirSync(this.options.tempDirectory, { recursive: true });
    // Loaded when there is work for it: the command line and most pages need no DuckDB.
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: this.options.memoryLimit ?? STANDARD_MEMORY,
      threads: String(this.options.threads ?? 2),
      temp_directory: this.options.tempDirectory,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    connection.closeSync();
    return instance;
  }
}

/** An interrupt ends only a statement that runs: the next one would begin as if nothing had been said. */
function stopIf(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Transient("the work was stopped");
}

function sessionOn(connection: DuckDBConnection, signal: AbortSignal | undefined): ColumnarSession {
  return {
    async execute(sql) {
      stopIf(signal);
      await connection.run(sql).catch((error) => raise(error, sql));
    },
    async query(sql) {
      stopIf(signal);
      const reader = await connection.runAndReadAll(sql).catch((error) => raise(error, sql));
      return reader.getRowObjectsJS().map(plain);
    },
  };
}

function plain(row: Readonly<Record<string, unknown>>): Row {
  const out: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(row)) {
    out[name] = typeof value === "bigint" && isSafe(value) ? Number(value) : (value as Cell);
  }
  return out;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

/** DuckDB's kinds of errors that stand for the machine's state, not for the data. */
const PASSING = /^(IO Error|INTERRUPT Error|Interrupted)/i;

/** What its Parquet reader says of bytes that are none; "Invalid Error" is what its Thrift and its decompressors throw. */
const UNREADABLE =
  /^Invalid (Input )?Error|^Serialization Error|magic bytes|too small to be|TProtocol|not enough bytes/i;

/** The same class of error, but about a value in our own SQL. */
const OWN_CAST = /can't be cast|could not (convert|cast)|out of range/i;

/** A cell or a type that a query of ours did not foresee. */
const HOPELESS = /^(Conversion|Out of Range|Mismatch Type) Error/i;

function raise(error: unknown, sql: string): never {
  const text = error instanceof Error ? error.message : String(error);
  const [line = text] = text.split("\n");
  if (/\b(read_parquet|parquet_\w+)\(/.test(sql) && UNREADABLE.test(text) && !OWN_CAST.test(text)) {
    // A file that is no Parquet is wrong for ever, though DuckDB's message may begin like a fault of the disk.
    throw new Invalid(`the file is not readable Parquet: ${line}`, { cause: error });
  }
  if (/^Out of Memory Error/i.test(text)) {
    const advice = "DuckDB's memory does not suffice: give it more by IONBEAM_DUCKDB_MEMORY";
    throw new Transient(`${advice} (${line})`, { cause: error });
  }
  if (PASSING.test(text)) throw new Transient(line, { cause: error });
  // The data's own fault, which trying again does not mend.
  if (HOPELESS.test(text)) throw new Invalid(`the data cannot be worked: ${line}`, { cause: error });
  throw new Error(text, { cause: error });
}
