import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ArchiveServer, startArchiveServer } from "../../../e2e/archive-server";
import { DuckdbColumnar } from "../../adapters/duckdb/columnar";
import { FolderFiles } from "../../adapters/files/folder-files";
import { FetchHttp } from "../../adapters/http/fetch-http";
import { Invalid, Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import { DAY, HOUR, type Micros, parseInstant } from "../../observation/time";
import { type Row, sqlText } from "../../ports/columnar";
import type { Log } from "../../ports/log";
import type { Collected } from "../plugin";
import { MAPPED_COLUMNS } from "./dataset";
import { sensorCommunity, wholeDays } from "./index";

const at = (text: string): Micros => parseInstant(text) ?? Number.NaN;
const between = (start: string, end: string): Interval => ({ start: at(start), end: at(end) });
const DAY_ASKED = between("2024-03-05T00:00:00Z", "2024-03-06T00:00:00Z");
const NOW = at("2026-02-03T04:05:06Z");
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => quiet };

const FIXED = "sensor_id;sensor_type;location;lat;lon;timestamp";
const dht = (id: number, rows: number, day = "2024-03-05") =>
  `${FIXED};temperature;humidity\n${Array.from(
    { length: rows },
    (_, n) => `${id};DHT22;7;48.1;9.1;${day}T00:${String(n % 60).padStart(2, "0")}:00;${n}.10;55.00\n`,
  ).join("")}`;
const nameOf = (id: number, day = "2024-03-05") => `${day}_dht22_sensor_${id}.csv`;

describe("collecting from the archive", () => {
  let folder: string;
  let archive: string;
  let store: string;
  let server: ArchiveServer;
  let columnar: DuckdbColumnar;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "sensor-community-"));
    archive = path.join(folder, "archive");
    store = path.join(folder, "store");
    await mkdir(archive);
    server = await startArchiveServer(archive);
    columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "spill") });
  });
  afterEach(async () => {
    await server.close();
    await columnar.close();
    await rm(folder, { recursive: true, force: true });
  });

  const put = async (place: string, content: string | Uint8Array) => {
    const target = path.join(archive, place);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  };

  interface Asked {
    readonly runId?: string;
    readonly now?: Micros;
    readonly signal?: AbortSignal;
    readonly concurrency?: number;
    readonly progress?: (words: string) => void;
  }
  const collect = (range: Interval, asked: Asked = {}): Promise<Collected> => {
    const clock = { now: () => asked.now ?? NOW, sleep: async () => {} };
    const config = sensorCommunity.config.parse({
      base_url: `${server.url}/`,
      concurrency: asked.concurrency ?? 4,
    });
    return sensorCommunity.collect(range, config, {
      http: new FetchHttp(clock),
      files: new FolderFiles(store),
      columnar,
      clock,
      log: quiet,
      signal: asked.signal ?? new AbortController().signal,
      runId: asked.runId ?? "run-1",
      progress: async (_done, _total, words) => asked.progress?.(words),
    });
  };
  const query = (sql: string): Promise<Row[]> => columnar.session((session) => session.query(sql));
  const rowsOf = ({ payload }: Collected) => query(`SELECT * FROM ${sqlText(payload)}`);
  const columnsOf = async ({ payload }: Collected) =>
    (await query(`DESCRIBE SELECT * FROM ${sqlText(payload)}`)).map((row) => [
      row.column_name,
      row.column_type,
    ]);
  const footerOf = async ({ payload }: Collected) =>
    Object.fromEntries(
      (
        await query(
          `SELECT decode(key) AS k, decode(value) AS v FROM parquet_kv_metadata(${sqlText(payload)})`,
        )
      ).map(({ k, v }) => [k, v]),
    );
  const bytesOf = async ({ payload }: Collected) =>
    createHash("sha256")
      .update(await readFile(payload))
      .digest("hex");
  const requestsOf = (name: string) =>
    [...server.requests].filter(([asked]) => asked.endsWith(name)).reduce((sum, [, count]) => sum + count, 0);

  it("one payload with every column of every type, text as the vendor wrote it, files by name", async () => {
    const day = "2024/2024-03-05/2024-03-05";
    await put(
      `${day}_sds011_sensor_3.csv.gz`,
      gzipSync(
        `${FIXED};P1;durP1;ratioP1;P2;durP2;ratioP2\n3;SDS011;8;;;2024-03-05T12:00:00;4.40;;;2.20;;\n`,
      ),
    );
    await put(`${day}_dht22_sensor_20.csv`, dht(20, 2));
    await put(
      `${day}_ppd42ns_sensor_4.csv`,
      `${FIXED};P1;durP1;ratioP1;P2;durP2;ratioP2\n4;PPD42NS;9;1;2;2024-03-05T00:00:00;961.41;557804;1.86;67.06;38364;0.13\n`,
    );
    await put(
      `${day}_noise_x_sensor_5_indoor.csv`,
      `${FIXED};noise_LAeq;unknown "x"\n5;Lärm;9;1;2;2024-03-05T00:00:00;nan;\\"7\n`,
    );
    // Compressed without saying so in its name.
    await put(`${day}_dht22_sensor_10.csv`, gzipSync(dht(10, 1)));
    await put("2024/2024-03-05/measurements.txt", "1234567\n");
    const words: string[] = [];
    const found = await collect(between("2024-03-05T10:00:00Z", "2024-03-05T11:00:00Z"), {
      progress: (w) => words.push(w),
    });

    expect(found).toMatchObject({ rows: 6, damaged: [], claim: DAY_ASKED });
    expect(words.at(-1)).toBe("file 5 of 5");
    const others = [
      "durP1",
      "durP2",
      "indoor",
      "noise_LAeq",
      "ppd42ns_P1",
      "ppd42ns_P2",
      "ratioP1",
      "ratioP2",
      'unknown "x"',
    ];
    expect(await columnsOf(found)).toEqual([...MAPPED_COLUMNS, ...others].map((name) => [name, "VARCHAR"]));
    expect(found.unmapped).toEqual(Object.fromEntries(others.map((name) => [name, 1])));
    const rows = await rowsOf(found);
    expect(rows.map(({ sensor_id }) => sensor_id)).toEqual(["10", "20", "20", "5", "4", "3"]);
    expect(rows.map(({ temperature }) => temperature)).toEqual(["0.10", "0.10", "1.10", null, null, null]);
    expect(rows[3]).toMatchObject({
      sensor_type: "Lärm",
      noise_LAeq: "nan",
      'unknown "x"': '\\"7',
      indoor: "1",
    });
    expect(rows[4]).toMatchObject({
      P1: null,
      P2: null,
      ppd42ns_P1: "961.41",
      ppd42ns_P2: "67.06",
      durP1: "557804",
    });
    expect(rows[5]).toMatchObject({ P1: "4.40", P2: "2.20", lat: null, lon: null, durP1: null });
    expect(await footerOf(found)).toEqual({
      "ionbeam.collected_at": "2026-02-03T04:05:06Z",
      "ionbeam.requested": '{"start":"2024-03-05T10:00:00Z","end":"2024-03-05T11:00:00Z"}',
    });
    expect(requestsOf("measurements.txt")).toBe(0);
  });

  it("text comes through word for word, whatever it holds; a row without any text is a row", async () => {
    const odd = [
      'a"b',
      '"',
      '""',
      "a,b",
      ",",
      "a\rb",
      " a ",
      "\t",
      "NULL",
      "\\N",
      "'",
      "#",
      "ä😀",
      "\0",
      "a\0b",
      "1e999",
    ];
    const text = `${FIXED};temperature;odd\n;;;;;;;\n${odd.map((each, n) => `1;X;1;1;1;${n};;${each}\n`).join("")}`;
    await put("2024-03-05/2024-03-05_x_sensor_1.csv", text);
    const found = await collect(DAY_ASKED);
    expect(found).toMatchObject({ rows: odd.length + 1, damaged: [], unmapped: { odd: odd.length } });
    expect((await rowsOf(found)).map((row) => row.odd)).toEqual([null, ...odd]);
  });

  it("rows and row groups do not depend on threads or memory", async () => {
    for (let id = 1; id <= 30; id += 1) await put(`2024-03-05/${nameOf(id)}`, dht(id, 10_000));
    const first = await collect(DAY_ASKED);
    expect(first.rows).toBe(300_000);
    const bytes = await bytesOf(first);
    await columnar.close();
    columnar = new DuckdbColumnar({
      tempDirectory: path.join(folder, "spill"),
      threads: 4,
      memoryLimit: "300MB",
    });
    expect(await bytesOf(await collect(DAY_ASKED))).toBe(bytes);
  });

  it("both layouts, the newest first, over midnight", async () => {
    await put("2023/2023-12-31/2023-12-31_dht22_sensor_1.csv.gz", gzipSync(dht(1, 1, "2023-12-31")));
    await put("2024-01-01/2024-01-01_dht22_sensor_1.csv", dht(1, 2, "2024-01-01"));
    const found = await collect(between("2023-12-31T23:00:00Z", "2024-01-01T01:00:00Z"));
    expect(found).toMatchObject({ rows: 3, claim: between("2023-12-31T00:00:00Z", "2024-01-02T00:00:00Z") });
    expect([...server.requests.keys()].filter((asked) => asked.endsWith("/"))).toEqual([
      "/2023-12-31/",
      "/2023/2023-12-31/",
      "/2024-01-01/",
    ]);
  });

  it.each([
    ["2024-03-05T00:00:00Z", "2024-03-06T00:00:00Z", "2024-03-05T00:00:00Z", "2024-03-06T00:00:00Z"],
    [
      "2024-03-05T23:59:59.999999Z",
      "2024-03-06T00:00:00.000001Z",
      "2024-03-05T00:00:00Z",
      "2024-03-07T00:00:00Z",
    ],
    ["2024-03-05T12:00:00Z", "2024-03-05T12:00:00Z", "2024-03-05T12:00:00Z", "2024-03-05T12:00:00Z"],
  ])("%s to %s claims whole days", (start, end, from, to) => {
    expect(wholeDays(between(start, end))).toEqual(between(from, to));
  });

  it("the same archive, the same bytes, whatever the order of arrival; another run of the same moment too", async () => {
    for (let id = 1; id <= 20; id += 1) await put(`2024-03-05/${nameOf(id)}`, dht(id, 60));
    const first = await bytesOf(await collect(DAY_ASKED, { concurrency: 1 }));
    server.fail(nameOf(1), { kind: "status", status: 500, times: 2 });
    expect(await bytesOf(await collect(DAY_ASKED, { runId: "run-2", concurrency: 9 }))).toBe(first);
    // Asked again later, the same run still bears the time when it was fetched.
    expect(await bytesOf(await collect(DAY_ASKED, { now: NOW + HOUR }))).toBe(first);
  });

  it("a run stopped in the middle finds what it fetched; a new run fetches anew", async () => {
    const ids = Array.from({ length: 40 }, (_, n) => n + 1);
    for (const id of ids) await put(`2024-03-05/${nameOf(id)}`, dht(id, 3));
    const stop = new AbortController();
    let done = 0;
    const progress = () => {
      done += 1;
      if (done === 15) stop.abort();
    };
    await expect(collect(DAY_ASKED, { signal: stop.signal, progress })).rejects.toThrow(Transient);
    const asked = [...server.requests.keys()].filter((each) => each.endsWith(".csv")).length;
    expect(asked).toBeGreaterThanOrEqual(15);
    expect(asked).toBeLessThan(40);

    const found = await collect(DAY_ASKED, { now: NOW + HOUR });
    expect(found.rows).toBe(120);
    // What was under way when it was stopped may be asked for twice: at most one a connection.
    const twice = ids.filter((id) => requestsOf(nameOf(id)) > 1);
    expect(twice.length).toBeLessThanOrEqual(4);
    expect(Math.max(...ids.map((id) => requestsOf(nameOf(id))))).toBeLessThanOrEqual(2);
    expect(requestsOf("/2024-03-05/")).toBe(1);

    await collect(DAY_ASKED, { runId: "run-2" });
    expect(Math.min(...ids.map((id) => requestsOf(nameOf(id))))).toBe(2);
  });

  it("a file that cannot be had: no payload, the others are kept, the next try asks only for it", async () => {
    for (const id of [1, 2, 3]) await put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    server.fail(nameOf(2), { kind: "status", status: 503, times: 4 });
    await expect(collect(DAY_ASKED)).rejects.toThrow(/sensor_2\.csv: answered 503/);
    expect((await collect(DAY_ASKED)).rows).toBe(3);
    expect([1, 2, 3].map((id) => requestsOf(nameOf(id)))).toEqual([1, 5, 1]);
  });

  it("an archive in trouble is left alone after a few files", async () => {
    for (let id = 1; id <= 60; id += 1) await put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    server.fail(".csv", { kind: "status", status: 403 });
    await expect(collect(DAY_ASKED)).rejects.toMatchObject({ code: "transient", retryAfterMs: 3_600_000 });
    expect([...server.requests.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(20);
  });

  describe("404", () => {
    it("a listed file that stands under its other name", async () => {
      await put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      await put(`2024-03-05/${nameOf(1)}.gz`, gzipSync(dht(1, 3)));
      server.fail(/_1\.csv$/, { kind: "status", status: 404 });
      expect(await collect(DAY_ASKED)).toMatchObject({ rows: 3, damaged: [] });
    });

    it("a listed file that was compressed meanwhile is found under its other name", async () => {
      await put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      server.fail(/_1\.csv$/, { kind: "status", status: 404 });
      await expect(collect(DAY_ASKED)).rejects.toThrow(/listed, but not there/);
      await rename(
        path.join(archive, "2024-03-05", nameOf(1)),
        path.join(archive, "2024-03-05", `${nameOf(1)}.gz`),
      );
      expect((await collect(DAY_ASKED)).rows).toBe(2);
      // The listing that was not true any more was asked for again.
      expect(requestsOf("/2024-03-05/")).toBe(2);
    });

    it.each<[string, Micros]>([
      ["today", at("2024-03-05T20:00:00Z")],
      ["yesterday", at("2024-03-06T01:00:00Z")],
      ["younger than three days", at("2024-03-08T23:59:59Z")],
    ])("a day of %s is not published yet", async (_, now) => {
      await expect(collect(DAY_ASKED, { now })).rejects.toThrow(Transient);
      await expect(collect(DAY_ASKED, { now })).rejects.toThrow(/not published yet|not over yet/);
      expect(await readdir(path.join(store, "damaged")).catch(() => [])).toEqual([]);
    });

    it("a day that is not over is not taken, though its folder is there", async () => {
      await put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      await expect(collect(DAY_ASKED, { now: DAY_ASKED.end - HOUR })).rejects.toThrow(/not over yet/);
    });

    it("an old day without a folder is an answer: no rows, and the claim stands", async () => {
      const found = await collect(DAY_ASKED, { now: at("2024-03-09T00:00:00Z") });
      expect(found).toMatchObject({ rows: 0, damaged: [], claim: DAY_ASKED, unmapped: {} });
      expect(await columnsOf(found)).toEqual(MAPPED_COLUMNS.map((name) => [name, "VARCHAR"]));
      expect(await rowsOf(found)).toEqual([]);
      expect(await footerOf(found)).toHaveProperty(["ionbeam.collected_at"], "2024-03-09T00:00:00Z");
    });
  });

  it.each(["empty", "html", "truncated"] as const)(
    "a listing that is %s is a failure, never an empty day",
    async (kind) => {
      await put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      server.fail(/\/$/, { kind, times: 1 });
      await expect(collect(DAY_ASKED)).rejects.toThrow(Transient);
      expect((await collect(DAY_ASKED)).rows).toBe(2);
    },
  );

  it("damaged files are kept, counted and shown; their readable rows are taken and the claim stands", async () => {
    const csv = dht(3, 200);
    const gz = gzipSync(csv, { level: 1 });
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      [nameOf(1), dht(1, 2)],
      [nameOf(2), dht(2, 3).slice(0, -4)],
      [`${nameOf(3)}.gz`, gz.subarray(0, Math.floor(gz.length * 0.6))],
      [nameOf(4), "<html><h1>Forbidden</h1></html>\n"],
      [nameOf(5), ""],
      [nameOf(6), "Time;durP1;ratioP1;P1;durP2;ratioP2;P2;SDS_P1\n2024/03/05 00:00:00;;;;;;;4\n"],
    ];
    for (const [name, content] of files) await put(`2024-03-05/${name}`, content);
    const found = await collect(DAY_ASKED);
    expect(found.claim).toEqual(DAY_ASKED);
    expect(found.damaged).toEqual([
      { name: nameOf(2), reason: "cut off in the middle of the last line" },
      { name: `${nameOf(3)}.gz`, reason: expect.stringContaining("the compressed file is damaged") },
      { name: nameOf(4), reason: 'a page instead of data: "<html><h1>Forbidden</h1></html>"' },
      { name: nameOf(5), reason: "the file is empty" },
      { name: nameOf(6), reason: expect.stringContaining("second archive (madavi)") },
    ]);
    const counts = await query(
      `SELECT sensor_id AS id, count(*) AS n FROM ${sqlText(found.payload)} GROUP BY 1 ORDER BY 1`,
    );
    expect(counts.slice(0, 2)).toEqual([
      { id: "1", n: 2 },
      { id: "2", n: 2 },
    ]);
    expect(counts[2]?.n).toBeGreaterThan(50);
    expect(counts[2]?.n).toBeLessThan(200);
    const kept = await Promise.all(
      (await readdir(path.join(store, "damaged"))).map((name) => readFile(path.join(store, "damaged", name))),
    );
    expect(kept.map(String).sort()).toEqual(
      files
        .slice(1)
        .map(([, content]) => String(Buffer.from(content)))
        .sort(),
    );
  });

  it("a page in place of a file is asked for once more", async () => {
    for (const id of [1, 2]) await put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    server.fail(nameOf(1), { kind: "html", times: 1 });
    server.fail(nameOf(2), { kind: "empty", times: 1 });
    expect(await collect(DAY_ASKED)).toMatchObject({ rows: 2, damaged: [] });
  });

  it("a server that answers every file with a page has given no data: nothing is claimed, nothing kept", async () => {
    for (const id of [1, 2]) await put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    server.fail(".csv", { kind: "html" });
    await expect(collect(DAY_ASKED)).rejects.toThrow(/every file of the day came as a page/);
    server.mend();
    expect(await collect(DAY_ASKED)).toMatchObject({ rows: 2, damaged: [] });
  });

  it("a download cut in the middle is fetched again, and what is cut is never kept", async () => {
    await put(`2024-03-05/${nameOf(1)}`, dht(1, 5000));
    server.fail(nameOf(1), { kind: "cut", times: 5 });
    await expect(collect(DAY_ASKED)).rejects.toThrow(Transient);
    expect(await collect(DAY_ASKED)).toMatchObject({ rows: 5000, damaged: [] });
  });

  it("caches of runs that nobody will try again are removed", async () => {
    await put(`2024-03-05/${nameOf(1)}`, dht(1, 1));
    const caches = () => readdir(path.join(store, ".scratch", "sensor-community"));
    await collect(DAY_ASKED, { runId: "finished" });
    server.fail(nameOf(1), { kind: "status", status: 404 });
    await expect(collect(DAY_ASKED, { runId: "failed", now: NOW + HOUR })).rejects.toThrow(Transient);
    server.mend();
    expect((await caches()).sort()).toEqual(["failed", "finished"]);
    await collect(DAY_ASKED, { runId: "later", now: NOW + 3 * HOUR });
    expect((await caches()).sort()).toEqual(["failed", "later"]);
    await collect(DAY_ASKED, { runId: "last", now: NOW + 8 * DAY });
    expect(await caches()).toEqual(["last"]);
  });

  it("more than a year at once is refused", async () => {
    await expect(collect(between("2020-01-01T00:00:00Z", "2022-01-01T00:00:00Z"))).rejects.toThrow(Invalid);
  });
});
