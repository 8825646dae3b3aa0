import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../server/adapters/duckdb/columnar";
import { ParquetTimeSeries } from "../server/adapters/duckdb/time-series";
import { FolderFiles } from "../server/adapters/files/folder-files";
import { LoopbackBroker } from "../server/adapters/loopback/broker";
import { PostgresCatalog } from "../server/adapters/postgres/catalog";
import { Database } from "../server/adapters/postgres/database";
import { PostgresInbox } from "../server/adapters/postgres/inbox";
import { PostgresLedger } from "../server/adapters/postgres/ledger";
import { PostgresOutbox } from "../server/adapters/postgres/outbox";
import { type TestDatabase, testDatabase } from "../server/adapters/postgres/testing";
import { systemClock } from "../server/adapters/system/clock";
import { ingestStage } from "../server/ingest/stage";
import { uuidv5 } from "../server/message";
import { windowAt } from "../server/observation/span-grid";
import { DAY, formatInstant, HOUR, MINUTE, type Micros, parseInstant } from "../server/observation/time";
import { topology } from "../server/pipeline";
import { sqlText } from "../server/ports/columnar";
import type { Log } from "../server/ports/log";
import { INGEST_QUEUE } from "../server/source/messages";
import { cutClaim } from "../server/window/claims";
import { windowStage } from "../server/window/stage";
import { futureRound } from "./future";
import { relayRound } from "./relay";
import { type BoundStage, runMessage } from "./runner";

const NOW = parseInstant("2026-03-01T12:00:00Z") ?? Number.NaN;
const LATER = NOW + 5 * DAY;
const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const { signal } = new AbortController();

const axis = { cf_unit: "degrees", dtype: "float64" };
const METADATA = {
  dataset: {
    name: "ahead",
    description: "",
    aggregation_span: "PT1H",
    source_links: [],
    keywords: [],
    subject_to_change_window: "PT0S",
  },
  ingestion_map: {
    datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
    lat: { ...axis, standard_name: "latitude", from_col: "latitude" },
    lon: { ...axis, standard_name: "longitude", from_col: "longitude" },
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
  },
  version: 3,
};

/** Ingestion and windows on the real parts, with a clock that the test sets; the database's clock is the same. */
async function openStages(database: TestDatabase) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-future-"));
  const time = { now: NOW };
  const now = () => time.now;
  const db = new Database(database.connectionString, { connections: 4, clock: now });
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
  const files = new FolderFiles(path.join(folder, "files"));
  const inbox = new PostgresInbox(db);
  const ports = {
    catalog: new PostgresCatalog(db),
    ledger: new PostgresLedger(db),
    inbox,
    outbox: new PostgresOutbox(db),
    broker: new LoopbackBroker(
      inbox,
      topology(() => ({ sources: [], projections: [] })),
    ),
    transactions: db,
    files,
    columnar,
    timeSeries: new ParquetTimeSeries(files),
    clock: { ...systemClock, now },
    alignment: { windowAt, cutClaim },
    isCf: () => true,
    originOf: async () => undefined,
    failPoint: () => undefined,
    log: silent,
  };
  const stages: Readonly<Record<string, BoundStage>> = {
    [INGEST_QUEUE]: {
      name: "ingest",
      schema: ingestStage.schema,
      handle: (message, context) => ingestStage.handle(ingestStage.schema.parse(message), ports, context),
    },
    "ionbeam.data.available.aggregation": {
      name: "window",
      schema: windowStage.schema,
      handle: (message, context) => windowStage.handle(windowStage.schema.parse(message), ports, context),
    },
  };
  return {
    db,
    time,
    ports,
    round: () => futureRound(ports),
    /** Publishes and works what there is until there is no more. */
    async settle(): Promise<void> {
      for (;;) {
        await relayRound(ports);
        const ready = await inbox.ready(100);
        if (ready.length === 0) return;
        for (const { queue, id } of ready) {
          const stage = stages[queue];
          if (!stage) throw new Error(`nobody works ${queue}`);
          expect(await runMessage(queue, id, stage, ports, signal)).toBe("settled");
        }
      }
    },
    /** One payload with a row an hour ago and these, ingested. */
    async ingest(rows: readonly Micros[]): Promise<void> {
      const location = path.join(folder, `${rows.join("-")}.parquet`);
      const values = [NOW - HOUR, ...rows].map((at) => `('${formatInstant(at)}', 52.5, 13.4, 20.0, 'a')`);
      await columnar.session((session) =>
        session.execute(
          `COPY (SELECT * FROM (VALUES ${values.join(", ")}) AS t("time", latitude, longitude, temperature, station_id))
             TO ${sqlText(location)} (FORMAT parquet)`,
        ),
      );
      const id = uuidv5("command", location);
      const body = {
        id,
        metadata: METADATA,
        payload_location: location,
        start_time: formatInstant(NOW - HOUR),
        end_time: formatInstant(NOW),
      };
      await db.run((tx) => ports.outbox.add(tx, [{ route: INGEST_QUEUE, id, body, lane: "live" }]));
      await this.settle();
    },
    async close(): Promise<void> {
      await columnar.close();
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe("rows of the future (history 4)", () => {
  let database: TestDatabase;
  let line: Awaited<ReturnType<typeof openStages>>;

  beforeEach(async () => {
    database = await testDatabase();
    line = await openStages(database);
  });
  afterEach(async () => {
    await line.close();
    await database.close();
  });

  const generations = () =>
    line.db.rows<{ ordinal: number; rows: number; mapVersion: number; current: boolean }>(
      undefined,
      `SELECT g.ordinal, g.rows, g.map_version AS "mapVersion", d.current_generation = g.id AS current
       FROM generation g JOIN delivery d ON d.id = g.delivery_id ORDER BY g.id`,
    );
  const touched = async () =>
    (
      await line.db.rows<{ start: number }>(
        undefined,
        `SELECT t.window_start_us AS start FROM touch t JOIN delivery d ON d.current_generation = t.generation_id ORDER BY 1`,
      )
    ).map(({ start }) => start);
  const commands = async () =>
    (
      await line.db.rows<{ n: number }>(
        undefined,
        `SELECT count(*) AS n FROM outbox WHERE route = $1`,
        INGEST_QUEUE,
      )
    )[0]?.n;

  it("are set aside, and ingested once when they are due, under the same map", async () => {
    await line.ingest([LATER]);
    expect(await generations()).toEqual([{ ordinal: 0, rows: 1, mapVersion: 3, current: true }]);
    for (const at of [NOW, NOW + 4 * DAY, LATER - 10 * MINUTE - 1]) {
      line.time.now = at;
      await line.round();
      expect(await commands()).toBe(1);
    }
    // Two reconcilers at the same moment, and one a little later.
    line.time.now = LATER - 10 * MINUTE;
    await Promise.all([line.round(), line.round()]);
    await line.round();
    expect(await commands()).toBe(2);
    await line.settle();
    expect(await generations()).toEqual([
      { ordinal: 0, rows: 1, mapVersion: 3, current: false },
      { ordinal: 1, rows: 2, mapVersion: 3, current: true },
    ]);
    expect(await touched()).toEqual([NOW - HOUR, LATER]);
    line.time.now = LATER + 30 * DAY;
    await line.round();
    await line.settle();
    expect(await generations()).toHaveLength(2);
    expect(await line.ports.inbox.deadLetters(10, 0)).toEqual([]);
  });

  it("at several times are asked for one after the other, the earliest first", async () => {
    await line.ingest([NOW + DAY, NOW + 2 * DAY]);
    for (const day of [1, 2, 3]) {
      line.time.now = NOW + day * DAY;
      await line.round();
      await line.settle();
    }
    expect((await generations()).map(({ ordinal, rows }) => [ordinal, rows])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  it("wait while their delivery is ingested again, and are asked for when nothing came of that", async () => {
    await line.ingest([LATER]);
    const reingestion = uuidv5("reingestion", "test");
    await line.db.execute(
      undefined,
      `INSERT INTO reingestion (id, source, dataset, start_us, end_us, map_hash, map_version)
       SELECT $1::uuid, 'ahead', d.dataset, d.start_us, d.end_us, g.map_hash, 4 FROM delivery d JOIN generation g ON g.id = d.current_generation`,
      reingestion,
    );
    const now = (state: string) =>
      line.db.execute(
        undefined,
        `INSERT INTO reingestion_delivery (reingestion, delivery_id, position, state) SELECT $1::uuid, id, 1, $2 FROM delivery
         ON CONFLICT (reingestion, delivery_id) DO UPDATE SET state = excluded.state`,
        reingestion,
        state,
      );
    // Read as due just before a person asks.
    line.time.now = LATER;
    const [due] = await line.db.run((tx) => line.ports.ledger.futureDue(tx, 10));
    for (const state of ["waiting", "asked"]) {
      await now(state);
      await line.round();
      expect(await line.db.run((tx) => line.ports.ledger.markFutureAsked(tx, due?.generation ?? ""))).toBe(
        false,
      );
      expect(await commands()).toBe(1);
    }
    await now("ended");
    await line.round();
    expect(await commands()).toBe(2);
    await line.settle();
    expect((await generations()).map(({ current, rows }) => [current, rows])).toEqual([
      [false, 1],
      [true, 2],
    ]);
  });

  it("judge the windows that they touch, and leave the claim as it was at first receipt", async () => {
    await line.ingest([LATER]);
    line.time.now = LATER + 2 * HOUR;
    await line.round();
    await line.settle();
    const windows = await line.db.rows<{ start: number; state: string }>(
      undefined,
      `SELECT start_us AS start, state FROM "window" ORDER BY start_us`,
    );
    // Nobody claims the hour of the late row, so it waits for a delivery that does.
    expect(windows).toEqual([
      { start: NOW - HOUR, state: "queued" },
      { start: LATER, state: "waiting" },
    ]);
  });
});
