import { afterAll, beforeAll, expect, it } from "vitest";
import { Transient } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import { HOUR } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import { datasetFor } from "../../ports/testing";
import type { Window } from "../../window/model";
import { judge } from "../../window/readiness";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";
import { PostgresViews } from "./views";
import { WindowViews } from "./window-views";

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
beforeAll(() => db.run((tx) => new PostgresCatalog(db).ensureDataset(tx, datasetFor("contract"))));
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

it("tells by its lease and its failure where a build is, at no statement more, and nothing once it is committed", async () => {
  const views = new WindowViews(db, { location: (key) => key });
  const phase = async () => (await views.summary("contract", w(8).start, w(8).end)).phase;
  await bench.ingestAndJudge("phases", [w(8)], [[w(8), 5]]);
  const first = await bench.mustBegin(w(8));
  expect(await phase()).toBe("read");
  await db.run((tx) => bench.ledger.renewBuild(tx, w(8), first.token, 60_000, "merge"));
  expect(await phase()).toBe("merge");
  const failure = { kind: "failed", error: "no room", phase: "store" } as const;
  await db.run((tx) => bench.ledger.commitBuild(tx, first, failure, now));
  await bench.judge(w(8), settled);
  expect(await phase()).toBe("store");
  await bench.commit(await bench.mustBegin(w(8)), "new");
  expect(await phase()).toBeUndefined();
});

it("shows since when and by which reprocess a window is made again, and marks the revision that comes of it", async () => {
  const views = new WindowViews(db, { location: (key) => key });
  const shown = () => views.summary("contract", w(9).start, w(9).end);
  const requested = () =>
    db.rows(
      undefined,
      "SELECT requested FROM revision WHERE start_us = $1::bigint ORDER BY revision",
      w(9).start,
    );
  await bench.ingestAndJudge("again", [w(9)], [[w(9), 5]]);
  await bench.commit(await bench.mustBegin(w(9)), "first");
  await bench.judge(w(9), settled);
  expect(await shown()).toMatchObject({ stale: false, reasonClass: "complete" });
  expect((await shown()).askedAgain).toBeUndefined();
  const id = "0b5a3a4e-1111-5222-8333-000000000009";
  await db.execute(
    undefined,
    `INSERT INTO reprocessing (id, number, ranges, behaviour, depth, forced, newest_first) VALUES ($1::uuid, 41, '[]', 'all', 'dataset', false, true)`,
    id,
  );
  await db.execute(
    undefined,
    "INSERT INTO audit (who, what, subject) VALUES ('ann', 'reprocess start', $1)",
    id,
  );
  await db.run((tx) => bench.ledger.requestReprocess(tx, w(9), id, false));
  await bench.judge(w(9), settled);
  const asked = { stale: true, reasonClass: "asked", askedBy: "ann", askedAgain: { reprocess: 41 } };
  expect(await shown()).toMatchObject(asked);
  const plan = await bench.mustBegin(w(9));
  expect(await shown()).toMatchObject({ ...asked, state: "building" });
  await bench.commit(plan, "second");
  await bench.judge(w(9), settled);
  expect(await shown()).toMatchObject({ stale: false, askedAgain: undefined, askedBy: undefined });
  expect(await requested()).toEqual([{ requested: false }, { requested: true }]);
});

it("names no reprocess where one click asked for a window", async () => {
  const views = new WindowViews(db, { location: (key) => key });
  await bench.ingestAndJudge("click", [w(10)], [[w(10), 5]]);
  await bench.commit(await bench.mustBegin(w(10)), "first");
  await bench.judge(w(10), settled);
  await db.run((tx) => bench.ledger.requestReprocess(tx, w(10), "a click's key", false));
  await bench.judge(w(10), settled);
  const { askedAgain } = await views.summary("contract", w(10).start, w(10).end);
  // Neither a number nor null: pages take what is there for one.
  expect(askedAgain).toEqual({ at: expect.any(Number) });
});

it("a dataset's columns are those of its newest file; those that other shown files have beside them are told apart", async () => {
  const column = (name: string): CanonicalColumn => ({ name, role: "variable", dtype: "float64" });
  await db.execute(
    undefined,
    "UPDATE revision SET columns = $1::jsonb WHERE dataset = 'contract' AND current",
    JSON.stringify([column("temperature__degF")]),
  );
  await db.execute(
    undefined,
    "INSERT INTO served_dataset (projection, dataset, columns) VALUES ('pygeoapi', 'contract', $1::jsonb)",
    JSON.stringify([column("Temperature__degF"), column("temperature__degC")]),
  );
  const views = new PostgresViews(db, { location: (key) => key }, undefined as never, {});
  const { columns, otherColumns } = await views.dataset("contract");
  expect([columns, otherColumns].map((each) => each.map(({ name }) => name))).toEqual([
    ["temperature__degF"],
    ["temperature__degC"],
  ]);
});
