import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type ArchiveServer, startArchiveServer } from "../../../e2e/archive-server";
import { DuckdbColumnar, type DuckdbOptions } from "../../adapters/duckdb/columnar";
import { FolderFiles } from "../../adapters/files/folder-files";
import { FetchHttp } from "../../adapters/http/fetch-http";
import type { Interval } from "../../observation/interval";
import { type Micros, parseInstant } from "../../observation/time";
import { type Row, sqlText } from "../../ports/columnar";
import type { Log } from "../../ports/log";
import type { Collected } from "../plugin";
import { FIXED_COLUMNS } from "./csv";
import { sensorCommunity } from "./index";

export const FIXED = FIXED_COLUMNS.join(";");
export const at = (text: string): Micros => parseInstant(text) ?? Number.NaN;
export const between = (start: string, end: string): Interval => ({ start: at(start), end: at(end) });
export const DAY_ASKED = between("2024-03-05T00:00:00Z", "2024-03-06T00:00:00Z");
export const NOW = at("2026-02-03T04:05:06Z");

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => quiet };

/** A day file of one dht22 with so many rows. */
export function dht(id: number, rows: number, day = "2024-03-05"): string {
  const lines = Array.from(
    { length: rows },
    (_, n) => `${id};DHT22;7;48.1;9.1;${day}T00:${String(n % 60).padStart(2, "0")}:00;${n}.10;55.00\n`,
  );
  return `${FIXED};temperature;humidity\n${lines.join("")}`;
}

export function nameOf(id: number, day = "2024-03-05"): string {
  return `${day}_dht22_sensor_${id}.csv`;
}

export interface Asked {
  readonly runId?: string;
  readonly now?: Micros;
  readonly signal?: AbortSignal;
  readonly concurrency?: number;
  readonly progress?: (words: string) => void;
}

/** One collection from the archive at `url` into the store at `store`; time is told, not waited for. */
export function collectFrom(
  url: string,
  store: string,
  columnar: DuckdbColumnar,
  range: Interval,
  asked: Asked = {},
): Promise<Collected> {
  const clock = { now: () => asked.now ?? NOW, sleep: async () => {} };
  const config = sensorCommunity.config.parse({
    base_url: `${url}/`,
    concurrency: asked.concurrency ?? 4,
  });
  return sensorCommunity.collect(range, config, {
    http: new FetchHttp(clock),
    files: new FolderFiles(store),
    columnar,
    clock,
    log: quiet,
    signal: asked.signal ?? new AbortController().signal,
    runId: asked.runId ?? "run-1",
    attempt: 0,
    progress: async (_done, _total, words) => asked.progress?.(words),
  });
}

/** A folder in the archive's layout, a server over it, and a store to collect into. */
export class ArchiveTrial {
  private constructor(
    readonly folder: string,
    readonly server: ArchiveServer,
    private columnar: DuckdbColumnar,
  ) {}

  static async open(): Promise<ArchiveTrial> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "sensor-community-"));
    const archive = path.join(folder, "archive");
    await mkdir(archive);
    return new ArchiveTrial(folder, await startArchiveServer(archive), engine(folder));
  }

  get archive(): string {
    return path.join(this.folder, "archive");
  }

  get store(): string {
    return path.join(this.folder, "store");
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.columnar.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async changeEngine(options: Omit<DuckdbOptions, "tempDirectory">): Promise<void> {
    await this.columnar.close();
    this.columnar = engine(this.folder, options);
  }

  async put(place: string, content: string | Uint8Array): Promise<void> {
    const target = path.join(this.archive, place);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }

  collect(range: Interval, asked: Asked = {}): Promise<Collected> {
    return collectFrom(this.server.url, this.store, this.columnar, range, asked);
  }

  query(sql: string): Promise<Row[]> {
    return this.columnar.session((session) => session.query(sql));
  }

  rowsOf({ payload }: Collected): Promise<Row[]> {
    return this.query(`SELECT * FROM ${sqlText(payload)}`);
  }

  async columnsOf({ payload }: Collected) {
    const described = await this.query(`DESCRIBE SELECT * FROM ${sqlText(payload)}`);
    return described.map((row) => [row.column_name, row.column_type]);
  }

  async footerOf({ payload }: Collected) {
    const pairs = await this.query(
      `SELECT decode(key) AS k, decode(value) AS v FROM parquet_kv_metadata(${sqlText(payload)})`,
    );
    return Object.fromEntries(pairs.map(({ k, v }) => [k, v]));
  }

  async bytesOf({ payload }: Collected): Promise<string> {
    return createHash("sha256")
      .update(await readFile(payload))
      .digest("hex");
  }

  requestsOf(name: string): number {
    return [...this.server.requests]
      .filter(([asked]) => asked.endsWith(name))
      .reduce((sum, [, count]) => sum + count, 0);
  }
}

export function engine(folder: string, options: Omit<DuckdbOptions, "tempDirectory"> = {}): DuckdbColumnar {
  return new DuckdbColumnar({ tempDirectory: path.join(folder, "spill"), ...options });
}
