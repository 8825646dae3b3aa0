import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import { datasetFor } from "../../ports/testing";
import { judgeWindows } from "../../window/judge-window";
import type { Window } from "../../window/model";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";

const day = Date.UTC(2024, 0, 1) * 1000;

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString);
});
afterAll(async () => {
  await db.close();
  await database.close();
});

/** More than are judged in one transaction. */
const MANY = Array.from(
  { length: 150 },
  (_, i): Window => ({ dataset: "contract", start: day + i * HOUR, end: day + (i + 1) * HOUR }),
);

it("a delivery is withdrawn while it is ingested again: one after the other, neither ends the other", async () => {
  const catalog = new PostgresCatalog(db);
  const ledger = new PostgresLedger(db);
  const bench = new Bench({ ledger, transactions: db });
  await db.run((tx) => catalog.ensureDataset(tx, datasetFor("contract")));
  const delivery = await bench.ingest("p", { touches: MANY.map((window) => [window, 1]) });

  let withdrawn: Promise<void> | undefined;
  await db.run(async (tx) => {
    // As ingestion settles: the settings first, then the delivery.
    await catalog.dataset("contract", tx);
    withdrawn = db.run(async (other) => {
      const { windows } = await ledger.setWithdrawn(other, delivery.key, true);
      await judgeWindows(other, windows, { catalog, ledger });
    });
    // Long enough for the withdrawal to stand in the way, if it could.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const again = bench.generation({ ordinal: 1, touches: MANY.map((window) => [window, 2]) });
    await ledger.recordGeneration(tx, delivery.id, again);
  });
  await withdrawn;
  const [row] = await db.rows<{ withdrawn: boolean; ordinal: number }>(
    undefined,
    "SELECT withdrawn_at IS NOT NULL AS withdrawn, g.ordinal FROM delivery d JOIN generation g ON g.id = d.current_generation",
  );
  expect(row).toEqual({ withdrawn: true, ordinal: 1 });
});
