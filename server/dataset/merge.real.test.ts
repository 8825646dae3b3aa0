import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import type { CanonicalColumn } from "../observation/column";
import { unionOfColumns } from "../observation/column-union";
import { HOUR } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { PlannedDelivery } from "../ports/ledger";
import { parquetShapes } from "../ports/parquet-shape";
import type { Exclusion } from "../window/model";
import { mergeSql } from "./merge";
import { byRank, type MergeInput } from "./point-scans";

const AXES: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "timestamp[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
];
const column = (name: string, role: "variable" | "metadata", dtype: string): CanonicalColumn => ({
  name,
  role,
  dtype,
});
const COLUMNS = [...AXES, column("a", "variable", "float64"), column("station", "metadata", "string")];

let folder: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-merge-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
  files = new FolderFiles(path.join(folder, "files"));
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});

type Rank = Partial<Pick<PlannedDelivery, "priority" | "collectedAt" | "key">>;

/** A delivery whose rows are given as SELECT lists in SQL; all are of one instant unless they say otherwise. */
async function input(
  rows: readonly string[],
  rank: Rank = {},
  columns: readonly CanonicalColumn[] = COLUMNS,
): Promise<MergeInput> {
  const target = await files.scratch("points.parquet");
  const selects = rows.map(
    (row, number) => `SELECT make_timestamptz(1000000) AS datetime, ${row}, ${number}::BIGINT AS _row`,
  );
  const shapes = await columnar.session(async (session) => {
    await session.execute(`COPY (${selects.join(" UNION ALL ")}) TO ${sqlText(target)} (FORMAT parquet)`);
    return parquetShapes(session, [target]);
  });
  const delivery: PlannedDelivery = {
    key: "d",
    generation: "g",
    priority: 0,
    collectedAt: 0,
    rows: rows.length,
    mapHash: "m",
    sourceName: undefined,
    ...rank,
    columns,
  };
  return {
    delivery,
    path: target,
    shared: false,
    shape: shapes.get(target) ?? expect.fail("no shape"),
  };
}

async function merge(inputs: readonly MergeInput[], exclusions: readonly Exclusion[] = []) {
  const sql = mergeSql(inputs, {
    window: { start: 0, end: HOUR },
    columns: unionOfColumns(inputs.map(({ delivery }) => delivery.columns)),
    identity: ["station"],
    mobile: false,
    exclusions,
  });
  return columnar.session((session) => session.query(`SELECT * EXCLUDE (datetime) FROM (${sql})`));
}

const row = (a: number | null, lat: number | null = 1, lon: number | null = 2) =>
  `${lat}::DOUBLE AS lat, ${lon}::DOUBLE AS lon, ${a}::DOUBLE AS a, 's' AS station`;

describe("which value wins", () => {
  it.each<[string, Rank, Rank]>([
    [
      "the higher priority, though collected earlier",
      { priority: 0, collectedAt: 9, key: "f" },
      { priority: 10, collectedAt: 1, key: "a" },
    ],
    ["at one priority, what was collected later", { collectedAt: 1, key: "f" }, { collectedAt: 2, key: "a" }],
    ["history 3: in a tie, the delivery's key", { key: "a" }, { key: "b" }],
  ])("%s, in whatever order they come", async (_what, loser, winner) => {
    const [low, high] = [await input([row(1)], loser), await input([row(2)], winner)];
    for (const inputs of [
      [low, high],
      [high, low],
      [low, high, low],
    ]) {
      expect(await merge(inputs)).toMatchObject([{ a: 2 }]);
    }
    expect([high.delivery, low.delivery].sort(byRank)).toEqual([low.delivery, high.delivery]);
  });

  it("a missing value never does: the lower one stands", async () => {
    const inputs = [await input([row(1)], { key: "a" }), await input([row(null)], { key: "b" })];
    expect(await merge(inputs)).toMatchObject([{ a: 1 }]);
  });

  it("the later row inside one payload, wherever it stands in the points", async () => {
    expect(await merge([await input([row(1), row(2), row(null)])])).toMatchObject([{ a: 2 }]);
  });

  it("position is one field: no latitude of one with the longitude of another", async () => {
    const inputs = [
      await input([row(1, 10, 20)], { key: "a" }),
      await input([row(2, null, null)], { key: "b" }),
    ];
    expect(await merge(inputs)).toMatchObject([{ a: 2, lat: 10, lon: 20 }]);
    inputs.push(await input([row(null, 30, 40)], { key: "c" }));
    expect(await merge(inputs)).toMatchObject([{ a: 2, lat: 30, lon: 40 }]);
  });

  it("attributes are fields", async () => {
    const columns = [...COLUMNS, column("kind", "metadata", "string")];
    const inputs = [
      await input([`${row(1)}, 'old' AS kind`], { key: "a" }, columns),
      await input([`${row(2)}, NULL::VARCHAR AS kind`], { key: "b" }, columns),
    ];
    expect(await merge(inputs)).toMatchObject([{ a: 2, kind: "old" }]);
  });
});

describe("order of rows", () => {
  it.each<[string, readonly (string | number)[]]>([
    ["string", ["10", "9", "Z", "a", "z", "é", "\uFFFD", "\u{1F321}"]],
    ["int32", [-1, 2, 9, 10, 100]],
  ])("identities that are %s", async (dtype, wanted) => {
    const cell = (value: string | number) =>
      typeof value === "string" ? sqlText(value) : `${value}::INTEGER`;
    const columns = [...AXES, column("a", "variable", "float64"), column("station", "metadata", dtype)];
    const rows = wanted
      .toReversed()
      .map((value) => `1.0::DOUBLE AS lat, 1.0::DOUBLE AS lon, 1.0::DOUBLE AS a, ${cell(value)} AS station`);
    const merged = await merge([await input(rows, {}, columns)]);
    expect(merged.map(({ station }) => station)).toEqual(wanted);
  });
});

describe("exclusions", () => {
  const EVER = { start: -8e18, end: 8e18 };
  const excluding = (change: Partial<Exclusion>): Exclusion => ({
    id: "x",
    station: undefined,
    variable: undefined,
    box: undefined,
    time: EVER,
    reason: "broken",
    ...change,
  });
  const places = [-179.5, -10, 10, 179.5];

  it.each<[string, Partial<Exclusion>, readonly number[]]>([
    ["of all", {}, []],
    ["of a box", { box: [0, -1, 20, 5] }, [-179.5, -10, 179.5]],
    ["of a box over the antimeridian", { box: [170, -1, -170, 5] }, [-10, 10]],
    ["of a box elsewhere", { box: [0, 40, 20, 50] }, places],
    ["of one station", { station: "10" }, [-179.5, -10, 179.5]],
    ["of one variable, the row's only one", { variable: "a" }, []],
    ["of another variable", { variable: "b" }, places],
    ["that end as the row begins", { time: { start: 0, end: 1_000_000 } }, places],
    ["of an instant", { time: { start: 1_000_000, end: 1_000_001 } }, []],
    ["of another time", { time: { start: HOUR, end: 2 * HOUR } }, places],
  ])("%s", async (_what, change, left) => {
    const rows = places.map(
      (lon) => `1.0::DOUBLE AS lat, ${lon}::DOUBLE AS lon, 1.0::DOUBLE AS a, '${lon}' AS station`,
    );
    const merged = await merge([await input(rows)], [excluding(change)]);
    expect(merged.map(({ lon }) => Number(lon)).sort((a, b) => a - b)).toEqual(left);
  });
});

describe("maps that disagree", () => {
  it("give the union of their columns, each with a type that holds both", async () => {
    const place = "1.0::DOUBLE AS lat, 1.0::DOUBLE AS lon";
    const one = [
      ...AXES,
      column("a", "variable", "float32"),
      column("n", "variable", "int32"),
      column("station", "metadata", "object"),
    ];
    const two = [
      ...AXES,
      column("a", "variable", "float64"),
      column("N", "metadata", "string"),
      column("station", "metadata", "str"),
    ];
    const inputs = [
      await input([`${place}, 0.5::FLOAT AS a, 7::INTEGER AS n, 's' AS station`], { key: "a" }, one),
      await input([`${place}, 0.25::DOUBLE AS a, 'many' AS "N", 't' AS station`], { key: "b" }, two),
    ];
    const wanted = [
      { a: 0.5, n: "7", station: "s" },
      { a: 0.25, n: "many", station: "t" },
    ];
    expect(await merge(inputs)).toMatchObject(wanted);
    expect(await merge(inputs.toReversed())).toMatchObject(wanted);
  });

  it("give missing cells where a delivery lacks the column", async () => {
    const inputs = [
      await input([row(1)], { key: "a" }),
      await input([`${row(null)}, 3.5::DOUBLE AS b`], { key: "b" }, [
        ...COLUMNS,
        column("b", "variable", "float64"),
      ]),
    ];
    expect(await merge(inputs)).toMatchObject([{ a: 1, b: 3.5 }]);
    expect(await merge(inputs.slice(0, 1))).not.toHaveProperty("0.b");
  });
});
