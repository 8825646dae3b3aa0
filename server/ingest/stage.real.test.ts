import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { ParquetTimeSeries } from "../adapters/duckdb/time-series";
import { FolderFiles } from "../adapters/files/folder-files";
import { MemoryLedger } from "../adapters/memory/ledger";
import { MemoryStore } from "../adapters/memory/store";
import { Invalid, NotFound } from "../errors";
import { uuidv5 } from "../message";
import type { DataIngestionMap } from "../observation/model";
import { formatInstant, HOUR, MINUTE, type Micros, parseInstant } from "../observation/time";
import type { Dataset } from "../ports/catalog";
import { sqlText } from "../ports/columnar";
import type { GenerationFacts } from "../ports/ledger";
import { IngestDataCommand } from "../source/messages";
import { windowAt } from "../window/align";
import { cutClaim } from "../window/claims";
import { type IngestPorts, ingestStage } from "./stage";

const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const NOW = START + 5 * HOUR;
const signal = new AbortController().signal;

const MAP: DataIngestionMap = {
  datetime: { from_col: "timestamp", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "latitude", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "longitude", dtype: "float64" },
  canonical_variables: [
    {
      column: "temperature",
      standard_name: "air_temperature",
      cf_unit: "deg_C",
      level: 0,
      method: "point",
      period: "PT0S",
      dtype: "float64",
    },
  ],
  metadata_variables: [{ column: "station_id", dtype: "string" }],
};
const TEMPERATURE = "air_temperature__deg_C__0.0__point__PT0S";

const DATASET: Dataset = {
  metadata: {
    name: "demo",
    description: "Demo",
    aggregation_span: "PT1H",
    source_links: [],
    keywords: [],
    subject_to_change_window: "PT0S",
  },
  identity: ["station_id"],
  mobile: false,
  personal: ["author"],
  floor: parseInstant("2010-01-01") ?? 0,
  settings: { subjectToChange: 0, policy: { kind: "wait" } },
  licence: "",
  attribution: "",
  synthetic: false,
};

/** Cells of one payload row as SQL; what is left out is a good one. */
interface Cells {
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

let folder: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
let store: MemoryStore;
let ledger: MemoryLedger;
let now: Micros;
let dataset: Dataset;
let failAt: string | undefined;
let recorded: GenerationFacts[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-ingest-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  now = NOW;
  dataset = DATASET;
  failAt = undefined;
  recorded = [];
  files = new FolderFiles(await mkdtemp(path.join(folder, "files-")));
  store = new MemoryStore(() => now);
  ledger = new MemoryLedger(store);
  await store.run((tx) => ledger.setSpans(tx, "demo", [{ from: 0, span: HOUR, declared: "PT1H" }]));
});

function ports(): IngestPorts {
  return {
    catalog: {
      dataset: async (name) => {
        if (name !== "demo") throw new NotFound(name);
        return dataset;
      },
      ensureDataset: async () => undefined,
    },
    ledger: {
      spans: (tx, name) => ledger.spans(tx, name),
      receive: (tx, facts, claims) => ledger.receive(tx, facts, claims),
      recordGeneration: (tx, delivery, facts) => {
        recorded.push(facts);
        return ledger.recordGeneration(tx, delivery, facts);
      },
    },
    transactions: store,
    files,
    columnar,
    timeSeries: new ParquetTimeSeries(files),
    clock: { now: () => now, sleep: async () => undefined },
    alignment: { windowAt, cutClaim },
    isCf: (name) => name === "air_temperature",
    originOf: async () => undefined,
    failPoint: (name) => {
      if (name === failAt) throw new Error(`killed at ${name}`);
    },
  };
}

async function payload(rows: readonly Cells[], names = Object.keys(GOOD)): Promise<string> {
  const target = path.join(await mkdtemp(path.join(folder, "payload-")), "p.parquet");
  const values = rows.map((row) => `(${Object.values({ ...GOOD, ...row }).join(", ")})`);
  const columns = names.map((name) => `"${name}"`).join(", ");
  const table = values.length > 0 ? values.join(", ") : `(${Object.values(GOOD).join(", ")})`;
  await columnar.session((session) =>
    session.execute(
      `COPY (SELECT * FROM (VALUES ${table}) AS t(${columns}) WHERE ${values.length > 0}) TO ${sqlText(target)} (FORMAT parquet)`,
    ),
  );
  return target;
}

function command(location: string, change: object = {}): IngestDataCommand {
  return IngestDataCommand.parse({
    id: uuidv5("command", location),
    metadata: { dataset: DATASET.metadata, ingestion_map: MAP, version: 1 },
    payload_location: location,
    start_time: formatInstant(START),
    end_time: formatInstant(START + HOUR),
    ...change,
  });
}

async function run(given: IngestDataCommand) {
  const context = { lane: "live", queue: "q", signal, attempt: 0 } as const;
  const outcome = await ingestStage.handle(given, ports(), context);
  await store.run(async (tx) => outcome.settle?.(tx));
  const facts = recorded.at(-1);
  if (!facts) throw new Error("no generation was recorded");
  return { outcome, facts };
}

/** The points that stand in the time series, as they are. */
async function points(given: IngestDataCommand) {
  for await (const key of files.list("series/")) {
    if (!key.includes(given.id)) continue;
    const rows = await columnar.session((session) =>
      session.query(
        `SELECT * REPLACE (epoch_us(datetime) AS datetime) FROM read_parquet(${sqlText(files.location(key))})`,
      ),
    );
    return rows;
  }
  throw new Error("no points");
}

const ingestRows = async (rows: readonly Cells[]) => {
  const given = command(await payload(rows));
  const { facts } = await run(given);
  return { facts, rows: await points(given) };
};

describe("I1: a payload becomes canonical points", () => {
  it("renames, keeps units, sorts, and repeats the command in the event", async () => {
    const given = command(
      await payload(
        Array.from({ length: 10 }, (_, i) => ({
          timestamp: `'2024-06-01T10:${String(50 - i).padStart(2, "0")}:00Z'`,
        })),
      ),
    );
    const { outcome, facts } = await run(given);
    const rows = await points(given);
    expect(Object.keys(rows[0] ?? {})).toEqual(["datetime", "lat", "lon", TEMPERATURE, "station_id", "_row"]);
    expect(rows).toHaveLength(10);
    expect(rows.map((row) => row.datetime)).toEqual([...rows].map((row) => row.datetime).sort());
    expect(rows[0]).toMatchObject({ lat: 52.5, lon: 13.4, [TEMPERATURE]: 20, station_id: "a" });
    expect(outcome.publish).toMatchObject([
      {
        route: "ionbeam.data.available",
        id: given.id,
        body: { id: given.id, metadata: given.metadata, start_time: given.start_time },
      },
    ]);
    expect(facts).toMatchObject({ rows: 10, stations: 1, rejected: [], badCells: {} });
    expect(facts.touches).toEqual([{ window: { start: START, end: START + HOUR }, rows: 10, stations: 1 }]);
  });
});

describe("times", () => {
  it.each([
    ["'2024-06-01T10:00:00'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01 10:00:00'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T10:00:00Z'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T12:00:00+02:00'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T12:00:00+0200'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T10:00:00.123456+00:00'", "2024-06-01T10:00:00.123456Z"],
    ["'2024-06-01T10:00:00.5'", "2024-06-01T10:00:00.500000Z"],
    ["'2024-06-01T10:00:00.123456789'", "2024-06-01T10:00:00.123456Z"],
    ["'2024-06-01'", "2024-06-01T00:00:00Z"],
    ["TIMESTAMP '2024-06-01 10:00:00.000001'", "2024-06-01T10:00:00.000001Z"],
    ["TIMESTAMPTZ '2024-06-01 12:00:00.000001+02'", "2024-06-01T10:00:00.000001Z"],
    ["TIMESTAMP_NS '2024-06-01 10:00:00.000001999'", "2024-06-01T10:00:00.000001Z"],
    ["TIMESTAMP_MS '2024-06-01 10:00:00.001'", "2024-06-01T10:00:00.001000Z"],
  ])("%s is %s", async (timestamp, wanted) => {
    const { rows } = await ingestRows([{ timestamp }]);
    expect(formatInstant(Number(rows[0]?.datetime))).toBe(wanted);
  });

  it.each(["'yesterday'", "''", "NULL", "'2024-02-30T00:00:00'", "1717236000", "'Mrz 81'"])(
    "%s is none: the row is rejected",
    async (timestamp) => {
      const { facts } = await ingestRows([{ timestamp }]);
      expect(facts).toMatchObject({ rows: 0, rejected: [{ reason: "no time", count: 1 }] });
    },
  );
});

describe("cells", () => {
  it.each([
    ["'20.5'", 20.5, {}],
    ["' 20.5 '", 20.5, {}],
    ["'-1e2'", -100, {}],
    ["118.99", 118.99, {}],
    ["'20,5'", null, { [TEMPERATURE]: 1 }],
    ["'unknown'", null, { [TEMPERATURE]: 1 }],
    ["'1e400'", null, { [TEMPERATURE]: 1 }],
    ["'inf'", null, { [TEMPERATURE]: 1 }],
    ["'infinity'::DOUBLE", null, { [TEMPERATURE]: 1 }],
    ["'nan'::DOUBLE", null, {}],
    ["'nan'", null, {}],
    ["''", null, {}],
    ["'  '", null, {}],
    ["NULL::DOUBLE", null, {}],
  ])("temperature %s is %j", async (temperature, wanted, badCells) => {
    // A second variable keeps the row, so that the cell alone is judged.
    const given = command(await payload([{ temperature }], [...Object.keys(GOOD)]), {
      metadata: {
        dataset: DATASET.metadata,
        version: 1,
        ingestion_map: {
          ...MAP,
          canonical_variables: [
            ...MAP.canonical_variables,
            { ...MAP.canonical_variables[0], column: "latitude", standard_name: "latitude" },
          ],
        },
      },
    });
    const { facts } = await run(given);
    const [row] = await points(given);
    expect(row?.[TEMPERATURE]).toBe(wanted);
    expect(facts.badCells).toEqual(badCells);
  });

  it.each([
    ["'3'", 3],
    ["3.0", 3],
    ["3.7", null],
    ["'3.7'", null],
    ["99999999999", null],
  ])("an identity declared int32 that is %s is %j", async (cell, wanted) => {
    const map = { ...MAP, metadata_variables: [{ column: "station_id", dtype: "int32" }] };
    const metadata = { dataset: DATASET.metadata, ingestion_map: map, version: 1 };
    const given = command(await payload([{ station_id: cell }]), { metadata });
    const { facts } = await run(given);
    if (wanted === null) expect(facts.rejected).toMatchObject([{ reason: "no identity", count: 1 }]);
    else expect((await points(given))[0]?.station_id).toBe(wanted);
  });

  it.each([
    ["91", "13.4"],
    ["52.5", "181"],
    ["NULL::DOUBLE", "13.4"],
    ["52.5", "NULL::DOUBLE"],
    ["'north'", "13.4"],
  ])("a position of %s, %s is none, and the row is kept", async (latitude, longitude) => {
    const { rows, facts } = await ingestRows([{ latitude, longitude }]);
    expect(facts.rows).toBe(1);
    expect(rows[0]).toMatchObject({ lat: null, lon: null });
  });
});

describe("rows", () => {
  it.each([
    ["no value", { temperature: "NULL::DOUBLE" }],
    ["no identity", { station_id: "''" }],
    ["before the dataset's floor", { timestamp: "'2009-12-31T23:59:59'" }],
    ["future", { timestamp: "'2024-06-01T15:10:01'" }],
  ] as const)("with %s are set aside, counted, and shown with their raw cells", async (reason, row) => {
    const { facts } = await ingestRows([{}, row]);
    expect(facts.rows).toBe(1);
    expect(facts.rejected).toMatchObject([
      { reason, count: 1, examples: [{ row: 1, station_id: reason === "no identity" ? "" : "a" }] },
    ]);
  });

  it("of the next ten minutes are taken; later ones name when they are due, and are taken then (history 4)", async () => {
    const location = await payload([
      { timestamp: "'2024-06-01T15:09:00'" },
      { timestamp: "'2024-06-01T15:30:00'" },
    ]);
    const first = await run(command(location));
    expect(first.facts.rows).toBe(1);
    expect(first.facts.futureDueAt).toBe(parseInstant("2024-06-01T15:20:00Z") ?? 0);
    now += 20 * MINUTE;
    const second = await run(command(location, { id: uuidv5("again"), ordinal: 1 }));
    expect(second.facts).toMatchObject({ rows: 2, ordinal: 1, futureDueAt: undefined });
  });

  it("of mobile data need a position", async () => {
    dataset = { ...DATASET, mobile: true };
    const { facts } = await ingestRows([{}, { latitude: "NULL::DOUBLE" }]);
    expect(facts).toMatchObject({ rows: 1, rejected: [{ reason: "no position", count: 1 }] });
  });
});

describe("payloads", () => {
  it("without rows are deliveries all the same", async () => {
    const { facts } = await ingestRows([]);
    expect(facts).toMatchObject({ rows: 0, rejected: [], touches: [], observed: undefined });
  });

  it("keep vendor fields that the map does not name, and count them", async () => {
    const given = command(
      await payload(
        [{}, { temperature: "1.0" }].map((row) => ({ ...row, more: "'x'" })),
        [...Object.keys(GOOD), "more"],
      ),
    );
    const { facts } = await run(given);
    expect(facts.unmapped).toEqual({ more: 2 });
    expect(Object.keys((await points(given))[0] ?? {})).not.toContain("more");
  });

  it("never bring a personal column into canonical data", async () => {
    const map = {
      ...MAP,
      metadata_variables: [...MAP.metadata_variables, { column: "author", dtype: "string" }],
    };
    const location = await payload(
      [{ ...({ author: "'somebody'" } as object) }],
      [...Object.keys(GOOD), "author"],
    );
    const given = command(location, {
      metadata: { dataset: DATASET.metadata, ingestion_map: map, version: 1 },
    });
    const { facts } = await run(given);
    expect(facts.columns.map(({ name }) => name)).not.toContain("author");
    expect(JSON.stringify(await points(given))).not.toContain("somebody");
  });

  it("mark names that CF does not know, and keep them word for word", async () => {
    const [first] = MAP.canonical_variables;
    const map = { ...MAP, canonical_variables: [{ ...first, standard_name: "humidex" }] };
    const given = command(await payload([{}]), {
      metadata: { dataset: DATASET.metadata, ingestion_map: map, version: 1 },
    });
    const { facts } = await run(given);
    expect(facts.columns.find(({ role }) => role === "variable")).toMatchObject({
      standardName: "humidex",
      cf: false,
    });
  });

  it.each([
    ["an absent axis column", { lat: { ...MAP.lat, from_col: "nowhere" } }, /no column "nowhere"/],
    ["a map without the identity column", { metadata_variables: [] }, /lacks the column "station_id"/],
    [
      "two columns of one name",
      { canonical_variables: [...MAP.canonical_variables, ...MAP.canonical_variables] },
      /two columns/,
    ],
    [
      "a type that does not exist",
      { metadata_variables: [{ column: "station_id", dtype: "complex" }] },
      /no type/,
    ],
  ])("are refused as a whole for %s", async (_what, change, words) => {
    const given = command(await payload([{}]), {
      metadata: { dataset: DATASET.metadata, ingestion_map: { ...MAP, ...change }, version: 1 },
    });
    const refused = run(given);
    await expect(refused).rejects.toBeInstanceOf(Invalid);
    await expect(refused).rejects.toThrow(words);
    expect(recorded).toEqual([]);
  });

  it("are refused when they are no Parquet, cut off, empty, or not there", async () => {
    const text = path.join(folder, "text.parquet");
    await writeFile(text, "sensor_id;sensor_type\n1;SDS011\n");
    const cut = await payload([{}]);
    await truncate(cut, 300);
    const empty = path.join(folder, "empty.parquet");
    await writeFile(empty, "");
    for (const location of [text, cut, empty, path.join(folder, "nowhere.parquet")]) {
      await expect(run(command(location)), location).rejects.toBeInstanceOf(Invalid);
    }
  });

  it("are refused when they touch more than 10,000 windows", async () => {
    const location = path.join(folder, "many.parquet");
    await columnar.session((session) =>
      session.execute(
        `COPY (SELECT TIMESTAMPTZ '2020-01-01' + INTERVAL 1 HOUR * n AS timestamp, 1.0 AS latitude, 1.0 AS longitude, 1.0 AS temperature, 'a' AS station_id
         FROM range(10001) t(n)) TO ${sqlText(location)} (FORMAT parquet)`,
      ),
    );
    await expect(run(command(location))).rejects.toThrow(/more than 10000 windows/);
  });

  it("of others are copied into the store before they are ingested", async () => {
    const location = await payload([{}]);
    await run(command(location));
    const stored = [];
    for await (const key of files.list("payloads/demo/")) stored.push(key);
    expect(stored).toHaveLength(1);
  });

  it("that stand elsewhere in the store are kept as payloads too", async () => {
    await files.copyIn(await payload([{}]), "datasets/demo/product.parquet");
    await run(command(files.location("datasets/demo/product.parquet")));
    await files.remove("datasets/demo/product.parquet");
    const stored = [];
    for await (const key of files.list("payloads/demo/")) stored.push(key);
    expect(stored).toHaveLength(1);
  });

  it.each(["ingest.payload-copied", "ingest.received", "ingest.points-written", "ingest.series-written"])(
    "leave the same after a death at %s",
    async (point) => {
      const given = command(await payload([{}, { station_id: "'b'" }]));
      failAt = point;
      await expect(run(given)).rejects.toThrow("killed");
      expect(recorded).toEqual([]);
      failAt = undefined;
      const { facts } = await run(given);
      expect(facts.rows).toBe(2);
      expect(await points(given)).toHaveLength(2);
      expect(await readdir(path.dirname(await files.scratch("x")))).toEqual([]);
    },
  );
});
