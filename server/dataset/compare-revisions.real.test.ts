import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import type { CanonicalColumn } from "../observation/column";
import { HOUR, MINUTE, parseInstant, SECOND } from "../observation/time";
import { sqlText } from "../ports/columnar";
import { type ComparePorts, compareRevisions } from "./compare-revisions";

const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const window = { dataset: "d", start: START, end: START + HOUR };
const TEMPERATURE: CanonicalColumn = {
  name: "air_temperature__degC__2_0__point__PT0S",
  role: "variable",
  dtype: "float64",
  standardName: "air_temperature",
  unit: "degC",
};
const COLUMNS: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "timestamp" },
  { name: "lat", role: "latitude", dtype: "double" },
  { name: "lon", role: "longitude", dtype: "double" },
  TEMPERATURE,
  { name: "station_id", role: "metadata", dtype: "string" },
];

let folder: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-compare-"));
  await mkdir(path.join(folder, "files"), { recursive: true });
  files = new FolderFiles(path.join(folder, "files"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp"), memoryLimit: "128MiB" });
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});

interface Revision {
  /** SQL of its rows; undefined: an empty revision. */
  readonly rows: string | undefined;
  readonly count?: number;
  readonly columns?: readonly CanonicalColumn[];
  readonly removedAt?: number;
  readonly sha256?: string;
}

let made = 0;
/** The file of a revision, and its row as the ledger shows it. */
async function revisionOf(
  revision: number,
  { rows, count = 10, columns = COLUMNS, removedAt, sha256 }: Revision,
) {
  made += 1;
  const fileKey = rows === undefined ? undefined : `datasets/d/${made}.parquet`;
  if (fileKey !== undefined && rows !== undefined) {
    const scratch = await files.scratch("rows.parquet");
    await columnar.session((session) =>
      session.execute(`COPY (${rows}) TO ${sqlText(scratch)} (FORMAT parquet)`),
    );
    await files.adopt(scratch, fileKey);
  }
  return { revision, fileKey, columns, rows: count, removedAt, sha256: sha256 ?? String(made) };
}

async function compared(
  before: Revision,
  after: Revision,
  more: Partial<ComparePorts> & { mobile?: boolean } = {},
  signal?: AbortSignal,
) {
  const { mobile = false, ...given } = more;
  const [one, two] = [await revisionOf(1, before), await revisionOf(2, after)];
  const views = {
    revisionDifference: async () => ({ before: one, after: two }),
    dataset: async () => ({ identity: ["station_id"], mobile }),
  } as unknown as ComparePorts["views"];
  return compareRevisions({ ...window, before: 1, after: 2 }, { views, columnar, files, ...given }, signal);
}

/** Rows from (minute, station, temperature, lat). */
function rows(
  ...given: readonly (readonly [minute: number, station: string, value: number | null, lat?: number])[]
): string {
  const values = given.map(
    ([minute, station, value, lat = 48]) =>
      `(make_timestamptz(${START + minute * MINUTE}), ${lat}::DOUBLE, 9::DOUBLE, ${value ?? "NULL"}::DOUBLE, ${sqlText(station)})`,
  );
  return `SELECT * FROM (VALUES ${values.join(", ")}) v(datetime, lat, lon, "${TEMPERATURE.name}", station_id)`;
}

const temperature = (changes: object) => expect.objectContaining({ column: TEMPERATURE, ...changes });

describe("what became of the values between two revisions", () => {
  it.each([undefined, 2])(
    "rows, stations and values added, removed and changed, %s rows at once",
    async (rowsAtOnce) => {
      const result = await compared(
        { rows: rows([0, "a", 1], [10, "a", 2], [20, "b", null], [30, "c", 4], [59, "a", 9]) },
        {
          rows: rows(
            [0, "a", 1],
            [10, "a", 2.5],
            [20, "b", 3],
            [40, "d", 5],
            [50, "e", null],
            [59, "a", null],
          ),
        },
        rowsAtOnce === undefined ? {} : { rowsAtOnce },
      );
      expect(result).toEqual({
        kind: "compared",
        rows: { added: 2, removed: 1, kept: 4, changed: 3 },
        stations: { added: { total: 2, named: ["d", "e"] }, removed: { total: 1, named: ["c"] } },
        fields: expect.arrayContaining([temperature({ added: 2, removed: 2, changed: 1 })]),
        examples: [
          { at: START + 10 * MINUTE, station: "a", column: TEMPERATURE.name, before: 2, after: 2.5 },
        ],
      });
    },
  );

  it("counts an attribute and a position like a value; of mobile data the position tells rows apart", async () => {
    const both = [{ rows: rows([0, "a", 1, 48]) }, { rows: rows([0, "a", 1, 49]) }] as const;
    const fixed = await compared(...both);
    expect(fixed).toMatchObject({ rows: { added: 0, removed: 0, kept: 1, changed: 1 } });
    expect(fixed).toMatchObject({ examples: [{ column: "lat", before: 48, after: 49 }] });
    expect(await compared(...both, { mobile: true })).toMatchObject({
      rows: { added: 1, removed: 1, kept: 0 },
    });
  });

  it("a column that only one revision has, and one whose type another map changed", async () => {
    const level: CanonicalColumn = { name: "level", role: "metadata", dtype: "int64" };
    const noise: CanonicalColumn = { name: "noise", role: "variable", dtype: "float64" };
    const result = await compared(
      {
        rows: `SELECT *, 7::BIGINT AS level FROM (${rows([0, "a", 1], [1, "a", 1])})`,
        columns: [...COLUMNS, level],
      },
      {
        rows: `SELECT *, CASE station_id WHEN 'a' THEN '7' END AS level, 50.5::DOUBLE AS noise FROM (${rows([0, "a", 1], [1, "a", 1])})`,
        columns: [...COLUMNS, { ...level, dtype: "string" }, noise],
      },
    );
    expect(result).toMatchObject({
      fields: expect.arrayContaining([
        { column: { ...level, dtype: "string" }, added: 0, removed: 0, changed: 0 },
        { column: noise, added: 2, removed: 0, changed: 0 },
      ]),
      examples: [],
    });
  });

  it("an empty revision has no rows", async () => {
    const full = { rows: rows([0, "a", 1], [1, "b", 2]) };
    const empty = { rows: undefined, count: 0 };
    expect(await compared(empty, full)).toMatchObject({
      rows: { added: 2, removed: 0, kept: 0 },
      stations: { added: { total: 2 } },
      fields: expect.arrayContaining([temperature({ added: 2, removed: 0 })]),
    });
    expect(await compared(full, empty)).toMatchObject({ rows: { added: 0, removed: 2, kept: 0 } });
  });

  it("the same bytes need no reading; a file that is gone is named", async () => {
    const same = { rows: undefined, sha256: "same" };
    expect(await compared(same, same)).toEqual({ kind: "same" });
    const full = { rows: rows([0, "a", 1]) };
    expect(await compared({ ...full, removedAt: 17 }, full)).toEqual({
      kind: "gone",
      revision: 1,
      removedAt: 17,
    });
    const unreadable = { location: (key: string) => files.location(key), exists: async () => false };
    expect(await compared(full, full, { files: unreadable })).toEqual({
      kind: "gone",
      revision: 1,
      removedAt: undefined,
    });
  });

  const MANY = 600_000;
  const many = (plus: number) =>
    `SELECT make_timestamptz(${START} + (n % 3600) * ${SECOND}) AS datetime, 48.0::DOUBLE AS lat, 9.0::DOUBLE AS lon,
       (n + CASE WHEN n % 1000 = 0 THEN ${plus} ELSE 0 END)::DOUBLE AS "${TEMPERATURE.name}", 'st-' || (n // 3600) AS station_id
     FROM range(${MANY}) r(n) ORDER BY datetime, station_id`;

  it("holds a part of large files at once: memory of 128 MiB suffices for twice 600,000 rows", async () => {
    const result = await compared(
      { rows: many(0), count: MANY },
      { rows: many(1), count: MANY },
      { longestMs: 240_000 },
    );
    expect(result).toMatchObject({
      kind: "compared",
      rows: { added: 0, removed: 0, kept: MANY, changed: MANY / 1000 },
    });
    expect(result.kind === "compared" && result.examples).toHaveLength(20);
  });

  it("is given up when it takes too long, and stopped when nobody waits for it", async () => {
    const two = [
      { rows: many(0), count: MANY },
      { rows: many(1), count: MANY },
    ] as const;
    expect(await compared(...two, { longestMs: 1 })).toEqual({ kind: "too-long", seconds: 0.001 });
    const nobody = new AbortController();
    const stopped = compared(...two, {}, nobody.signal);
    nobody.abort();
    await expect(stopped).rejects.toThrow(/stopped|interrupt/i);
  });
});
