import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uuidv5 } from "../../message";
import { HOUR, parseInstant } from "../../observation/time";
import { Bench } from "../../ports/ledger.bench.contract";
import { datasetFor } from "../../ports/testing";
import { judgeWindows } from "../../window/judge-window";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { type TestDatabase, testDatabase } from "./testing";
import { windowDeliveries } from "./window-deliveries";
import { revisionDifference, windowRevisions } from "./window-revisions";
import { runsOfWindow } from "./window-runs";
import { LATEST_BUILT, WINDOW_PAGE, WindowViews } from "./window-views";

/** Cost is that of the work, never of the history: proved by counting statements and rows, not by a clock. */
const START = parseInstant("2024-01-01T00:00:00Z") ?? 0;

describe("what a delivery costs", () => {
  let database: TestDatabase;
  let db: Database;
  let statements = 0;

  beforeAll(async () => {
    database = await testDatabase();
    // One connection: what another one read is added to the statistics late.
    db = new Database(database.connectionString, { connections: 1, onStatement: () => (statements += 1) });
    await db.run((tx) => new PostgresCatalog(db).ensureDataset(tx, datasetFor("d", { synthetic: true })));
  });
  afterAll(async () => {
    await db.close();
    await database.close();
  });

  /** History as the line leaves it: built windows, their deliveries, generations, claims and touches. */
  async function addHistory(from: number, to: number): Promise<void> {
    const hour = `($1::bigint + n * ${HOUR}::bigint)`;
    const each = `FROM generate_series(${from}, ${to - 1}) AS n`;
    const run = (text: string) => db.execute(undefined, text, START - 1_000_000 * HOUR);
    await run(
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps, need, state, stale, reason)
       SELECT 'd', ${hour}, ${hour} + ${HOUR}, 'PT1H', 'h', 'h', 'revision', 1, 1, true, '[]', 'none', 'built', false, '' ${each}`,
    );
    await run(
      `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, bytes, rows, stations, columns, desired_hash, map_hashes, deliveries, coverage_share, complete)
       SELECT 'd', ${hour}, ${hour} + ${HOUR}, 1, 'revision', true, 1, 1, 1, '[]', 'h', '{}', '[]', 1, true ${each}`,
    );
    await run(
      `INSERT INTO delivery (key, dataset, start_us, end_us, payload_sha256, payload_key, payload_bytes, priority, collected_us)
       SELECT 'k' || n, 'd', ${hour}, ${hour} + ${HOUR}, 'x', 'x', 1, 0, 0 ${each}`,
    );
    await run(
      `INSERT INTO generation (delivery_id, ordinal, command_id, map_hash, map_version, rows, stations, rows_rejected, bad_cells, unmapped)
       SELECT d.id, 0, gen_random_uuid(), 'map', 1, 1, 1, 0, '{}', '{}' FROM delivery d
       WHERE d.current_generation IS NULL AND d.key LIKE 'k%' AND $1::bigint IS NOT NULL`,
    );
    await run(
      `UPDATE delivery d SET current_generation = g.id FROM generation g
       WHERE g.delivery_id = d.id AND d.current_generation IS NULL AND $1::bigint IS NOT NULL`,
    );
    for (const [table, columns, values] of [
      ["touch", "generation_id, delivery_id, rows, stations", "d.current_generation, d.id, 1, 1"],
      ["claim", "delivery_id, start_us, end_us", "d.id, d.start_us, d.end_us"],
    ] as const) {
      await run(
        `INSERT INTO ${table} (dataset, window_start_us, window_end_us, ${columns})
         SELECT 'd', d.start_us, d.end_us, ${values} FROM delivery d WHERE d.key LIKE 'k%' AND $1::bigint IS NOT NULL ON CONFLICT DO NOTHING`,
      );
    }
    await run(`SELECT $1::bigint`);
    for (const table of ["window", "revision", "delivery", "generation", "touch", "claim"]) {
      await db.execute(undefined, `ANALYZE "${table}"`);
    }
  }

  /** Statements, and rows fetched by way of an index or a scan, that one delivery into one window costs. */
  async function deliver(n: number): Promise<{ statements: number; rows: number }> {
    const ledger = new PostgresLedger(db);
    const ports = { ledger, catalog: new PostgresCatalog(db) };
    const start = START + n * HOUR;
    const window = { start, end: start + HOUR };
    const before = await rowsRead();
    statements = 0;
    await db.run(async (tx) => {
      const delivery = await ledger.receive(
        tx,
        {
          dataset: "d",
          ...window,
          payloadSha256: `sha-${n}`,
          payloadKey: "p",
          payloadBytes: 1,
          priority: 0,
          collectedAt: start,
          sourceName: undefined,
        },
        [{ window, claim: window }],
      );
      const { windows } = await ledger.recordGeneration(
        tx,
        delivery.id,
        new Bench({ ledger, transactions: db }).generation({
          commandId: uuidv5("cost", n),
          touches: [[{ dataset: "d", ...window }, 10]],
        }),
      );
      await judgeWindows(tx, windows, ports);
      await ledger.dueWindows(tx, await ledger.now(tx), 100);
      const plan = await ledger.beginBuild(tx, { dataset: "d", ...window }, 60_000);
      if (!plan) throw new Error("the window was not due");
      await ledger.commitBuild(
        tx,
        plan,
        {
          kind: "built",
          output: "revision",
          fileKey: "k",
          sha256: `${n}`,
          bytes: 1,
          rows: 10,
          stations: 2,
          columns: [],
          bbox: undefined,
          observed: undefined,
          mapHashes: ["map"],
          manifestKey: undefined,
        },
        undefined,
      );
      await judgeWindows(tx, windows, ports);
    });
    const used = statements;
    return { statements: used, rows: (await rowsRead()) - before };
  }

  async function rowsRead(): Promise<number> {
    await db.rows(undefined, "SELECT pg_stat_force_next_flush()::text");
    const [row] = await db.rows<{ n: number }>(
      undefined,
      `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint AS n FROM pg_stat_user_tables
       WHERE relname IN ('window', 'revision', 'delivery', 'generation', 'touch', 'claim', 'reprocess', 'exclusion')`,
    );
    return row?.n ?? 0;
  }

  it("is the same with 10 and with 10,000 windows of history", async () => {
    await addHistory(0, 10);
    const few = await deliver(1);
    await addHistory(10, 10_000);
    const many = await deliver(2);
    expect(many.statements).toBe(few.statements);
    // Small tables are scanned, large ones are not: a bound that has nothing to do with the history.
    expect(many.rows).toBeLessThan(300);
  });

  it("does not let the windows list read more than its page, at 100,000 windows", async () => {
    await addHistory(10_000, 100_000);
    const hour = (n: number) => START - (1_000_000 - n) * HOUR;
    const middle = [hour(50_000), "d", hour(49_999)] as const;
    const newest = [null, null, null] as const;
    const lists = [
      ["everything", [null, null, null], [null, null], middle],
      ["one dataset", ["d", null, null], [null, null], middle],
      ["a span of long ago", [null, null, null], [hour(100), hour(124)], newest],
      ["a span of long ago, one dataset", ["d", null, null], [hour(100), hour(124)], newest],
      ["a long span", [null, null, null], [hour(100), hour(90_000)], newest],
      ["a long span, further on", ["d", null, null], [hour(100), hour(90_000)], middle],
      ["up to long ago", [null, null, null], [null, hour(124)], newest],
      ["up to long ago, one dataset and state", ["d", ["built"], null], [null, hour(124)], newest],
      ["up to the middle", [null, null, null], [null, hour(50_000)], newest],
      ["up to the middle, one dataset", ["d", null, null], [null, hour(50_000)], newest],
      ["since long ago", [null, null, null], [hour(100), null], newest],
      ["the stale ones", [null, null, true], [null, null], newest],
      ["the stale ones of one dataset", ["d", null, true], [null, null], newest],
      ["a rare state", [null, ["failed"], null], [null, null], newest],
      ["a rare state in a span of long ago", ["d", ["failed"], null], [hour(100), hour(124)], newest],
    ] as const;
    for (const [what, filter, span, cursor] of lists) {
      const [row] = await db.rows<{ "QUERY PLAN": readonly { Plan: PlanNode }[] }>(
        undefined,
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${WINDOW_PAGE}`,
        ...filter,
        ...span,
        ...cursor,
        51,
        null,
        null,
      );
      const plan = row?.["QUERY PLAN"][0]?.Plan;
      expect(plan && mostRows(plan), what).toBeLessThan(200);
      // Four pages a row; without a bound on the ends, more than twice that here.
      if (what.startsWith("up to the middle")) expect(plan && pages(plan), what).toBeLessThan(350);
    }
    const views = new WindowViews(db, { location: (key) => key });
    await db.execute(
      undefined,
      `UPDATE revision SET built_at = timestamptz '2026-01-01' + (start_us - $1::bigint) / ${HOUR} % 7919 * interval '1 second'`,
      hour(0),
    );
    await db.execute(undefined, "ANALYZE revision");
    const [row] = await db.rows<{ "QUERY PLAN": readonly { Plan: PlanNode }[] }>(
      undefined,
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${LATEST_BUILT}`,
      8,
    );
    const plan = row?.["QUERY PLAN"][0]?.Plan;
    expect(plan && mostRows(plan), "the latest builds").toBeLessThan(200);
    const built = (await views.latestBuilt(8)).map(({ builtAt }) => builtAt ?? 0);
    expect(built).toEqual(built.toSorted((a, b) => b - a));
    const { items } = await views.page({ from: hour(100) + 1, to: hour(123) + 1, limit: 51 });
    expect(items.map(({ start }) => start)).toEqual(Array.from({ length: 24 }, (_, i) => hour(123 - i)));
  });

  it("does not let the page of one window read those of others, at 100,000 windows", async () => {
    const start = START - 950_000 * HOUR;
    const window = { dataset: "d", start, end: start + HOUR };
    const page = { limit: 25 };
    const reads: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["summary", () => new WindowViews(db, { location: (key) => key }).summary("d", start, undefined)],
      ["deliveries", () => windowDeliveries(db, window, page)],
      ["revisions", () => windowRevisions(db, window, page)],
      ["difference", () => revisionDifference(db, window, 1, 1)],
      ["runs", () => runsOfWindow(db, window, 25)],
    ];
    for (const [what, read] of reads) {
      const before = await rowsRead();
      await read();
      expect((await rowsRead()) - before, what).toBeLessThan(100);
    }
  });
});

interface PlanNode {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** The largest number of rows that any node of a plan read. */
function mostRows(node: PlanNode): number {
  const own = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
  return Math.max(own, ...(node.Plans ?? []).map(mostRows));
}

/** Pages of tables and indexes that a plan touched: entries of an index that are passed over are no rows, but are read. */
function pages(plan: PlanNode): number {
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}
