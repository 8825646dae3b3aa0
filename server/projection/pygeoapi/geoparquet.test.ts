import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../../adapters/duckdb/columnar";
import type { CanonicalColumn } from "../../observation/column";
import { sqlText } from "../../ports/columnar";
import { zOrder } from "./curve";
import { exportedName, writeDay, writeGeoParquet } from "./geoparquet";

const folder = mkdtempSync(path.join(tmpdir(), "geoparquet-"));
const columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
afterAll(() => columnar.close());

const TEMPERATURE = "air_temperature__degC__2.0__point__PT0S";
const columns: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "datetime64[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
  { name: TEMPERATURE, role: "variable", dtype: "float64" },
  { name: "station_id", role: "metadata", dtype: "string" },
];

/** time, latitude, longitude, temperature, station */
type Observation = readonly [string, number | null, number | null, number | null, string | null];

let files = 0;
async function canonical(observations: readonly Observation[]): Promise<string> {
  files += 1;
  const file = path.join(folder, `canonical-${files}.parquet`);
  const rows = observations.map(
    ([time, lat, lon, value, station]) =>
      `(TIMESTAMPTZ ${sqlText(time)}, ${lat}::DOUBLE, ${lon}::DOUBLE, ${value}::DOUBLE, ${station === null ? "NULL" : sqlText(station)}::VARCHAR)`,
  );
  await columnar.session((session) =>
    session.execute(
      `COPY (SELECT * FROM (VALUES ${rows.join(", ")}) AS t(datetime, lat, lon, "${TEMPERATURE}", station_id)) TO ${sqlText(file)} (FORMAT parquet)`,
    ),
  );
  return file;
}

async function project(
  file: string,
  options: { mobile?: boolean; all?: readonly CanonicalColumn[] } = {},
): Promise<string> {
  files += 1;
  const target = path.join(folder, `geo-${files}.parquet`);
  const request = {
    file,
    present: columns,
    columns: options.all ?? columns,
    identity: ["station_id"],
    mobile: options.mobile ?? false,
  };
  await columnar.session((session) => writeGeoParquet(session, request, target));
  return target;
}

/** Another reader than the one that wrote it. */
function open(file: string) {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
const readRows = (file: string) =>
  parquetReadObjects({ file: open(file), compressors, geoparquet: false, utf8: false });
const geoOf = (file: string) => {
  const pairs = parquetMetadata(open(file)).key_value_metadata?.filter(({ key }) => key === "geo") ?? [];
  return pairs.map(({ value }) => JSON.parse(value ?? "null"));
};

const AT = "2025-01-20 00:01:30+00";
const observations: readonly Observation[] = [
  [AT, 57.15, -2.1, 3.5, "aberdeen"],
  [AT, 48.78, 9.18, 1.25, "stuttgart"],
  ["2025-01-20 00:00:30.000001+00", 48.78, 9.18, 1, "stuttgart"],
  [AT, -33.45, -70.67, 27, "santiago"],
  [AT, null, null, 5, "nowhere"],
  [AT, 95, 10, 6, "off the globe"],
  [AT, null, 10, 7, "half"],
];

describe("a window's GeoParquet", () => {
  it("carries GeoParquet 1.1 metadata once, with the box of the positions", async () => {
    const file = await project(await canonical(observations));
    expect(geoOf(file)).toEqual([
      {
        version: "1.1.0",
        primary_column: "geometry",
        columns: {
          geometry: {
            encoding: "WKB",
            geometry_types: ["Point"],
            bbox: [-70.67, -33.45, 9.18, 57.15],
            covering: {
              bbox: {
                xmin: ["bbox", "xmin"],
                ymin: ["bbox", "ymin"],
                xmax: ["bbox", "xmax"],
                ymax: ["bbox", "ymax"],
              },
            },
          },
        },
      },
    ]);
  });

  it("holds the canonical columns, then geometry, bbox and id; points are 21 bytes of little-endian WKB", async () => {
    const rows = await readRows(await project(await canonical(observations)));
    expect(Object.keys(rows[0] ?? {})).toEqual([
      ...columns.map(({ name }) => name),
      "geometry",
      "bbox",
      "id",
    ]);
    const stuttgart = rows.find((row) => row.station_id === "stuttgart");
    const wkb = new DataView(Uint8Array.from(stuttgart?.geometry).buffer);
    expect(wkb.byteLength).toBe(21);
    expect([wkb.getUint8(0), wkb.getUint32(1, true)]).toEqual([1, 1]);
    expect([wkb.getFloat64(5, true), wkb.getFloat64(13, true)]).toEqual([9.18, 48.78]);
    expect(stuttgart?.bbox).toEqual({ xmin: 9.18, ymin: 48.78, xmax: 9.18, ymax: 48.78 });
  });

  it("goes along the curve, then by identity, then by time; rows without a position come last", async () => {
    const rows = await readRows(await project(await canonical(observations)));
    expect(rows.map((row) => row.station_id)).toEqual([
      "santiago",
      "aberdeen",
      "stuttgart",
      "stuttgart",
      "half",
      "nowhere",
      "off the globe",
    ]);
    const places = rows.slice(0, 4).map((row) => zOrder(row.lon, row.lat));
    expect(places).toEqual([...places].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    expect(rows[2]?.datetime.getTime()).toBeLessThan(rows[3]?.datetime.getTime());
    expect(rows.slice(4).map((row) => [row.geometry ?? null, row.bbox ?? null])).toEqual([
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  it("names features by time and identity", async () => {
    const rows = await readRows(await project(await canonical(observations)));
    const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
    const ids = rows.filter((row) => row.station_id === "stuttgart").map((row) => row.id);
    expect(ids).toEqual([
      `20250120T000030.000001Z-${hash("stuttgart")}`,
      `20250120T000130Z-${hash("stuttgart")}`,
    ]);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });

  it("names a mobile feature by its position too", async () => {
    const file = await canonical([
      [AT, 48.78, 9.18, 1, "bus"],
      [AT, 48.780001, -9.18, 2, "bus"],
      [AT, 48.78, 9.18, 1, null],
    ]);
    const rows = await readRows(await project(file, { mobile: true }));
    const hash = (...parts: string[]) =>
      createHash("sha256").update(parts.join("\u001f")).digest("hex").slice(0, 16);
    expect(rows.map((row) => row.id)).toEqual([
      `20250120T000130Z-${hash("bus", "487800010", "-91800000")}`,
      `20250120T000130Z-${hash("bus", "487800000", "91800000")}`,
      `20250120T000130Z-${hash("\u0000", "487800000", "91800000")}`,
    ]);
  });

  it.each([
    ["one station", observations.slice(0, 1), 1, [-2.1, 57.15, -2.1, 57.15]],
    ["no position at all", observations.slice(4), 3, undefined],
  ])("%s", async (_, some, count, bbox) => {
    const file = await project(await canonical(some));
    expect(await readRows(file)).toHaveLength(count);
    expect(geoOf(file)[0].columns.geometry.bbox).toEqual(bbox);
  });

  it("is the same bytes for the same rows in any order, over many row groups and on several threads", async () => {
    const made = (order: string) =>
      `SELECT TIMESTAMPTZ '2025-01-20 00:00:00+00' + to_microseconds(CAST(hash(i) % 3600000000 AS BIGINT)) AS datetime,
         (hash(i % 700) % 180001) / 1000.0::DOUBLE - 90 AS lat, (hash(i % 700 + 9999) % 360001) / 1000.0::DOUBLE - 180 AS lon,
         i / 7.0::DOUBLE AS "${TEMPERATURE}", 'station ' || (i % 700) AS station_id FROM range(150000) r(i) ORDER BY ${order}`;
    const digests = [];
    for (const order of ["i", "hash(i)", "i DESC"]) {
      files += 1;
      const file = path.join(folder, `many-${files}.parquet`);
      await columnar.session((session) =>
        session.execute(`COPY (${made(order)}) TO ${sqlText(file)} (FORMAT parquet)`),
      );
      digests.push(
        createHash("sha256")
          .update(readFileSync(await project(file)))
          .digest("hex"),
      );
    }
    expect(new Set(digests).size).toBe(1);
  });
});

describe("a day's GeoParquet", () => {
  const grown: readonly CanonicalColumn[] = [
    ...columns.slice(0, 4),
    { name: "relative_humidity", role: "variable", dtype: "float64" },
    { name: "fixes", role: "metadata", dtype: "int32" },
    ...columns.slice(4),
  ];
  async function day(parts: readonly string[], all = columns): Promise<string> {
    files += 1;
    const target = path.join(folder, `day-${files}.parquet`);
    const request = { files: parts, columns: all, identity: ["station_id"], mobile: false };
    await columnar.session((session) => writeDay(session, request, target));
    return target;
  }
  const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  const later = observations.map(([, ...rest]): Observation => ["2025-01-20 05:00:00+00", ...rest]);

  it("is the file that all its rows together would be", async () => {
    const parts = [await project(await canonical(observations)), await project(await canonical(later))];
    const whole = await project(await canonical([...later, ...observations]));
    expect(sha256(await day(parts))).toBe(sha256(whole));
    expect(sha256(await day([...parts].reverse()))).toBe(sha256(whole));
  });

  it("gives windows of before the dataset grew columns those columns, without values", async () => {
    const old = await project(await canonical(observations));
    const recent = await project(await canonical(later), { all: grown });
    const file = await day([old, recent], grown);
    expect(sha256(file)).toBe(
      sha256(await project(await canonical([...observations, ...later]), { all: grown })),
    );
    const names = parquetMetadata(open(file)).schema.map(({ name }) => name);
    expect(names.slice(1, 8)).toEqual(grown.map(({ name }) => name));
    for (const row of await readRows(file))
      expect([row.relative_humidity ?? null, row.fixes ?? null]).toEqual([null, null]);
  });
});

describe("exportedName", () => {
  it.each([
    ["station_id", ["station_id"], "station_id"],
    ["id", ["id"], "id_attribute"],
    ["Geometry", ["Geometry"], "Geometry_attribute"],
    ["id", ["id", "id_attribute"], "id_attribute_attribute"],
  ])("%s among %j is %s", (name, names, exported) => {
    const present = names.map((each): CanonicalColumn => ({ name: each, role: "metadata", dtype: "string" }));
    expect(exportedName(name, present)).toBe(exported);
  });
});
