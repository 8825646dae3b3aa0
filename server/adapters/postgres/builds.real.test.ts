import { afterAll, beforeAll, expect, it } from "vitest";
import { Transient } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import { HOUR } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import type { Window } from "../../window/model";
import { judge } from "../../window/readiness";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";

const day = Date.UTC(2024, 0, 1) * 1000;
const now = day + 20 * HOUR;
const settled = { subjectToChange: 0, policy: { kind: "build-after", after: 0 } } as const;
const w = (hour: number, dataset = "contract"): Window => ({
  dataset,
  start: day + hour * HOUR,
  end: day + (hour + 1) * HOUR,
});

let database: TestDatabase;
let db: Database;
let bench: Bench;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { clock: () => now });
  bench = new Bench({ ledger: new PostgresLedger(db), transactions: db });
  for (const dataset of ["contract", "hides", "shows"]) {
    await db.execute(
      undefined,
      `INSERT INTO dataset_span (dataset, from_us, span_us, declared) VALUES ($1, -1000000000000000, $2::bigint, 'PT1H')`,
      dataset,
      HOUR,
    );
  }
});
afterAll(async () => {
  await db.close();
  await database.close();
});

it("builds nothing that the judgement did not know: a delivery recorded between judgement and token", async () => {
  await bench.ingestAndJudge("first", [w(1)], [[w(1), 5]]);
  const judgeAndBegin = (between: () => Promise<unknown>) =>
    db.run(async (tx) => {
      await bench.ledger.saveJudgement(
        tx,
        w(1),
        judge(await bench.ledger.lockWindow(tx, w(1)), settled, now),
      );
      await between();
      return bench.ledger.beginBuild(tx, w(1), 60_000);
    });
  // An ingestion takes no lock of a window, so it does not wait.
  const raced = judgeAndBegin(() => bench.ingest("second", { touches: [[w(1), 7]] }));
  await expect(raced).rejects.toBeInstanceOf(Transient);
  const plan = await judgeAndBegin(async () => undefined);
  expect(plan?.deliveries.map(({ rows }) => rows).sort()).toEqual([5, 7]);
});

it("a dataset's columns do not come from another dataset with the same map", async () => {
  const station: CanonicalColumn = { name: "station_id", role: "metadata", dtype: "string" };
  const author: CanonicalColumn = { name: "author", role: "metadata", dtype: "string" };
  const ingest = async (dataset: string, columns: readonly CanonicalColumn[]) => {
    const delivery = await bench.receive(dataset, { dataset });
    const facts = { ...bench.generation({ touches: [[w(5, dataset), 1]] }), columns };
    await db.run((tx) => bench.ledger.recordGeneration(tx, delivery.id, facts));
    await bench.judge(w(5, dataset), settled);
  };
  await ingest("hides", [station]);
  await ingest("shows", [station, author]);
  expect((await bench.mustBegin(w(5, "hides"))).deliveries[0]?.columns).toEqual([station]);
  expect((await bench.mustBegin(w(5, "shows"))).deliveries[0]?.columns).toEqual([station, author]);
});
