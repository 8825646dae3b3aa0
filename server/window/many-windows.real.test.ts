import { afterAll, beforeAll, expect, it } from "vitest";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresLedger } from "../adapters/postgres/ledger";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { uuidv5 } from "../message";
import { HOUR, parseInstant } from "../observation/time";
import { Bench } from "../ports/ledger.bench.contract";
import { datasetFor } from "../ports/testing";
import { windowStage } from "./stage";

const START = parseInstant("2024-01-01T00:00:00Z") ?? 0;
/** As many windows as a delivery may concern. */
const WINDOWS = 10_000;

let database: TestDatabase;
let db: Database;
let statements: string[] = [];
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { onStatement: (text) => statements.push(text) });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

it(`judges ${WINDOWS} windows of one delivery one by one, and in its own transaction only marks them`, async () => {
  const catalog = new PostgresCatalog(db);
  const ledger = new PostgresLedger(db);
  const bench = new Bench({ ledger, transactions: db });
  await db.run((tx) => catalog.ensureDataset(tx, datasetFor("d", { synthetic: true })));
  const id = uuidv5("many");
  const windows = Array.from({ length: WINDOWS }, (_, i) => ({
    start: START + i * HOUR,
    end: START + (i + 1) * HOUR,
  }));
  await db.run(async (tx) => {
    const claims = windows.map((window) => ({ window, claim: window }));
    const { id: delivery } = await ledger.receive(tx, { ...bench.facts("p"), dataset: "d" }, claims);
    await ledger.recordGeneration(tx, delivery, bench.generation({ commandId: id }));
  });
  const event = { id } as Parameters<typeof windowStage.handle>[0];
  const outcome = await windowStage.handle(
    event,
    { catalog, ledger },
    {} as Parameters<typeof windowStage.handle>[2],
  );
  statements = [];
  await db.run(async (tx) => {
    await outcome.settle?.(tx);
    const [locks] = await db.rows<{ n: number }>(
      tx,
      "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
    );
    expect(locks?.n).toBeLessThan(5);
  });
  expect(statements.length).toBeLessThan(40);
  const due = await db.run(async (tx) => ledger.dueWindows(tx, await ledger.now(tx), 2 * WINDOWS));
  expect(due).toHaveLength(WINDOWS);
  expect(due.every(({ buildNow }) => !buildNow)).toBe(true);
});
