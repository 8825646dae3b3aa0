import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import { Invalid, Transient } from "../errors";
import type { CanonicalColumn } from "../observation/column";
import { HOUR, MINUTE, parseInstant } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { DatasetFile } from "../ports/dataset-files";
import { type BrowsePorts, BrowseRows, browseRows } from "./browse-rows";

const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const TEMPERATURE = "air_temperature__degC__2_0__point__PT0S";
const COLUMNS: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "timestamp" },
  { name: "lat", role: "latitude", dtype: "double" },
  { name: "lon", role: "longitude", dtype: "double" },
  { name: TEMPERATURE, role: "variable", dtype: "float64", standardName: "air_temperature", unit: "degC" },
  { name: 'odd "name"', role: "metadata", dtype: "string" },
  { name: "station_id", role: "metadata", dtype: "string" },
];

let folder: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
let hours: DatasetFile[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-browse-"));
  await mkdir(path.join(folder, "files"), { recursive: true });
  files = new FolderFiles(path.join(folder, "files"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp"), memoryLimit: "128MiB" });
  const cells = (hour: number) => `make_timestamptz(${START + hour * HOUR} + i * ${MINUTE}) AS datetime,
    48 + i / 100.0 AS lat, 9::DOUBLE AS lon, CASE WHEN i % 10 < 9 THEN (i * 7 % 60)::DOUBLE END AS "${TEMPERATURE}", 'st-' || i % 5 AS station_id`;
  // The earlier file is of a map that lacked a column.
  hours = [await fileOf(0, cells(0)), await fileOf(1, `${cells(1)}, 'x''' || i AS "odd ""name"""`)];
});
afterAll(async () => {
  await columnar.close();
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(hour: number, cells: string): Promise<DatasetFile> {
  const fileKey = `datasets/d/d_${hour}.parquet`;
  const scratch = await files.scratch("rows.parquet");
  await columnar.session((session) =>
    session.execute(
      `COPY (SELECT ${cells} FROM range(60) r(i) ORDER BY i) TO ${sqlText(scratch)} (FORMAT parquet)`,
    ),
  );
  await files.adopt(scratch, fileKey);
  const span = { start: START + hour * HOUR, end: START + (hour + 1) * HOUR };
  return {
    ...span,
    revision: 1,
    fileKey,
    sha256: "",
    bytes: 1,
    rows: 60,
    stations: 5,
    complete: true,
    builtAt: 0,
  };
}

function browse(
  request: Partial<Parameters<(typeof BrowseRows)["parse"]>[0] & object>,
  more: Partial<BrowsePorts> = {},
  signal?: AbortSignal,
) {
  const ports = {
    views: { dataset: async () => ({ columns: COLUMNS, latest: hours[1] }) },
    datasetFiles: {
      files: async (_: string, { start, end }: { start: number; end: number }) =>
        hours.filter((file) => file.end > start && file.start < end),
      columns: async () => [COLUMNS],
    },
    columnar,
    files,
    ...more,
  } as unknown as BrowsePorts;
  return browseRows(BrowseRows.parse({ name: "d", ...request }), ports, signal);
}

const BOTH = { range: { start: START, end: START + 2 * HOUR } };

async function rowsOf(request: Parameters<typeof browse>[0]) {
  const found = await browse(request);
  if (found.kind !== "rows") throw new Error(found.kind);
  const place = (name: string) => found.columns.findIndex((column) => column.name === name);
  return { ...found, of: (name: string) => found.rows.map((row) => row[place(name)]) };
}

describe("rows of a dataset", () => {
  it("are those of the newest file where no time is asked for, in its order", async () => {
    const found = await rowsOf({ limit: 3 });
    expect(found).toMatchObject({ files: 1, matching: 60, held: 60, range: { start: START + HOUR } });
    expect(found.of("datetime")).toEqual([0, 1, 2].map((minute) => START + HOUR + minute * MINUTE));
    expect(found.of('odd "name"')).toEqual(["x'0", "x'1", "x'2"]);
    expect(found.columns.map(({ kind }) => kind)).toEqual([
      "time",
      "number",
      "number",
      "number",
      "text",
      "text",
    ]);
  });

  it("go on over files, in which a column may be missing", async () => {
    const found = await rowsOf({ ...BOTH, offset: 59, limit: 2 });
    expect(found.matching).toBe(120);
    expect(found.of("datetime")).toEqual([START + 59 * MINUTE, START + 60 * MINUTE]);
    expect(found.of('odd "name"')).toEqual([null, "x'0"]);
  });

  it("are sorted up and down, what is missing last both ways, and pages never overlap", async () => {
    for (const down of [false, true]) {
      const sort = { column: TEMPERATURE, down };
      const all = (await rowsOf({ ...BOTH, sort, limit: 200 })).of(TEMPERATURE);
      const values = all.filter((value) => value !== null).map(Number);
      expect(values).toHaveLength(108);
      expect(values).toEqual(values.toSorted((a, b) => (down ? b - a : a - b)));
      expect(all.slice(108)).toEqual(Array(12).fill(null));
    }
    const sort = { column: "station_id", down: false };
    const pages = await Promise.all(
      [0, 50, 100].map((offset) => rowsOf({ ...BOTH, sort, offset, limit: 50 })),
    );
    const times = pages.flatMap((page) => page.of("datetime"));
    expect(new Set(times).size).toBe(120);
  });

  it("pass all filters, each by its column's kind", async () => {
    const found = await rowsOf({
      ...BOTH,
      filters: [
        { column: TEMPERATURE, test: "at-least", value: "30" },
        { column: "station_id", test: "is", value: "st-2" },
        { column: "datetime", test: "before", value: "2024-06-01 11:00 UTC" },
      ],
    });
    expect(found.held).toBe(120);
    expect(found.matching).toBe(found.rows.length);
    expect(found.matching).toBeGreaterThan(0);
    for (const value of found.of(TEMPERATURE)) expect(value).toBeGreaterThanOrEqual(30);
    for (const station of found.of("station_id")) expect(station).toBe("st-2");
    for (const at of found.of("datetime")) expect(at).toBeLessThan(START + HOUR);
    expect((await rowsOf({ ...BOTH, filters: [{ column: TEMPERATURE, test: "missing" }] })).matching).toBe(
      12,
    );
    expect(
      (await rowsOf({ ...BOTH, filters: [{ column: 'odd "name"', test: "contains", value: "X'5" }] }))
        .matching,
    ).toBe(11);
  });
});

describe("what cannot be told is said", () => {
  it("a column that these files lack sorts and filters nothing, and is named", async () => {
    const found = await rowsOf({
      ...BOTH,
      sort: { column: "nobody", down: true },
      filters: [
        { column: "datetime; DROP TABLE x", test: "missing" },
        { column: TEMPERATURE, test: "missing" },
      ],
    });
    expect(found).toMatchObject({ matching: 12, absent: ["nobody", "datetime; DROP TABLE x"] });
  });

  it("columns are those of the files and not of the newest one", async () => {
    const other = COLUMNS.filter(({ name }) => name !== TEMPERATURE);
    const lists = { files: async () => hours, columns: async () => [other, COLUMNS] } as never;
    const found = await browse(BOTH, { datasetFiles: lists });
    expect(found.kind === "rows" && found.columns.map(({ name }) => name)).toEqual(
      COLUMNS.map(({ name }) => name),
    );
  });

  it.each([
    [{ filters: [{ column: TEMPERATURE, test: "at-least", value: "warm" }] }, '"warm" is no number'],
    [{ filters: [{ column: TEMPERATURE, test: "contains", value: "1" }] }, "cannot be asked for contains"],
    [{ filters: [{ column: "datetime", test: "from", value: "now" }] }, '"now" is no time'],
  ] as const)("%j", async (request, sentence) => {
    const asked = browse({ ...request } as Parameters<typeof browse>[0]);
    await expect(asked).rejects.toThrow(Invalid);
    await expect(asked).rejects.toThrow(sentence);
  });

  it.each([
    { range: { start: START, end: START } },
    { range: { start: START, end: START + 25 * HOUR } },
    { offset: 10_001 },
    { limit: 1000 },
    { filters: Array.from({ length: 11 }, () => ({ column: "lat", test: "missing" })) },
  ])("refused at the edge: %j", (request) => {
    expect(BrowseRows.safeParse({ name: "d", ...request }).success).toBe(false);
  });

  it("a time without files, and a dataset without any", async () => {
    const range = { start: START + 5 * HOUR, end: START + 6 * HOUR };
    expect(await browse({ range })).toEqual({ kind: "none", range });
    const views = { dataset: async () => ({ columns: [], latest: undefined }) };
    expect(await browse({}, { views } as never)).toEqual({ kind: "none", range: undefined });
  });

  it("a file that vanished", async () => {
    const [first] = hours as [DatasetFile, ...DatasetFile[]];
    const gone = {
      files: async () => [{ ...first, fileKey: "datasets/d/gone.parquet" }],
      columns: async () => [COLUMNS],
    };
    expect(await browse(BOTH, { datasetFiles: gone })).toEqual({ kind: "gone", range: BOTH.range });
  });

  it("what takes too long is given up, and what nobody waits for any more is stopped", async () => {
    expect(await browse(BOTH, { longestMs: 0 })).toEqual({ kind: "too-long", seconds: 0 });
    await expect(browse(BOTH, {}, AbortSignal.abort())).rejects.toThrow(Transient);
  });
});
