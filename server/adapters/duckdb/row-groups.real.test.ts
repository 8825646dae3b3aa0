import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CanonicalColumn } from "../../observation/column";
import { MINUTE } from "../../observation/time";
import { sqlText } from "../../ports/columnar";
import { writeGeoParquet } from "../../projection/pygeoapi/geoparquet";
import { DuckdbColumnar } from "./columnar";
import { DuckdbRowGroups } from "./row-groups";

const COLUMNS: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "datetime64[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
  { name: "air_temperature__degC__2.0__point__PT0S", role: "variable", dtype: "float64" },
  { name: "station_id", role: "metadata", dtype: "int64" },
];
const MONDAY = Date.UTC(2025, 0, 20) * 1000;
const ROWS = 150_000;

let folder: string;
let columnar: DuckdbColumnar;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "row-groups-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
});
afterAll(async () => {
  await columnar.close();
  rmSync(folder, { recursive: true });
});

/** Written by the real writer from canonical rows. */
async function geoParquet(name: string, rows: number, lat: string, lon: string): Promise<string> {
  const canonical = path.join(folder, `${name}.canonical.parquet`);
  const target = path.join(folder, `${name}.parquet`);
  await columnar.session(async (session) => {
    await session.execute(
      `COPY (SELECT make_timestamptz(${MONDAY} + (i % 60) * ${MINUTE}) AS datetime, ${lat} AS lat, ${lon} AS lon, i::DOUBLE AS "air_temperature__degC__2.0__point__PT0S",
        i AS station_id FROM range(${rows}) r(i)) TO ${sqlText(canonical)} (FORMAT parquet)`,
    );
    const request = { file: canonical, present: COLUMNS, columns: COLUMNS };
    await writeGeoParquet(session, { ...request, identity: ["station_id"], mobile: false }, target);
  });
  return target;
}

const share = (seed: number) => `(hash(i * 2 + ${seed}) % 10000) / 10000.0`;

describe("row groups by the file's footer", () => {
  it("tell exactly the box and the times of their rows, which are all the file's", async () => {
    const file = await geoParquet("europe", ROWS, `40 + ${share(0)} * 20`, `-10 + ${share(1)} * 40`);
    const { columns, groups } = (await new DuckdbRowGroups(columnar).of([file], "datetime")).get(file) ?? {
      columns: [],
      groups: [],
    };
    expect(columns).toEqual([...COLUMNS.map(({ name }) => name), "geometry", "id"]);
    expect(groups.map(({ rows }) => rows)).toEqual([65_536, 65_536, ROWS - 2 * 65_536]);
    // What the rows themselves say, read group by group.
    let first = 0;
    for (const group of groups) {
      const [truth] = await columnar.session((session) =>
        session.query(
          `SELECT min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north, min(epoch_us(datetime)) AS first, max(epoch_us(datetime)) AS last
           FROM read_parquet(${sqlText(file)}, file_row_number = true) WHERE file_row_number BETWEEN ${first} AND ${first + group.rows - 1}`,
        ),
      );
      expect(group.box).toEqual([truth?.west, truth?.south, truth?.east, truth?.north]);
      expect(group.time).toEqual({ start: truth?.first, end: Number(truth?.last) + 1 });
      first += group.rows;
    }
    // They stand one behind the other.
    expect(groups.map(({ offset }) => offset)).toEqual(
      groups.map((_, place) => 4 + groups.slice(0, place).reduce((sum, { bytes }) => sum + bytes, 0)),
    );
  });

  it("have no box where no row has a position, and one where some have", async () => {
    const nowhere = await geoParquet("nowhere", 3, "NULL::DOUBLE", "NULL::DOUBLE");
    const partly = await geoParquet(
      "partly",
      3,
      "CASE WHEN i = 1 THEN 50.5 END",
      "CASE WHEN i = 1 THEN 7.25 END",
    );
    const found = await new DuckdbRowGroups(columnar).of([nowhere, partly], "datetime");
    expect(found.get(nowhere)?.groups.map(({ box }) => box)).toEqual([null]);
    expect(found.get(partly)?.groups.map(({ box }) => box)).toEqual([[7.25, 50.5, 7.25, 50.5]]);
  });

  it("may be anywhere and at any time in a file without a covering", async () => {
    const file = path.join(folder, "plain.parquet");
    await columnar.session((session) =>
      session.execute(`COPY (SELECT 1 AS a) TO ${sqlText(file)} (FORMAT parquet)`),
    );
    const found = await new DuckdbRowGroups(columnar).of([file], "datetime");
    expect(found.get(file)?.groups).toMatchObject([{ rows: 1, box: [-180, -90, 180, 90], time: null }]);
  });

  it("are remembered, since a file never changes, and of a file that is gone they are not told", async () => {
    const rowGroups = new DuckdbRowGroups(columnar);
    const file = await geoParquet("gone", 3, "50.0", "7.0");
    const before = await rowGroups.of([file], "datetime");
    rmSync(file);
    expect(await rowGroups.of([file], "datetime")).toEqual(before);
    await expect(new DuckdbRowGroups(columnar).of([file], "datetime")).rejects.toThrow("No files found");
  });

  it("of a file without rows are none", async () => {
    const file = await geoParquet("empty", 0, "50.0", "7.0");
    expect((await new DuckdbRowGroups(columnar).of([file], "datetime")).get(file)?.groups).toEqual([]);
  });
});
