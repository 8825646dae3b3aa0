import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PostgresDataLife } from "../adapters/postgres/data-life";
import { Database } from "../adapters/postgres/database";
import { PostgresLedger } from "../adapters/postgres/ledger";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import type { Micros } from "../observation/time";
import { duckdbBuilder } from "./fixtures/duckdb-world";
import type { HistoryWorld } from "./fixtures/history-world";
import { play, script } from "./fixtures/script";
import { verdict } from "./fixtures/verdict";
import type { Exclusion, SpanRule } from "./model";

const RUNS = 50;

let database: TestDatabase;
let db: Database;
let folder: string;
let builder: ReturnType<typeof duckdbBuilder>;
let now: Micros = 0;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { clock: () => now });
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-histories-"));
  builder = duckdbBuilder(folder);
});
afterAll(async () => {
  await builder.close();
  await db.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

it(`${RUNS} random histories over PostgreSQL's ledger, points and files built by DuckDB`, async () => {
  await fc.assert(
    fc.asyncProperty(script, async (given) => {
      const world = await emptyWorld();
      const history = await play(world, given);
      expect(await verdict(history, world)).toEqual([]);
    }),
    // Every step is a round trip or three: the failing history is shown as it is, not shrunk.
    { numRuns: RUNS, seed: 3, endOnFailure: true },
  );
});

async function emptyWorld(): Promise<HistoryWorld> {
  const tables = await db.rows<{ name: string }>(
    undefined,
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%'`,
  );
  await db.execute(undefined, `TRUNCATE ${tables.map(({ name }) => name).join(", ")} RESTART IDENTITY`);
  return {
    ...builder,
    ledger: new PostgresLedger(db),
    life: new PostgresDataLife(db),
    transactions: db,
    setClock: (instant) => {
      now = instant;
    },
    seedDataset,
    seedExclusions,
  };
}

async function seedDataset(name: string, rules: readonly SpanRule[]): Promise<void> {
  await db.execute(undefined, `DELETE FROM dataset_span WHERE dataset = $1`, name);
  for (const { from, span, declared } of rules) {
    await db.execute(
      undefined,
      `INSERT INTO dataset_span (dataset, from_us, span_us, declared) VALUES ($1, $2::bigint, $3::bigint, $4)`,
      name,
      from,
      span,
      declared,
    );
  }
}

async function seedExclusions(dataset: string, exclusions: readonly Exclusion[]): Promise<void> {
  await db.execute(undefined, `DELETE FROM exclusion WHERE dataset = $1`, dataset);
  for (const { id, station, variable, time, reason } of exclusions) {
    await db.execute(
      undefined,
      `INSERT INTO exclusion (id, dataset, station, variable, start_us, end_us, reason)
       VALUES ($1::uuid, $2, $3, $4, $5::bigint, $6::bigint, $7)`,
      id,
      dataset,
      station ?? null,
      variable ?? null,
      time.start,
      time.end,
      reason,
    );
  }
}
