import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { ParquetTimeSeries } from "../adapters/duckdb/time-series";
import { FolderFiles } from "../adapters/files/folder-files";
import { Transient } from "../errors";
import type { CanonicalColumn } from "../observation/column";
import { HOUR, MINUTE, parseInstant } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { BuildPlan, DesiredDelivery } from "../ports/ledger";
import { datasetFor } from "../ports/testing";
import type { Exclusion } from "../window/model";
import { buildWindow } from "./build";

const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const WINDOW = { dataset: "demo", start: START, end: START + HOUR };
const signal = new AbortController().signal;

const COLUMNS: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "timestamp[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
  { name: "a", role: "variable", dtype: "float64" },
  { name: "b", role: "variable", dtype: "float64" },
  { name: "kind", role: "metadata", dtype: "string" },
  { name: "station", role: "metadata", dtype: "int32" },
];

const DATASET = datasetFor("demo", {
  identity: ["station"],
  licence: "ODbL 1.0",
  attribution: "somebody",
});

interface Point {
  readonly minute: number;
  readonly station: number;
  readonly lat: number | null;
  readonly a: number | null;
  readonly b: number | null;
  readonly kind: string | null;
}

interface Given {
  readonly key: string;
  readonly priority: number;
  readonly collectedAt: number;
  readonly points: readonly Point[];
}

let folder: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-build-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
  files = new FolderFiles(path.join(folder, "files"));
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});

const inside = ({ minute }: Point) => minute >= 0 && minute < 60;

const PROVENANCE = {
  interval: { start: START, end: START + 3 * HOUR },
  claim: { start: START, end: START + HOUR },
  payloadSha256: "p".repeat(64),
  stations: 2,
  payloadKey: "payloads/demo/p.parquet",
  ordinal: 0,
  mapVersion: 3,
  receivedAt: START + 4 * HOUR,
  ingestedAt: START + 5 * HOUR,
};

async function store(given: Given): Promise<DesiredDelivery> {
  const rows = given.points.map(
    ({ minute, station, lat, a, b, kind }, row) =>
      `(${START + minute * MINUTE}, ${lat}, ${lat === null ? null : lat + 1}, ${a}, ${b}, ${kind === null ? null : sqlText(kind)}, ${station}, ${row})`,
  );
  const scratch = await files.scratch("p.parquet");
  const table = rows.length > 0 ? rows.join(", ") : "(0, 0, 0, 0, 0, '', 0, 0)";
  await columnar.session((session) =>
    session.execute(
      `COPY (SELECT make_timestamptz(t::BIGINT) AS datetime, lat::DOUBLE AS lat, lon::DOUBLE AS lon, a::DOUBLE AS a, b::DOUBLE AS b, kind::VARCHAR AS kind,
         station::INTEGER AS station, _row::BIGINT AS _row FROM (VALUES ${table}) AS v(t, lat, lon, a, b, kind, station, _row) WHERE ${rows.length > 0})
       TO ${sqlText(scratch)} (FORMAT parquet)`,
    ),
  );
  const generation = `g-${given.key}`;
  await new ParquetTimeSeries(files).write({ dataset: "demo", delivery: given.key, generation }, scratch);
  return {
    key: given.key,
    generation,
    priority: given.priority,
    collectedAt: given.collectedAt,
    rows: given.points.filter(inside).length,
    mapHash: "m",
    columns: COLUMNS,
    sourceName: "s",
    ...PROVENANCE,
  };
}

function plan(deliveries: readonly DesiredDelivery[], exclusions: readonly Exclusion[] = []): BuildPlan {
  return {
    window: WINDOW,
    declaredSpan: "PT1H",
    token: 1,
    desiredHash: "d".repeat(64),
    deliveries,
    maps: {},
    exclusions,
    coverageShare: 1,
    complete: true,
    gaps: [],
    current: undefined,
    lastRevision: 0,
    requests: [],
    sealed: false,
  };
}

async function build(
  given: BuildPlan,
  dataset = DATASET,
  engine = columnar,
  change: { readonly rowsAtOnce?: number } = {},
) {
  const ports = {
    ...change,
    files,
    columnar: engine,
    timeSeries: new ParquetTimeSeries(files),
    failPoint: () => undefined,
  };
  return buildWindow(given, dataset, ports, signal);
}

async function rowsOf(fileKey: string | undefined): Promise<readonly object[]> {
  if (fileKey === undefined) return [];
  return columnar.session((session) =>
    session.query(
      `SELECT (epoch_us(datetime) - ${START}) // ${MINUTE} AS minute, lat, a, b, kind, station FROM read_parquet(${sqlText(files.location(fileKey))})`,
    ),
  );
}

/** The merge in a dozen lines: highest rank first, later row first, the first value that is there stays. */
function naive(deliveries: readonly Given[]): object[] {
  const ranked = [...deliveries].sort(
    (x, y) => y.priority - x.priority || y.collectedAt - x.collectedAt || (x.key < y.key ? 1 : -1),
  );
  const merged = new Map<string, Point>();
  for (const point of ranked.flatMap(({ points }) => points.filter(inside).toReversed())) {
    const id = `${point.minute} ${point.station}`;
    const found = merged.get(id);
    merged.set(id, {
      ...point,
      lat: found?.lat ?? point.lat,
      a: found?.a ?? point.a,
      b: found?.b ?? point.b,
      kind: found?.kind ?? point.kind,
    });
  }
  return [...merged.values()].sort((x, y) => x.minute - y.minute || x.station - y.station);
}

const value = fc.option(fc.integer({ min: -5, max: 5 }), { nil: null });
const point: fc.Arbitrary<Point> = fc.record({
  minute: fc.integer({ min: -1, max: 4 }),
  station: fc.constantFrom(2, 10, 100),
  lat: fc.option(fc.integer({ min: 50, max: 53 }), { nil: null }),
  a: value,
  b: value,
  kind: fc.option(fc.constantFrom("x", "é", "z"), { nil: null }),
});
const deliveries = fc
  .array(
    fc.record({
      priority: fc.constantFrom(0, 10),
      collectedAt: fc.constantFrom(1, 2),
      points: fc.array(point, { maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) =>
    list.map((each, i) => ({
      ...each,
      key: createHash("sha256")
        .update(JSON.stringify([each, i]))
        .digest("hex"),
    })),
  );

describe("a build", () => {
  it("has the rows of a naive merge, and the same bytes in whatever order its deliveries come", async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.integer(), async (given, seed) => {
        const planned = [];
        for (const each of given) planned.push(await store(each));
        const one = await build(plan(planned.filter(({ rows }) => rows > 0)));
        const shuffled = [...planned].sort(
          (x, y) => ((x.key.charCodeAt(0) * seed) % 7) - ((y.key.charCodeAt(0) * seed) % 7),
        );
        const two = await build(plan(shuffled.filter(({ rows }) => rows > 0)));
        const wanted = naive(given);
        expect(await rowsOf(one.fileKey)).toEqual(wanted);
        expect(one.rows).toBe(wanted.length);
        expect(two.sha256).toBe(one.sha256);
        const sliced = await build(plan(shuffled.filter(({ rows }) => rows > 0)), DATASET, columnar, {
          rowsAtOnce: 3,
        });
        expect(sliced).toMatchObject({ sha256: one.sha256, rows: one.rows, stations: one.stations });
      }),
      { numRuns: 40 },
    );
  });

  it("has the same bytes on one, two and four threads, over many row groups, run after run", async () => {
    const key = "ab".repeat(32);
    const scratch = await files.scratch("big.parquet");
    const rows = 400_000;
    await columnar.session((session) =>
      session.execute(
        `COPY (SELECT make_timestamptz(${START} + (hash(n) % 3600000000)::BIGINT) AS datetime, 50.0 + n % 7 AS lat, 10.0 AS lon, (hash(n) % 1000) / 7.0 AS a,
           NULL::DOUBLE AS b, 'k' || (n % 13) AS kind, (n % 5000)::INTEGER AS station, n AS _row FROM range(${rows}) t(n)) TO ${sqlText(scratch)} (FORMAT parquet)`,
      ),
    );
    await new ParquetTimeSeries(files).write({ dataset: "demo", delivery: key, generation: "g" }, scratch);
    const planned = {
      key,
      generation: "g",
      priority: 0,
      collectedAt: 0,
      rows,
      mapHash: "m",
      columns: COLUMNS,
      sourceName: undefined,
      ...PROVENANCE,
    };
    const hashes = new Set<string | undefined>();
    for (const threads of [1, 2, 4, 2, 4]) {
      const engine = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp"), threads });
      hashes.add((await build(plan([planned]), DATASET, engine)).sha256);
      await engine.close();
    }
    // Merged in four slices of time, because it is more than fits at once.
    hashes.add((await build(plan([planned]), DATASET, columnar, { rowsAtOnce: 100_000 })).sha256);
    expect(hashes.size).toBe(1);
  });

  const good: Given = {
    key: "c1".repeat(32),
    priority: 0,
    collectedAt: 1,
    points: [
      { minute: 1, station: 100, lat: 52, a: 1, b: 2, kind: "x" },
      { minute: 1, station: 10, lat: 52, a: 3, b: null, kind: "x" },
      { minute: 2, station: 10, lat: 40, a: 5, b: 6, kind: "x" },
    ],
  };
  const exclusion = (change: Partial<Exclusion>): Exclusion => ({
    id: "e",
    station: undefined,
    variable: undefined,
    box: undefined,
    time: { start: START, end: START + HOUR },
    reason: "wrong",
    ...change,
  });

  it.each([
    ["a station", { station: "10" }, [{ station: 100, a: 1, b: 2 }]],
    [
      "a variable",
      { variable: "a" },
      [
        { station: 100, a: null, b: 2 },
        { station: 10, a: null, b: 6 },
      ],
    ],
    ["a box", { box: [50, 39, 60, 41] as const }, [{ station: 10 }, { station: 100 }, { station: 10 }]],
    ["a box that hits", { box: [40, 39, 42, 41] as const }, [{ station: 10, a: 3 }, { station: 100 }]],
    ["a time", { time: { start: START, end: START + 2 * MINUTE } }, [{ station: 10, minute: 2 }]],
  ])("leaves out %s that is excluded; its columns stay", async (_what, change, wanted) => {
    const result = await build(plan([await store(good)], [exclusion(change)]));
    expect(await rowsOf(result.fileKey)).toMatchObject(wanted);
    expect(result.columns.map(({ name }) => name)).toEqual(COLUMNS.map(({ name }) => name));
  });

  it("is empty when all is excluded, and when nothing is desired", async () => {
    const excluded = await build(plan([await store(good)], [exclusion({})]));
    expect(excluded).toMatchObject({ output: "empty", fileKey: undefined, rows: 0 });
    expect(await build(plan([]))).toMatchObject({ output: "empty", rows: 0 });
  });

  it("history 22: fails when the rows that can be read are not those of the ledger", async () => {
    const planned = await store(good);
    await expect(build(plan([{ ...planned, rows: 100 }]))).rejects.toBeInstanceOf(Transient);
    await expect(build(plan([{ ...planned, generation: "gone" }]))).rejects.toBeInstanceOf(Transient);
  });

  it("keeps positions of mobile data apart to 1e-7 degrees", async () => {
    const moving: Given = {
      ...good,
      key: "c2".repeat(32),
      points: [52, 52.00000001, 52.0000002].map((lat) => ({
        minute: 1,
        station: 1,
        lat,
        a: lat,
        b: null,
        kind: null,
      })),
    };
    const result = await build(plan([await store(moving)]), { ...DATASET, mobile: true });
    expect(result.rows).toBe(2);
  });

  it("names its file, and says in the manifest where it comes from and under which licence", async () => {
    const result = await build(plan([await store(good)]));
    expect(result.fileKey).toMatch(/^datasets\/demo\/demo_20240601T100000_PT1H\.[0-9a-f]{8}\.parquet$/);
    expect(result.fileKey).toContain(result.sha256?.slice(0, 8));
    const manifest = JSON.parse(await readFile(files.location(result.manifestKey ?? ""), "utf8"));
    expect(manifest).toMatchObject({
      dataset: { name: "demo" },
      licences: [{ source: "s", licence: "ODbL 1.0", attribution: "somebody" }],
      file: {
        rows: 3,
        stations: 2,
        bbox: [41, 40, 53, 52],
        observed: { first: "2024-06-01T10:01:00Z", last: "2024-06-01T10:02:00Z" },
      },
      deliveries: [{ key: good.key, rows: 3, received_at: "2024-06-01T14:00:00Z" }],
      columns: COLUMNS,
      coverage: { share: 1, complete: true, gaps: [] },
    });
  });

  it("another provenance of the same rows: another manifest beside the same file; the same one: the same", async () => {
    const planned = await store(good);
    const first = await build(plan([planned]));
    const again = await build(plan([planned]));
    const later = await build(plan([{ ...planned, ingestedAt: planned.ingestedAt + MINUTE }]));
    expect([again.fileKey, again.manifestKey]).toEqual([first.fileKey, first.manifestKey]);
    expect(later.fileKey).toBe(first.fileKey);
    expect(later.manifestKey).not.toBe(first.manifestKey);
  });
});
