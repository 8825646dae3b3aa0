import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../../adapters/duckdb/columnar";
import { FolderFiles } from "../../adapters/files/folder-files";
import type { Interval } from "../../observation/interval";
import { DAY, HOUR, MINUTE, parseDuration, parseInstant } from "../../observation/time";
import { type Row, sqlText } from "../../ports/columnar";
import { IoncannonConfig } from "./config";
import { BATCH_ROWS, batchesOf, collectIoncannon, ioncannon } from "./index";
import { LATENESS } from "./profiles";
import { VARIABLES } from "./reports";

const noon = parseInstant("2026-11-24T12:00:00Z") ?? Number.NaN;
const quiet = async () => {};
const settings = (changes: object = {}) => IoncannonConfig.parse({ late_share: 0, ...changes });

async function rowsOf(window: Interval, config: IoncannonConfig): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batchesOf(window, config, quiet)) rows.push(...batch);
  return rows;
}

const keyOf = (row: Row) => `${row.station_id} ${row.datetime}`;
const span = (start: number, length: number): Interval => ({ start, end: start + length });

describe("reports", () => {
  it.each<[string, Interval, object, number]>([
    ["one an hour and station", span(noon, HOUR), { measurement_frequency: "PT1H" }, 400],
    ["six an hour and station", span(noon, HOUR), {}, 2_400],
    ["the open window's", span(noon, 5 * MINUTE), {}, 400],
    ["none between two times of the grid", span(noon + 2 * MINUTE, 5 * MINUTE), {}, 0],
    ["none of an empty range", span(noon, 0), {}, 0],
    ["a day's", span(noon, DAY), { num_stations: 3 }, 432],
    ["every second's", span(noon, MINUTE), { num_stations: 2, measurement_frequency: "PT1S" }, 120],
    ["doubled ones twice", span(noon, HOUR), { duplicate_share: 1 }, 4_800],
  ])("are %s", async (_name, window, changes, count) => {
    const rows = await rowsOf(window, settings(changes));
    expect(rows.length).toBe(count);
    for (const { datetime } of rows) {
      expect(Number(datetime)).toBeGreaterThanOrEqual(window.start);
      expect(Number(datetime)).toBeLessThan(window.end);
    }
  });

  it.each([5 * MINUTE, 7 * MINUTE, LATENESS - MINUTE])(
    "come exactly once over windows of %i µs, late ones too",
    async (size) => {
      const config = settings({ num_stations: 40, late_share: 0.2 });
      const whole = span(noon, 6 * HOUR);
      const found: string[] = [];
      let late = 0;
      for (let start = whole.start; start < whole.end + LATENESS + size; start += size) {
        for (const row of await rowsOf(span(start, size), config)) {
          if (Number(row.datetime) < whole.start || Number(row.datetime) >= whole.end) continue;
          found.push(keyOf(row));
          if (Number(row.datetime) < start) late++;
        }
      }
      expect(found.length).toBe(40 * 36);
      expect(new Set(found).size).toBe(found.length);
      expect(late).toBeGreaterThan(0);
    },
  );

  it.each([LATENESS, HOUR, 3 * HOUR])("are all of their own time over %i µs, late ones too", async (size) => {
    const whole = await rowsOf(span(noon, size), settings({ num_stations: 40, late_share: 0.2 }));
    expect(whole).toEqual(await rowsOf(span(noon, size), settings({ num_stations: 40 })));
    expect(whole.length).toBe((40 * size) / (10 * MINUTE));
  });

  it("arrive late twenty minutes after their time", async () => {
    const config = settings({ late_share: 1 });
    const rows = await rowsOf(span(noon, 5 * MINUTE), config);
    expect(rows.length).toBe(400);
    for (const { datetime } of rows) {
      expect(Number(datetime)).toBeGreaterThanOrEqual(noon - LATENESS);
      expect(Number(datetime)).toBeLessThan(noon - LATENESS + 5 * MINUTE);
    }
  });

  it("keep to the shares of faults", async () => {
    const clean = await rowsOf(span(noon, DAY), settings({ num_stations: 100 }));
    const faulty = await rowsOf(
      span(noon, DAY),
      settings({ num_stations: 100, duplicate_share: 0.1, missing_share: 0.05, implausible_share: 0.02 }),
    );
    const distinct = [...new Map(faulty.map((row) => [keyOf(row), row])).values()];
    expect(distinct.length).toBe(clean.length);
    expect((faulty.length - distinct.length) / clean.length).toBeCloseTo(0.1, 2);
    const cells = distinct.flatMap((row) => VARIABLES.map((name) => row[name]));
    expect(cells.filter((cell) => cell === null).length / cells.length).toBeCloseTo(0.05, 2);
    const right = new Map(clean.map((row) => [keyOf(row), row]));
    const impossible = distinct.filter((row) =>
      ["lat", "lon", ...VARIABLES].some(
        (name) => row[name] !== null && row[name] !== right.get(keyOf(row))?.[name],
      ),
    );
    expect(impossible.some(({ lat, lon }) => lat === 0 && lon === 0)).toBe(true);
    expect(impossible.length / distinct.length).toBeGreaterThan(0.015);
    expect(impossible.length / distinct.length).toBeLessThan(0.023);
    expect(clean.some((row) => VARIABLES.some((name) => row[name] === null))).toBe(false);
  });

  it.each(["PT10M", "PT7M", "PT1H"])("stand on the epoch's grid of %s", async (measurement_frequency) => {
    const rows = await rowsOf(span(noon + 123, DAY), settings({ measurement_frequency, num_stations: 5 }));
    const step = parseDuration(measurement_frequency) ?? Number.NaN;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ datetime }) => Number(datetime) % step !== 0)).toEqual([]);
  });

  it("are the same ones when they come unsorted, and in the same order again", async () => {
    const window = span(noon, HOUR);
    const sorted = await rowsOf(window, settings());
    const unsorted = await rowsOf(window, settings({ unsorted: true }));
    expect(unsorted).not.toEqual(sorted);
    const byKey = (rows: readonly Row[]) => rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    expect(byKey(unsorted)).toEqual(byKey(sorted));
    expect(await rowsOf(window, settings({ unsorted: true }))).toEqual(unsorted);
    const times = unsorted.map(({ datetime }) => Number(datetime));
    expect(times.filter((time, at) => time < (times[at - 1] ?? 0)).length).toBeGreaterThan(500);
  });

  it("come in batches, however many stations there are", async () => {
    const sizes: number[] = [];
    const seen: number[] = [];
    const config = settings({ num_stations: 100_000 });
    for await (const batch of batchesOf(span(noon, 10 * MINUTE), config, async (done) => {
      seen.push(done);
    })) {
      sizes.push(batch.length);
    }
    expect(sizes).toEqual(Array.from({ length: 20 }, () => BATCH_ROWS));
    expect(seen.at(-1)).toBe(100_000);
  });

  it("are those of the fixture", async () => {
    const fixture = JSON.parse(
      await readFile(path.join(import.meta.dirname, "fixtures", "two-stations.json"), "utf8"),
    ) as { config: object; start: string; minutes: number; rows: Row[] };
    const start = parseInstant(fixture.start) ?? Number.NaN;
    const rows = await rowsOf(span(start, fixture.minutes * MINUTE), IoncannonConfig.parse(fixture.config));
    expect(rows).toEqual(fixture.rows);
  });
});

describe("a collection", () => {
  let root: string;
  let columnar: DuckdbColumnar;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "ioncannon-"));
    columnar = new DuckdbColumnar({ tempDirectory: path.join(root, "spill") });
  });
  afterAll(async () => {
    await columnar.close();
    await rm(root, { recursive: true, force: true });
  });

  const collect = (window: Interval, config: IoncannonConfig) =>
    collectIoncannon(window, config, {
      columnar,
      files: new FolderFiles(path.join(root, "store")),
      signal: new AbortController().signal,
      progress: quiet,
      attempt: 0,
    });
  const bytesOf = async (window: Interval, config: IoncannonConfig) => {
    const { payload } = await collect(window, config);
    return createHash("sha256")
      .update(await readFile(payload))
      .digest("hex");
  };

  it("has the same bytes again, and others for another seed or range", async () => {
    const window = span(noon, HOUR);
    const first = await bytesOf(window, settings());
    expect(await bytesOf(window, settings())).toBe(first);
    expect(await bytesOf(window, settings({ seed: 2 }))).not.toBe(first);
    expect(await bytesOf(span(noon + HOUR, HOUR), settings())).not.toBe(first);
  });

  it.each([
    ["rows", span(noon, HOUR), 2_400],
    ["no rows", span(noon + 2 * MINUTE, 5 * MINUTE), 0],
  ])("with %s claims what was asked and names all columns of the map", async (_name, window, count) => {
    const collected = await collect(window, settings());
    expect(collected).toMatchObject({ rows: count, claim: window, damaged: [] });
    const file = sqlText(collected.payload);
    const [columns, footer, counted] = await columnar.session(async (session) => [
      await session.query(`SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${file}))`),
      await session.query(
        `SELECT decode(value) AS value FROM parquet_kv_metadata(${file}) WHERE decode(key) = 'ionbeam.collected_at'`,
      ),
      await session.query(`SELECT count(*) AS n FROM read_parquet(${file})`),
    ]);
    expect(footer?.length).toBe(1);
    expect(counted).toEqual([{ n: count }]);
    const map = ioncannon.map(settings());
    const mapped = [
      map.datetime.from_col,
      map.lat.from_col,
      map.lon.from_col,
      ...map.canonical_variables.map(({ column }) => column),
      ...map.metadata_variables.map(({ column }) => column),
    ];
    expect(columns?.map(({ column_name }) => column_name)).toEqual(mapped);
  });
});

describe("the configuration", () => {
  it("is the seed's, with defaults", () => {
    expect(IoncannonConfig.parse({})).toEqual({
      num_stations: 400,
      measurement_frequency: "PT10M",
      geographic_bounds: { min_lat: 35, max_lat: 71, min_lon: -11, max_lon: 35 },
      seed: 1,
      profile: "steady",
      late_share: 0.01,
      duplicate_share: 0,
      missing_share: 0,
      implausible_share: 0,
      unsorted: false,
    });
  });

  it.each([
    ["the seed's YAML", { data_path: "/data/raw", num_stations: 1000, measurement_frequency: "PT10M" }, true],
    ["a frequency in seconds", { measurement_frequency: 60 }, true],
    ["some of the bounds", { geographic_bounds: { min_lat: 50 } }, true],
    ["no stations", { num_stations: 0 }, false],
    ["no time between reports", { measurement_frequency: "PT0S" }, false],
    ["time backwards", { measurement_frequency: "-PT1H" }, false],
    ["north below south", { geographic_bounds: { min_lat: 60, max_lat: 50 } }, false],
    ["more than all late", { late_share: 1.5 }, false],
  ])("takes %s as it should", (_name, config, taken) => {
    expect(IoncannonConfig.safeParse(config).success).toBe(taken);
  });
});
