import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, parseInstant } from "../../observation/time";
import { datasetFor } from "../../ports/testing";
import type { GridView } from "../../ports/window-grid";
import { type GridRun, unpackRun } from "../../window/grid/model";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { type TestDatabase, testDatabase } from "./testing";
import { GRID, WindowGrid } from "./window-grid";
import { WindowViews } from "./window-views";

const START = parseInstant("2025-01-01T00:00:00Z") ?? 0;
const HOURS = 8760;
const DATASETS = Array.from({ length: 20 }, (_, i) => `network${String(i).padStart(2, "0")}`);

let database: TestDatabase;
let db: Database;
let grid: WindowGrid;

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString);
  grid = new WindowGrid(db);
  const catalog = new PostgresCatalog(db);
  await db.run(async (tx) => {
    for (const name of [...DATASETS, "minutes", "days"]) await catalog.ensureDataset(tx, datasetFor(name));
  });
  await db.run((tx) =>
    catalog.saveSpans(tx, "days", [
      { from: Number.MIN_SAFE_INTEGER, span: DAY, declared: "P1D" },
      { from: START + 10 * DAY, span: HOUR, declared: "PT1H" },
    ]),
  );
  for (const name of DATASETS) await addWindows(name, HOUR, 0, HOURS);
  await addWindows("minutes", 5 * MINUTE, 0, 288);
  await addWindows("days", DAY, 0, 10);
  await change(
    "network03",
    4000 * HOUR,
    "state = 'failed', reason = 'The disk is full: 100 % used', reason_class = 'build-failed'",
  );
  await change("network03", 4001 * HOUR, "state = 'queued', stale = true");
  await change(
    "network05",
    10 * HOUR,
    "state = 'queued', stale = true, asked_again = true, reason_class = 'asked'",
  );
  await change("minutes", 7 * 5 * MINUTE, "state = 'waiting'");
  await db.execute(undefined, 'VACUUM (ANALYZE) "window"');
});
afterAll(async () => {
  await db.close();
  await database.close();
});

async function addWindows(dataset: string, span: number, from: number, to: number): Promise<void> {
  await db.execute(
    undefined,
    `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps,
       need, state, stale, reason)
     SELECT $1, s, s + $2::bigint, 'PT1H', 'h', 'h', 'revision', 1, 1, true, '[]', 'none', 'built', false, 'revision 1 from 6 deliveries with 3600 rows'
     FROM (SELECT ${START}::bigint + n * $2::bigint AS s FROM generate_series($3::bigint, $4::bigint - 1) AS n) n`,
    dataset,
    span,
    from,
    to,
  );
}

async function change(dataset: string, after: number, set: string): Promise<void> {
  const changed = await db.execute(
    undefined,
    `UPDATE "window" SET ${set} WHERE dataset = $1 AND start_us = $2::bigint`,
    dataset,
    START + after,
  );
  expect(changed).toBe(1);
}

function runsOf(view: GridView, dataset: string): GridRun[] {
  const row = view.rows.find((each) => each.dataset === dataset);
  return (row?.runs ?? []).map((run) => unpackRun(run, view.from));
}

function windowsIn(runs: readonly GridRun[]): number {
  return runs.reduce(
    (sum, { cells, parts }) => sum + cells * parts.reduce((all, { windows }) => all + windows, 0),
    0,
  );
}

describe("a year of hourly windows of 20 datasets", () => {
  const year = { from: START, to: START + HOURS * HOUR, most: 1100 };

  it("is told in few cells that hide nothing: the one failed window is seen", async () => {
    const view = await grid.grid(year);
    expect(view.each).toBe(12 * HOUR);
    expect(view.rows.map(({ dataset }) => dataset)).toEqual(["days", "minutes", ...DATASETS]);
    for (const name of DATASETS) expect(windowsIn(runsOf(view, name)), name).toBe(HOURS);
    expect(runsOf(view, "network00")).toEqual([
      {
        start: START,
        each: 12 * HOUR,
        cells: 730,
        parts: [{ state: "built", windows: 12, stale: 0, again: 0 }],
      },
    ]);
    const mixed = runsOf(view, "network03").filter(({ parts }) => parts.length > 1);
    expect(mixed).toEqual([
      {
        start: START + 3996 * HOUR,
        each: 12 * HOUR,
        cells: 1,
        parts: [
          { state: "failed", windows: 1, stale: 0, again: 0 },
          { state: "queued", windows: 1, stale: 1, again: 0 },
          { state: "built", windows: 10, stale: 0, again: 0 },
        ],
      },
    ]);
    expect(view.rows.map(({ many }) => many)).toEqual([false, false, ...DATASETS.map(() => true)]);
    expect(view.rows[2]?.eras).toEqual([{ from: Number.MIN_SAFE_INTEGER, span: HOUR }]);
    // A row of few windows shows each, whatever its neighbours do.
    expect(runsOf(view, "minutes").map(({ each, cells }) => [each, cells])).toEqual([
      [5 * MINUTE, 7],
      [5 * MINUTE, 1],
      [5 * MINUTE, 280],
    ]);
    expect(JSON.stringify(view).length).toBeLessThan(10_000);
  });

  it("stays bounded when every window differs from the one before", async () => {
    await db.execute(
      undefined,
      `UPDATE "window" SET state = CASE start_us / ${HOUR} % 3 WHEN 0 THEN 'failed' WHEN 1 THEN 'waiting' ELSE 'empty' END WHERE dataset = 'network19'`,
    );
    try {
      const view = await grid.grid(year);
      expect(windowsIn(runsOf(view, "network19"))).toBe(HOURS);
      for (const most of [8000, 1100, 100]) {
        const { rows } = await grid.grid({ ...year, most });
        for (const { runs } of rows) expect(runs.length).toBeLessThanOrEqual(Math.min(most, 30_000 / 22));
      }
    } finally {
      await db.execute(undefined, `UPDATE "window" SET state = 'built' WHERE dataset = 'network19'`);
      await db.execute(undefined, 'VACUUM (ANALYZE) "window"');
    }
  });

  it("reads the range by the key's index, whether long or short", async () => {
    for (const [from, to, room, most] of [
      [START, START + HOURS * HOUR, 730, HOURS + 1],
      [START + 100 * DAY, START + 101 * DAY, 1440, 60],
      [START - 100 * DAY, START - 99 * DAY, 1440, 1],
    ] as const) {
      const [row] = await db.rows<{ "QUERY PLAN": readonly { Plan: PlanNode }[] }>(
        undefined,
        `EXPLAIN (ANALYZE, FORMAT JSON) ${GRID}`,
        null,
        from,
        to,
        room,
        12 * HOUR,
        null,
        null,
      );
      const nodes = flat(row?.["QUERY PLAN"][0]?.Plan).filter((node) => node["Relation Name"] === "window");
      expect(nodes.length).toBeGreaterThan(0);
      for (const node of nodes) {
        expect(node["Node Type"]).toMatch(/Index|Bitmap/);
        expect(node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)).toBeLessThanOrEqual(most);
      }
    }
  });

  it("shows each window when there is room, and those that reach into the range", async () => {
    const from = START + 4000 * HOUR + 30 * MINUTE;
    const view = await grid.grid({ from, to: from + 3 * HOUR, most: 1000, dataset: "network03" });
    expect(runsOf(view, "network03").map(({ start, cells, parts }) => [start, cells, parts])).toEqual([
      [START + 4000 * HOUR, 1, [{ state: "failed", windows: 1, stale: 0, again: 0 }]],
      [START + 4001 * HOUR, 1, [{ state: "queued", windows: 1, stale: 1, again: 0 }]],
      [START + 4002 * HOUR, 2, [{ state: "built", windows: 1, stale: 0, again: 0 }]],
    ]);
    const inDay = await grid.grid({
      from: START + DAY + HOUR,
      to: START + DAY + 2 * HOUR,
      most: 1000,
      dataset: "days",
    });
    expect(runsOf(inDay, "days").map(({ start, each }) => [start, each])).toEqual([[START + DAY, DAY]]);
  });

  it("tells where a dataset's windows are when none is in the range, and shows only what has the words", async () => {
    const before = await grid.grid({
      from: START - 10 * DAY,
      to: START - 9 * DAY,
      most: 100,
      dataset: "days",
    });
    expect(before.rows).toEqual([
      {
        dataset: "days",
        synthetic: false,
        eras: [
          { from: Number.MIN_SAFE_INTEGER, span: DAY },
          { from: START + 10 * DAY, span: HOUR },
        ],
        many: false,
        first: START,
        last: START + 10 * DAY,
        runs: [],
      },
    ]);
    const found = await grid.grid({ ...year, words: "DISK IS FULL: 100 %" });
    expect(found.rows.filter(({ runs }) => runs.length > 0).map(({ dataset }) => dataset)).toEqual([
      "network03",
    ]);
    const { items } = await new WindowViews(db, { location: (key) => key }).page({
      ...year,
      words: "disk",
      limit: 9,
    });
    expect(items.map(({ dataset, start }) => [dataset, start])).toEqual([["network03", START + 4000 * HOUR]]);
    const ofClass = await grid.grid({ ...year, reasons: ["build-failed", "rejected"] });
    expect(ofClass.rows.flatMap(({ dataset, runs }) => runs.map(() => dataset))).toEqual(["network03"]);
    const listed = await new WindowViews(db, { location: (key) => key }).page({
      ...year,
      reasons: ["asked"],
      limit: 9,
    });
    expect(listed.items.map(({ dataset, start }) => [dataset, start])).toEqual([
      ["network05", START + 10 * HOUR],
    ]);
    expect((await grid.grid({ ...year, words: "100 _" })).rows.every(({ runs }) => runs.length === 0)).toBe(
      true,
    );
  });
});

it("counts what is selected: each window once, by dataset and state, of the states and words asked for", async () => {
  const all = { start: START, end: START + HOURS * HOUR };
  const around = { start: START + 3999 * HOUR, end: START + 4002 * HOUR };
  const ranges = [
    { dataset: "network03", ...around },
    { dataset: "network03", ...around },
    { dataset: "network03", start: START + 4001 * HOUR, end: START + 4005 * HOUR },
    { dataset: "network04", ...all },
    { dataset: "nobody", ...all },
  ];
  expect(await grid.selection({ ranges })).toEqual([
    { dataset: "network03", state: "built", windows: 4 },
    { dataset: "network03", state: "failed", windows: 1 },
    { dataset: "network03", state: "queued", windows: 1 },
    { dataset: "network04", state: "built", windows: HOURS },
  ]);
  expect(await grid.selection({ ranges, states: ["failed", "waiting"] })).toEqual([
    { dataset: "network03", state: "failed", windows: 1 },
  ]);
  expect(await grid.selection({ ranges, stale: true })).toEqual([
    { dataset: "network03", state: "queued", windows: 1 },
  ]);
  expect(await grid.selection({ ranges, words: "disk" })).toHaveLength(1);
  expect(await grid.selection({ ranges: [] })).toEqual([]);
});

it("what somebody asked for again is counted beside what newer data has come for, and is not stale", async () => {
  const [row] = (
    await grid.grid({ from: START + 10 * HOUR, to: START + 11 * HOUR, most: 9, dataset: "network05" })
  ).rows;
  expect((row?.runs ?? []).map((run) => unpackRun(run, START + 10 * HOUR).parts)).toEqual([
    [{ state: "queued", windows: 1, stale: 0, again: 1 }],
  ]);
  const ranges = [{ dataset: "network05", start: START, end: START + DAY }];
  expect(await grid.selection({ ranges, stale: true })).toEqual([]);
  expect(await grid.selection({ ranges, reasons: ["asked"] })).toEqual([
    { dataset: "network05", state: "queued", windows: 1 },
  ]);
  const { items } = await new WindowViews(db, { location: (key) => key }).page({ stale: true, limit: 9 });
  expect(items.map(({ dataset }) => dataset)).toEqual(["network03"]);
});

it("tells the spans of a row whose cells are shorter than its windows of earlier", async () => {
  const spans = [
    { from: Number.MIN_SAFE_INTEGER, span: DAY, declared: "P1D" },
    { from: START + 3 * DAY, span: 5 * MINUTE, declared: "PT5M" },
  ];
  await db.run(async (tx) => {
    const catalog = new PostgresCatalog(db);
    await catalog.ensureDataset(tx, datasetFor("changed"));
    await catalog.saveSpans(tx, "changed", spans);
  });
  await addWindows("changed", DAY, 0, 2);
  await addWindows("changed", 5 * MINUTE, 3 * 288, 4 * 288);
  const ask = { from: START, to: START + 4 * DAY, most: 100, dataset: "changed" };
  const [row] = (await grid.grid(ask)).rows;
  expect(row).toMatchObject({ many: true, eras: spans.map(({ from, span }) => ({ from, span })) });
  expect(
    (row?.runs ?? []).map((run) => unpackRun(run, START)).map((run) => [run.start, run.each, run.cells]),
  ).toEqual([
    [START, HOUR, 1],
    [START + DAY, HOUR, 1],
    [START + 3 * DAY, HOUR, 24],
  ]);
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  /** Of one loop. */
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

function flat(node: PlanNode | undefined): PlanNode[] {
  return node ? [node, ...(node.Plans ?? []).flatMap(flat)] : [];
}
