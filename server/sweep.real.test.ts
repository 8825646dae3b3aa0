import { randomUUID } from "node:crypto";
import { mkdtemp, rm, utimes } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FolderFiles } from "./adapters/files/folder-files";
import { Database } from "./adapters/postgres/database";
import { PostgresLedger } from "./adapters/postgres/ledger";
import { PostgresStoredFiles } from "./adapters/postgres/stored-files";
import { type TestDatabase, testDatabase } from "./adapters/postgres/testing";
import { HOUR } from "./observation/time";
import { Bench } from "./ports/ledger.bench.contract";
import type { Log } from "./ports/log";
import { Sweep, surveyLeftovers } from "./sweep";
import type { Window } from "./window/model";

const silentLog: Log = { info() {}, warn() {}, error() {}, with: () => silentLog };
const HOUR_MS = 3_600_000;
const SHA = "c".repeat(64);
const PAYLOAD = `payloads/contract/${SHA}.parquet`;

let database: TestDatabase;
let db: Database;
let bench: Bench;
let root: string;
let files: FolderFiles;
let storedFiles: PostgresStoredFiles;
/** What the sweep's own clock and the database's say beyond the real ones. */
let uptimeMs = 0;
let clockStep = 0;

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { clock: () => Date.now() * 1000 + clockStep });
  bench = new Bench({ ledger: new PostgresLedger(db), transactions: db });
  await db.execute(
    undefined,
    `INSERT INTO dataset_span (dataset, from_us, span_us, declared) VALUES ('contract', -1000000000000000, $1::bigint, 'PT1H')`,
    HOUR,
  );
});
afterAll(async () => {
  await db.close();
  await database.close();
});
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "ionbeam-sweep-"));
  files = new FolderFiles(root);
  storedFiles = new PostgresStoredFiles(db, (location) => files.keyOf(location));
  uptimeMs = 0;
  clockStep = 0;
  await db.execute(
    undefined,
    `TRUNCATE delivery, generation, touch, claim, revision, "window", inbox, outbox, retired_segment, projection_state, projection, reprocess`,
  );
});
afterEach(() => rm(root, { recursive: true, force: true }));

const newSweep = () => new Sweep({ files, storedFiles, log: silentLog, uptimeMs: () => uptimeMs });

async function put(key: string, ageHours: number): Promise<void> {
  await files.put(key, "x".repeat(10));
  const at = Date.now() / 1000 - ageHours * 3600;
  await utimes(files.location(key), at, at);
}

/** Walks until the store was seen whole, now and `laterMs` later by the sweep's own clock. */
async function walkTwice(sweep: Sweep, laterMs: number): Promise<void> {
  await sweep.round();
  uptimeMs += laterMs;
  await sweep.round();
}

const w: Window = {
  dataset: "contract",
  start: Date.UTC(2024, 0, 1, 10) * 1000,
  end: Date.UTC(2024, 0, 1, 11) * 1000,
};

describe("files that nothing names", () => {
  it("go once they are a day old and were seen so for an hour; not before", async () => {
    await put(PAYLOAD, 25);
    await put("datasets/contract/contract_20240101T100000_PT1H.deadbeef.parquet", 30);
    await put("projections/pygeoapi/contract/20240101_1000_20240101_1100.deadbeef.parquet", 30);
    await put(`series/contract/aa/${"a".repeat(32)}-${randomUUID()}.parquet`, 30);
    await put("payloads/contract/young.parquet", 23);
    await put("projections/pygeoapi/pygeoapi-config.yml", 99);
    await put("projections/pygeoapi/contract/generations/1/a.parquet", 99);
    await put("projections/pygeoapi/contract/days/2024.parquet", 99);
    expect(await surveyLeftovers({ files, storedFiles })).toMatchObject({ things: 4, bytes: 40, younger: 1 });
    const sweep = newSweep();
    await walkTwice(sweep, HOUR_MS - 1);
    expect(await files.exists(PAYLOAD)).toBe(true);
    uptimeMs += HOUR_MS;
    await sweep.round();
    const left: string[] = [];
    for await (const key of files.list("")) left.push(key);
    expect(left.sort()).toEqual([
      "payloads/contract/young.parquet",
      "projections/pygeoapi/contract/days/2024.parquet",
      "projections/pygeoapi/contract/generations/1/a.parquet",
      "projections/pygeoapi/pygeoapi-config.yml",
    ]);
  });

  it("history 10: payload written, worker down for 25 h, sweep, then ingest: the payload is there", async () => {
    await put(PAYLOAD, 25);
    const body = JSON.stringify({ data_location: files.location(PAYLOAD) });
    const message = `INSERT INTO outbox (route, id, body, lane) VALUES ('r', $1::uuid, $2::jsonb, 'live')`;
    await db.execute(undefined, message, randomUUID(), body);
    await walkTwice(newSweep(), 2 * HOUR_MS);
    expect(await files.exists(PAYLOAD)).toBe(true);
    // Published and received, and not worked yet.
    await db.execute(undefined, "UPDATE outbox SET published_at = now()");
    const received = `INSERT INTO inbox (queue, id, body, lane) VALUES ('q', $1::uuid, $2::jsonb, 'live')`;
    await db.execute(undefined, received, randomUUID(), body);
    await walkTwice(newSweep(), 2 * HOUR_MS);
    expect(await files.exists(PAYLOAD)).toBe(true);
    // Set aside.
    await db.execute(undefined, "UPDATE inbox SET dead_at = now(), dead_reason = 'of a test'");
    await walkTwice(newSweep(), 2 * HOUR_MS);
    expect(await files.exists(PAYLOAD)).toBe(true);
    // Ingested: the delivery's row names it from now on.
    await db.execute(undefined, "UPDATE inbox SET dead_at = NULL, settled_at = now()");
    const facts = { payloadSha256: SHA, payloadKey: PAYLOAD };
    await bench.receive("any", facts);
    await walkTwice(newSweep(), 2 * HOUR_MS);
    expect(await files.exists(PAYLOAD)).toBe(true);
    expect(await storedFiles.diskUse()).toMatchObject([
      { dataset: "contract", source: "contract_source", kind: "payloads", files: 1, bytes: 10 },
    ]);
  });

  it("a clock that jumps a day ahead makes nothing old that was just written", async () => {
    await put(PAYLOAD, 0);
    clockStep = 25 * HOUR;
    const sweep = newSweep();
    await walkTwice(sweep, HOUR_MS / 2 + 600_000);
    expect(await files.exists(PAYLOAD)).toBe(true);
    clockStep = -HOUR;
    await put(PAYLOAD, -2);
    await walkTwice(sweep, 2 * HOUR_MS);
    expect(await files.exists(PAYLOAD)).toBe(true);
  });

  it("what is written again between two walks is young again", async () => {
    await put(PAYLOAD, 25);
    const sweep = newSweep();
    await sweep.round();
    uptimeMs += 2 * HOUR_MS;
    await put(PAYLOAD, 24.5);
    await sweep.round();
    expect(await files.exists(PAYLOAD)).toBe(true);
  });

  it("keeps current and superseded revisions, and passes over a window that is being built", async () => {
    const canonical = "datasets/contract/contract_20240101T100000_PT1H.cafecafe.parquet";
    const stray = "datasets/contract/contract_20240101T100000_PT1H.deadbeef.parquet";
    await bench.ingestAndJudge("one", [w], [[w, 5]]);
    await bench.commit(await bench.mustBegin(w), SHA);
    await db.execute(undefined, "UPDATE revision SET file_key = $1, manifest_key = NULL", canonical);
    await put(canonical, 99);
    await put(stray, 99);
    await bench.reprocess(w, "again", true);
    const plan = await bench.mustBegin(w);
    const sweep = newSweep();
    await walkTwice(sweep, 2 * HOUR_MS);
    expect(await files.exists(stray)).toBe(true);
    await bench.commit(plan, "d".repeat(64));
    expect((await storedFiles.named([canonical])).get(canonical)?.kind).toBe("superseded");
    uptimeMs += HOUR_MS;
    await sweep.round();
    expect([await files.exists(canonical), await files.exists(stray)]).toEqual([true, false]);
  });

  it("keeps the product that stands, and takes that of a superseded revision", async () => {
    const product = (hash: string) =>
      `projections/pygeoapi/contract/20240101_1000_20240101_1100.${hash}.parquet`;
    await put(product("11111111"), 99);
    await put(product("22222222"), 99);
    await db.execute(
      undefined,
      "INSERT INTO projection (name, kind, enabled, config) VALUES ('pygeoapi', 'pygeoapi', true, '{}')",
    );
    await db.execute(
      undefined,
      `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted, done, products) VALUES ('pygeoapi', 'contract', $1::bigint, $2::bigint, 2, 2, $3::jsonb)`,
      w.start,
      w.end,
      JSON.stringify([{ name: "p", path: files.location(product("22222222")), bytes: 10, sha256: "x" }]),
    );
    await walkTwice(newSweep(), 2 * HOUR_MS);
    expect([await files.exists(product("11111111")), await files.exists(product("22222222"))]).toEqual([
      false,
      true,
    ]);
  });

  it("walks in slices: a store of many files is not held, and is measured whole", async () => {
    for (let n = 0; n < 1100; n += 1) await files.put(`payloads/contract/${n}.parquet`, "x");
    const sweep = newSweep();
    await sweep.round();
    await sweep.round();
    expect(await storedFiles.diskUse()).not.toMatchObject([{ files: 1100 }]);
    await sweep.round();
    expect(await storedFiles.diskUse()).toMatchObject([{ kind: "leftovers", files: 1100, bytes: 1100 }]);
  });
});
