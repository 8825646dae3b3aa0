import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { ParquetTimeSeries } from "../adapters/duckdb/time-series";
import { FolderFiles } from "../adapters/files/folder-files";
import { MemoryLedger } from "../adapters/memory/ledger";
import { MemoryStore } from "../adapters/memory/store";
import { NotFound } from "../errors";
import { uuidv5 } from "../message";
import type { DataIngestionMap } from "../observation/model";
import { windowAt } from "../observation/span-grid";
import { formatInstant, HOUR, type Micros, parseInstant } from "../observation/time";
import type { Dataset } from "../ports/catalog";
import { type Row, sqlText } from "../ports/columnar";
import type { DeliveryFacts, GenerationFacts } from "../ports/ledger";
import { datasetFor } from "../ports/testing";
import { IngestDataCommand } from "../source/messages";
import { cutClaim } from "../window/claims";
import { type IngestPorts, ingestStage } from "./stage";

/** What every command here claims is the hour from START; it is ingested at NOW. */
export const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const NOW = START + 5 * HOUR;

const DATASET = datasetFor("demo", {
  personal: ["author"],
  floor: parseInstant("2010-01-01") ?? 0,
});

/** A variable of a map: an air temperature in °C at a level in m. */
export const temperatureAt = (column: string, level: number, dtype = "float64") => ({
  column,
  standard_name: "air_temperature",
  cf_unit: "degC",
  level,
  method: "point",
  period: "PT0S",
  dtype,
});

/** The map of the payloads that `rowsPayload` writes. */
export const MAP: DataIngestionMap = {
  datetime: { from_col: "timestamp", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "latitude", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "longitude", dtype: "float64" },
  canonical_variables: [{ ...temperatureAt("temperature", 0), cf_unit: "deg_C" }],
  metadata_variables: [{ column: "station_id", dtype: "string" }],
};

/** How the temperature of `MAP` is called in canonical data. */
export const TEMPERATURE = "air_temperature__deg_C__0.0__point__PT0S";

/** Cells of one payload row as SQL; what is left out is a good one. */
export interface Cells {
  readonly timestamp?: string;
  readonly latitude?: string;
  readonly longitude?: string;
  readonly temperature?: string;
  readonly station_id?: string;
}
const GOOD = {
  timestamp: "'2024-06-01T10:00:00'",
  latitude: "52.5",
  longitude: "13.4",
  temperature: "20.0",
  station_id: "'a'",
};
/** The columns of `rowsPayload`, in order. */
export const COLUMNS = Object.keys(GOOD);

/** What of a command is not as usual. */
interface Asked {
  readonly id?: string;
  readonly map?: DataIngestionMap;
  readonly ordinal?: number;
}

/**
 * The ingest stage on DuckDB, a folder and a ledger in memory. A file of tests has one: `open` before all of them, `fresh` before each,
 * `close` after all. The fields are there to be changed by a test.
 */
export class IngestTrial {
  now: Micros = NOW;
  dataset: Dataset = DATASET;
  /** The fail point at which the stage dies. */
  failAt: string | undefined;
  /** Why there is no room for foreign payloads. */
  noRoom: string | undefined;
  /** Every generation that was recorded, in order. */
  recorded: GenerationFacts[] = [];
  /** Every delivery that was written down, in order. */
  received: DeliveryFacts[] = [];
  /** The source of ours that feeds the dataset. */
  origin: { readonly source: string; readonly priority: number } | undefined;

  private constructor(
    readonly folder: string,
    readonly columnar: DuckdbColumnar,
    public files: FolderFiles,
    private store: MemoryStore,
    public ledger: MemoryLedger,
  ) {}

  static async open(): Promise<IngestTrial> {
    // What a reader of patterns would take for one: a data folder may be called so.
    const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-[1]*-ingest-"));
    const columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
    const store = new MemoryStore(() => NOW);
    return new IngestTrial(folder, columnar, new FolderFiles(folder), store, new MemoryLedger(store));
  }

  /** Everything as it is at the start of a test: an empty ledger and an empty store of files. */
  async fresh(): Promise<void> {
    this.now = NOW;
    this.dataset = DATASET;
    this.failAt = undefined;
    this.noRoom = undefined;
    this.recorded = [];
    this.received = [];
    this.origin = undefined;
    this.files = new FolderFiles(await mkdtemp(path.join(this.folder, "files-")));
    this.store = new MemoryStore(() => this.now);
    this.ledger = new MemoryLedger(this.store);
    await this.setSpan(HOUR, "PT1H");
  }

  async close(): Promise<void> {
    await this.columnar.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  setSpan(span: Micros, declared: string): Promise<void> {
    return this.store.run((tx) => this.ledger.setSpans(tx, "demo", [{ from: 0, span, declared }]));
  }

  /** Another span from an instant on. */
  changeSpan(from: Micros, span: Micros, declared: string): Promise<void> {
    const rules = [
      { from: 0, span: HOUR, declared: "PT1H" },
      { from, span, declared },
    ];
    return this.store.run((tx) => this.ledger.setSpans(tx, "demo", rules));
  }

  /** A payload of the rows of a SELECT, outside of the store. @returns its path */
  async payload(select: string): Promise<string> {
    const target = path.join(await mkdtemp(path.join(this.folder, "payload-")), "p.parquet");
    await this.columnar.session((session) =>
      session.execute(`COPY (${select}) TO ${sqlText(target)} (FORMAT parquet)`),
    );
    return target;
  }

  /** A payload of rows for `MAP`, with more columns where `names` has more. */
  rowsPayload(rows: readonly Cells[], names = COLUMNS): Promise<string> {
    const values = rows.map((row) => `(${Object.values({ ...GOOD, ...row }).join(", ")})`);
    const columns = names.map((name) => `"${name}"`).join(", ");
    const table = values.length > 0 ? values.join(", ") : `(${Object.values(GOOD).join(", ")})`;
    return this.payload(`SELECT * FROM (VALUES ${table}) AS t(${columns}) WHERE ${values.length > 0}`);
  }

  command(location: string, { id, map = MAP, ordinal }: Asked = {}): IngestDataCommand {
    return IngestDataCommand.parse({
      id: id ?? uuidv5("command", location),
      metadata: { dataset: DATASET.metadata, ingestion_map: map, version: 1 },
      payload_location: location,
      start_time: formatInstant(START),
      end_time: formatInstant(START + HOUR),
      ordinal,
    });
  }

  /** Works a command as the runner does. @returns what the stage publishes and what it recorded */
  async run(command: IngestDataCommand, beforeSettling: () => Promise<unknown> = async () => undefined) {
    const signal = new AbortController().signal;
    const context = { lane: "live", queue: "q", signal, attempt: 0 } as const;
    const outcome = await ingestStage.handle(command, this.ports(), context);
    await beforeSettling();
    await this.store.run(async (tx) => outcome.settle?.(tx));
    const facts = this.recorded.at(-1);
    if (!facts) throw new Error("no generation was recorded");
    return { outcome, facts };
  }

  /** `run`, with the points that stand in the time series afterwards. */
  async ingest(location: string, asked: Asked = {}) {
    const command = this.command(location, asked);
    return { ...(await this.run(command)), rows: await this.points(command.id) };
  }

  async ingestRows(rows: readonly Cells[]) {
    return this.ingest(await this.rowsPayload(rows));
  }

  /** The points of a generation as they stand in the time series; `datetime` in µs. */
  async points(generation: string): Promise<readonly Row[]> {
    for await (const key of this.files.list("series/")) {
      if (!key.includes(generation)) continue;
      const from = `read_parquet(${sqlText(this.files.location(key))})`;
      return this.columnar.session((session) =>
        session.query(`SELECT * REPLACE (epoch_us(datetime) AS datetime) FROM ${from}`),
      );
    }
    throw new Error("no points");
  }

  private ports(): IngestPorts {
    const { ledger } = this;
    return {
      catalog: {
        dataset: async (name) => {
          if (name !== "demo") throw new NotFound(name);
          return this.dataset;
        },
        ensureDataset: async () => undefined,
      },
      ledger: {
        spans: (tx, name) => ledger.spans(tx, name),
        receive: (tx, facts, claims) => {
          this.received.push(facts);
          return ledger.receive(tx, facts, claims);
        },
        recordGeneration: (tx, delivery, facts) => {
          this.recorded.push(facts);
          return ledger.recordGeneration(tx, delivery, facts);
        },
      },
      transactions: this.store,
      files: this.files,
      columnar: this.columnar,
      timeSeries: new ParquetTimeSeries(this.files),
      clock: { now: () => this.now, sleep: async () => undefined },
      alignment: { windowAt, cutClaim },
      isCf: (name) => name === "air_temperature",
      originOf: async () => this.origin,
      noRoom: () => this.noRoom,
      failPoint: (name) => {
        if (name === this.failAt) throw new Error(`killed at ${name}`);
      },
    };
  }
}
