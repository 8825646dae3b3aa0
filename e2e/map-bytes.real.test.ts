import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { initSync } from "parquet-wasm/esm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../app/map/reading/box";
import { holds } from "../app/map/reading/box";
import { ColumnReader } from "../app/map/reading/column-reader";
import { FileDecoder } from "../app/map/reading/file-decoder";
import { Gone } from "../app/map/reading/gone";
import { MapReading } from "../app/map/reading/map-reading";
import { groupsToRead, type PlannedFile } from "../app/map/reading/plan-groups";
import { placeOfLabel } from "../app/map/shown-labels";
import { DuckdbColumnar } from "../server/adapters/duckdb/columnar";
import { DuckdbRowGroups } from "../server/adapters/duckdb/row-groups";
import { FolderFiles } from "../server/adapters/files/folder-files";
import { download } from "../server/api/download";
import type { CanonicalColumn } from "../server/observation/column";
import { HOUR, MINUTE } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import { writeGeoParquet } from "../server/projection/pygeoapi/geoparquet";

/** What the map's worker reads, by its own code, from the real download over HTTP. */

const VARIABLE = "air_temperature__degC__2.0__point__PT0S";
const COLUMNS: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "datetime64[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
  { name: VARIABLE, role: "variable", dtype: "float64" },
  { name: "relative_humidity", role: "variable", dtype: "float64" },
  { name: "station_id", role: "metadata", dtype: "string" },
];
const POINT_COLUMNS = {
  time: "datetime",
  latitude: "lat",
  longitude: "lon",
  identity: ["station_id"],
  mobile: false,
  variable: VARIABLE,
};
const START = Date.UTC(2025, 0, 20) * 1000;
const WINDOW = { start: START, end: START + HOUR };
const ROWS = 1_000_000;
const PER_STATION = 10;
const KEY = "projections/pygeoapi/ioncannon/million.parquet";

let folder: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
let server: Server;
let address: string;
let sent = 0;
let planned: PlannedFile;
let size: number;

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  initSync({ module: readFileSync(require.resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")) });
  folder = mkdtempSync(path.join(os.tmpdir(), "map-bytes-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
  files = new FolderFiles(path.join(folder, "files"));
  await writeMillion(files.location(KEY));
  const footers = await new DuckdbRowGroups(columnar).of([files.location(KEY)], "datetime");
  size = (await files.facts(KEY))?.bytes ?? 0;
  planned = {
    key: KEY,
    bytes: size,
    except: [],
    ...(footers.get(files.location(KEY)) ?? { columns: [], groups: [] }),
  };
  server = createServer(async (request, response) => {
    const key = (request.url ?? "").replace("/api/files/", "").split("/");
    const range = request.headers.range;
    const asked = new Request(`http://localhost${request.url}`, {
      method: request.method ?? "GET",
      ...(range ? { headers: { range } } : {}),
    });
    const answer = await download(key, asked, files, { removedFile: async () => undefined });
    const body = Buffer.from(await answer.arrayBuffer());
    sent += body.length;
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/files/`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await columnar.close();
  rmSync(folder, { recursive: true });
});

/** 100,000 stations all over the globe, ten times in an hour, by the projection's own writer: along the curve. */
async function writeMillion(target: string): Promise<void> {
  const canonical = path.join(folder, "canonical.parquet");
  const share = (seed: number) => `(hash((i // ${PER_STATION}) * 4 + ${seed}) % 1000000) / 1000000.0`;
  mkdirSync(path.dirname(target), { recursive: true });
  await columnar.session(async (session) => {
    await session.execute(
      `COPY (SELECT make_timestamptz(${START} + (i % ${PER_STATION}) * ${6 * MINUTE}) AS datetime, -85 + ${share(0)} * 170 AS lat, -180 + ${share(1)} * 360 AS lon,
        CASE WHEN (i // ${PER_STATION}) % 7 > 0 THEN (i % ${PER_STATION}) + (hash(i) % 1000) / 1000.0 END AS "${VARIABLE}", (hash(i, 2) % 1000) / 10.0 AS relative_humidity,
        'station-' || (i // ${PER_STATION}) AS station_id FROM range(${ROWS}) r(i)) TO ${sqlText(canonical)} (FORMAT parquet)`,
    );
    const request = { file: canonical, present: COLUMNS, columns: COLUMNS };
    await writeGeoParquet(session, { ...request, identity: ["station_id"], mobile: false }, target);
  });
}

async function show(reading: MapReading, boxes: readonly Box[] | undefined) {
  const groups = groupsToRead([planned], WINDOW, boxes);
  const before = sent;
  const asked = boxes ? { groups: [], perhaps: groups, boxes } : { groups, perhaps: [], boxes: [] };
  const shown = await reading.show({ ...asked, window: WINDOW, columns: POINT_COLUMNS });
  return { shown, groups, bytes: sent - before };
}

const fresh = () => new MapReading(new ColumnReader([new FileDecoder((key) => `${address}${key}`)]));

describe("of a file of a million rows along the curve", () => {
  it.each([
    ["Bonn", [6.6, 50.2, 7.6, 51.2], 10],
    ["London, on a great fold of the curve", [-0.6, 51, 0.4, 52], 10],
    ["the date line", [179, 10, 180, 11], 10],
    // The worst place there is: row groups of 64k rows of all four quarters, and those that lie over their borders.
    ["where all four quarters of the globe meet", [-0.5, -0.5, 0.5, 0.5], 5],
  ] as const)("a box of one degree (%s) reads a small share of the bytes", async (_, box, share) => {
    const { shown, bytes } = await show(fresh(), [box]);
    expect(bytes).toBeLessThan(size / share);
    // And it is all that the box holds.
    const [truth] = await columnar.session((session) =>
      session.query(
        `SELECT count(DISTINCT station_id) AS stations FROM read_parquet(${sqlText(files.location(KEY))})
         WHERE lon BETWEEN ${box[0]} AND ${box[2]} AND lat BETWEEN ${box[1]} AND ${box[3]}`,
      ),
    );
    const inside = shown.value.reduce(
      (sum, _value, place) => sum + (holds(box, shown.lon[place] ?? 0, shown.lat[place] ?? 0) ? 1 : 0),
      0,
    );
    expect(inside).toBe(truth?.stations);
    expect(inside).toBeGreaterThan(0);
  });

  it("everything is read once: the same again, and another page of it, reads nothing", async () => {
    const reading = fresh();
    const { shown, bytes } = await show(reading, undefined);
    expect(shown).toMatchObject({ observations: ROWS, unplaced: 0 });
    expect(shown.value).toHaveLength(ROWS / PER_STATION);
    // The newest of ten, with the hundredths that are its own; every seventh station has none.
    expect(shown.missing).toBe(Math.ceil(ROWS / PER_STATION / 7));
    expect(shown.value.every((value) => Number.isNaN(value) || (value >= 9 && value < 10))).toBe(true);
    // Of two variables one, and neither geometry nor ids.
    expect(bytes).toBeLessThan(size / 2);
    expect((await show(reading, undefined)).bytes).toBe(0);
  });

  it("a station's values and metadata are read only where it is", async () => {
    const reading = fresh();
    await show(reading, undefined);
    const before = sent;
    const { times, values, newest } = await reading.station({
      label: "station-4712",
      extra: ["relative_humidity", "station_id", "no_such_column"],
    });
    expect(Array.from(times)).toEqual(Array.from({ length: 10 }, (_, i) => START + i * 6 * MINUTE));
    expect(values.every((value, i) => Math.floor(value) === i)).toBe(true);
    expect(newest).toMatchObject([
      { name: "relative_humidity", time: START + 54 * MINUTE },
      { name: "station_id", value: "station-4712" },
    ]);
    expect(sent - before).toBeLessThan(size / 50);
  });

  it("a station's variable over another time is read from the row groups round its place", async () => {
    const reading = fresh();
    const { shown } = await show(reading, undefined);
    const place = placeOfLabel(shown, "station-4712");
    const [lon, lat] = [shown.lon[place] ?? 0, shown.lat[place] ?? 0];
    const half = { start: START + HOUR / 2, end: START + HOUR };
    const groups = groupsToRead([planned], half, [[lon, lat, lon, lat]]);
    expect(groups.length).toBeLessThan(planned.groups.length / 2);
    const { times, values } = await reading.series({ label: "station-4712", groups, time: half });
    expect(Array.from(times)).toEqual([5, 6, 7, 8, 9].map((i) => START + i * 6 * MINUTE));
    expect(Array.from(values, Math.floor)).toEqual([5, 6, 7, 8, 9]);
  });

  it("a file that went away is said to be gone, in the server's words", async () => {
    const asked = {
      groups: groupsToRead([{ ...planned, key: `${KEY.slice(0, -8)}-old.parquet` }], WINDOW, undefined),
    };
    const gone = fresh().show({ ...asked, perhaps: [], boxes: [], window: WINDOW, columns: POINT_COLUMNS });
    await expect(gone).rejects.toBeInstanceOf(Gone);
    await expect(gone).rejects.toThrow("It may have been replaced by a newer revision");
  });
});
