import {
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parquetMetadata } from "hyparquet";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DuckdbColumnar } from "../../adapters/duckdb/columnar";
import { FolderFiles } from "../../adapters/files/folder-files";
import { Conflict } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import type { Interval } from "../../observation/interval";
import { HOUR, MINUTE } from "../../observation/time";
import { sqlText } from "../../ports/columnar";
import type { Log } from "../../ports/log";
import type { DatasetExtent, Product, ProjectionInput, ProjectPorts, ShowInput } from "../plugin";
import { pygeoapi } from ".";
import { intervalName } from "./interval-name";

const columnar = new DuckdbColumnar({ tempDirectory: mkdtempSync(path.join(tmpdir(), "pygeoapi-duckdb-")) });
afterAll(() => columnar.close());

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const columns: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "datetime64[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
  { name: "air_temperature__degC__2.0__point__PT0S", role: "variable", dtype: "float64" },
  { name: "station_id", role: "metadata", dtype: "string" },
];
const MIDNIGHT = Date.UTC(2025, 0, 20) * 1000;
const extent: DatasetExtent = { bbox: [9, 48, 10, 49], time: { start: MIDNIGHT, end: MIDNIGHT + HOUR } };

interface Change {
  readonly dataset?: string;
  readonly hour?: number;
  /** Rows of the revision; undefined: the window became empty. */
  readonly rows?: number | undefined;
}

/** An installation of its own, and the means to project revisions in it. */
async function installation(
  config: { config_path?: string; output_path?: string } = {},
  now: () => number = () => 0,
) {
  const root = mkdtempSync(path.join(tmpdir(), "pygeoapi-"));
  const files = new FolderFiles(path.join(root, "files"));
  let made = 0;
  const canonical = async (hour: number, rows: number) => {
    made += 1;
    const file = path.join(root, `canonical-${made}.parquet`);
    await columnar.session((session) =>
      session.execute(
        `COPY (SELECT TIMESTAMPTZ '2025-01-20 00:00:00+00' + to_microseconds(${hour * HOUR} + i * 1000000) AS datetime, 48.5::DOUBLE AS lat,
           9 + i / 1000.0::DOUBLE AS lon, i::DOUBLE AS "${columns[3]?.name}", 'station ' || i AS station_id FROM range(${rows}) r(i))
         TO ${sqlText(file)} (FORMAT parquet)`,
      ),
    );
    return file;
  };
  const input = async ({
    dataset = "sensor.community",
    hour = 0,
    rows,
  }: Change): Promise<ProjectionInput> => ({
    dataset: {
      name: dataset,
      description: "Citizens",
      aggregation_span: "PT1H",
      source_links: [{ mime_type: "text/html", title: "archive", href: "https://example.org/" }],
      keywords: ["iot"],
      subject_to_change_window: "P1D",
    },
    window: { start: MIDNIGHT + hour * HOUR, end: MIDNIGHT + (hour + 1) * HOUR },
    revision: 1,
    file: rows === undefined ? undefined : await canonical(hour, rows),
    hash8: undefined,
    columns,
    datasetColumns: columns,
    identity: ["station_id"],
    mobile: false,
  });
  const ports = (change: Partial<ProjectPorts>): ProjectPorts => ({
    files,
    columnar,
    clock: { now, sleep: (ms) => sleep(ms) },
    log: silent,
    signal: new AbortController().signal,
    confirm: async () => undefined,
    ...change,
  });
  const products = new Map<string, { interval: Interval; dataset: string; product: Product }>();
  let version = 0;
  const project = async (change: Change, given: Partial<ProjectPorts> = {}) => {
    const { dataset, window, ...rest } = await input(change);
    const made = await pygeoapi.project({ dataset, window, ...rest }, config, ports(given));
    const name = `${dataset.name} ${intervalName(window)}`;
    products.delete(name);
    for (const product of made) products.set(name, { interval: window, dataset: dataset.name, product });
    return made;
  };
  /** Shows what has been projected, as the ledger would have it. */
  const show = async (given: Partial<ShowInput> = {}, dataset = "sensor.community") => {
    version += 1;
    const { dataset: metadata } = await input({ dataset });
    const files = [...products.values()]
      .filter((each) => each.dataset === dataset)
      .map(({ interval, product }) => ({ interval, path: product.path }))
      .sort((a, b) => a.interval.start - b.interval.start);
    const rights = [{ licence: "ODbL 1.0", attribution: "Contributors" }];
    const shown = {
      dataset: metadata,
      datasetColumns: columns,
      rights,
      synthetic: false,
      extent,
      files,
      version,
    };
    await pygeoapi.days?.show({ ...shown, ...given }, config, ports({}));
  };
  const configuration = config.config_path ?? files.location("projections/pygeoapi/pygeoapi-config.yml");
  return {
    root,
    files,
    configuration,
    served: (dataset = "sensor.community") => files.location(`projections/pygeoapi/${dataset}/served`),
    project,
    show,
    generations: (dataset = "sensor.community") =>
      readdirSync(files.location(`projections/pygeoapi/${dataset}/generations`)).sort(),
    collections: () => parse(readFileSync(configuration, "utf8")).resources,
  };
}

/** What a reader of the folder finds: name and number of rows of each whole file. Hidden names are passed over, as pygeoapi does. */
function rowsIn(folder: string): Record<string, number> {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return Object.fromEntries(
    names.map((name) => {
      const bytes = readFileSync(path.join(folder, name));
      const { num_rows } = parquetMetadata(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      );
      return [name, Number(num_rows)];
    }),
  );
}

const FIRST = "20250120_0000_20250120_0100.parquet";
const SECOND = "20250120_0100_20250120_0200.parquet";

describe("the pygeoapi projection", () => {
  it("serves one file per window, a second name of the product", async () => {
    const here = await installation();
    const [product] = await here.project({ hour: 0, rows: 3 });
    await here.project({ hour: 1, rows: 4 });
    await here.show();
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 3, [SECOND]: 4 });
    expect(product?.name).toMatch(/^20250120_0000_20250120_0100\.[0-9a-f]{8}\.parquet$/);
    const inode = (file: string) => statSync(file).ino;
    expect(inode(product?.path ?? "")).toBe(inode(path.join(here.served(), FIRST)));
    expect(here.collections()["sensor.community"].providers[0].data.source).toBe(here.served());
  });

  it("leaves the same product and the same configuration when it is run again", async () => {
    const here = await installation();
    const first = await here.project({ rows: 3 });
    await here.show();
    const before = readFileSync(here.configuration, "utf8");
    expect(await here.project({ rows: 3 })).toEqual(first);
    await here.show();
    expect(readFileSync(here.configuration, "utf8")).toBe(before);
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 3 });
  });

  it("shows nothing before it is asked to, then everything at once; what was shown before stays readable", async () => {
    const here = await installation();
    const [old] = await here.project({ rows: 3 });
    await here.show();
    const held = openSync(path.join(here.served(), FIRST), "r");
    const listed = realpathSync(here.served());
    const [current] = await here.project({ rows: 5 });
    await here.project({ hour: 1, rows: 2 });
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 3 });
    await here.show();
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 5, [SECOND]: 2 });
    expect(rowsIn(listed)).toEqual({ [FIRST]: 3 });
    expect(fstatSync(held).size).toBe(old?.bytes);
    closeSync(held);
    expect(current?.path).not.toBe(old?.path);
    expect(statSync(old?.path ?? "").size).toBe(old?.bytes);
  });

  it("shows a reader exactly one whole file per window at any instant", async () => {
    const here = await installation();
    await here.project({ rows: 1 });
    await here.show();
    let showing = true;
    const writer = (async () => {
      for (let rows = 2; rows < 12; rows += 1) {
        await here.project({ rows });
        await here.show();
      }
      showing = false;
    })();
    const seen = new Set<number>();
    while (showing) {
      const found = rowsIn(here.served());
      expect(Object.keys(found)).toEqual([FIRST]);
      seen.add(found[FIRST] ?? 0);
      await sleep(0);
    }
    await writer;
    expect(seen.size).toBeGreaterThan(2);
  });

  it("withdraws an empty window, and the collection with the last one", async () => {
    const here = await installation();
    await here.project({ hour: 0, rows: 3 });
    await here.project({ hour: 1, rows: 4 });
    expect(await here.project({ hour: 0 })).toEqual([]);
    await here.show();
    expect(rowsIn(here.served())).toEqual({ [SECOND]: 4 });
    await here.project({ hour: 1 });
    await here.show({ extent: undefined });
    expect(rowsIn(here.served())).toEqual({});
    expect(here.collections()).toEqual({});
    await here.show({ extent: undefined });
  });

  it("keeps both collections when datasets are shown at once", async () => {
    const here = await installation();
    const all = Array.from({ length: 16 }, (_, i) => ({
      dataset: i % 2 ? "ioncannon" : "sensor.community",
      hour: i >> 1,
      rows: i + 1,
    }));
    await Promise.all(all.map((change) => here.project(change)));
    await Promise.all(["ioncannon", "sensor.community"].map((dataset) => here.show({}, dataset)));
    expect(Object.keys(here.collections()).sort()).toEqual(["ioncannon", "sensor.community"]);
    for (const dataset of ["ioncannon", "sensor.community"]) {
      const rows = all.filter((change) => change.dataset === dataset).map((change) => change.rows);
      expect(Object.values(rowsIn(here.served(dataset))).sort((a, b) => a - b)).toEqual(rows);
    }
  });

  it("writes nothing for a loser", async () => {
    const here = await installation();
    const late = here.project(
      { rows: 3 },
      {
        confirm: async () => {
          throw new Conflict("taken over");
        },
      },
    );
    await expect(late).rejects.toThrow(Conflict);
    for await (const key of here.files.list("projections")) expect.unreachable(key);
  });

  it("goes on after a power cut that left unfinished work and a held lock", async () => {
    const here = await installation();
    await here.project({ rows: 3 });
    await here.show();
    writeFileSync(`${here.configuration}.unfinished`, "resources: {sensor.");
    symlinkSync("nowhere", path.join(path.dirname(here.served()), ".served.unfinished"));
    const tickets = readdirSync(`${here.configuration}.lock`).map((name) => Number.parseInt(name, 10));
    writeFileSync(path.join(`${here.configuration}.lock`, String(Math.max(...tickets) + 1)), "");
    await here.project({ rows: 4 });
    await here.show();
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 4 });
    expect(Object.keys(here.collections())).toEqual(["sensor.community"]);
  });

  it("takes over a folder of before there were generations", async () => {
    const here = await installation();
    const [product] = await here.project({ rows: 3 });
    await mkdir(here.served(), { recursive: true });
    linkSync(product?.path ?? "", path.join(here.served(), FIRST));
    await here.project({ hour: 1, rows: 1 });
    await here.show();
    expect(lstatSync(here.served()).isSymbolicLink()).toBe(true);
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 3, [SECOND]: 1 });
  });

  it("drops generations an hour after they were left", async () => {
    let now = 1_000 * HOUR;
    const here = await installation({}, () => now);
    await here.project({ rows: 3 });
    await here.show();
    now += HOUR / 2;
    await here.show();
    now += HOUR / 2;
    await here.show();
    const before = here.generations();
    expect(before).toHaveLength(3);
    now += HOUR / 2 + MINUTE;
    await here.show();
    expect(here.generations()).toEqual([...before.slice(1), expect.any(String)]);
    expect(rowsIn(here.served())).toEqual({ [FIRST]: 3 });
  });

  it("writes where the settings say, into a configuration that is there already", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "pygeoapi-own-"));
    const config_path = path.join(root, "own.yml");
    writeFileSync(config_path, "server:\n  url: $URL # ours\nresources:\n  lakes: {type: collection}\n");
    const here = await installation({ config_path, output_path: path.join(root, "out") });
    await mkdir(path.join(root, "out"));
    await here.project({ rows: 3 });
    await here.show();
    expect(rowsIn(path.join(root, "out", "sensor.community"))).toEqual({ [FIRST]: 3 });
    expect(readFileSync(config_path, "utf8")).toContain("  url: $URL # ours");
    expect(Object.keys(here.collections())).toEqual(["lakes", "sensor.community"]);
  });
});

describe("intervalName", () => {
  it.each([
    ["an hour", 0, HOUR, "20250120_0000_20250120_0100"],
    ["a day", 0, 24 * HOUR, "20250120_0000_20250121_0000"],
    ["seconds where a span needs them", 90_000_000, 180_000_000, "20250120_000130_20250120_0003"],
  ])("%s", (_, from, to, name) => {
    expect(intervalName({ start: MIDNIGHT + from, end: MIDNIGHT + to })).toBe(name);
  });
});
