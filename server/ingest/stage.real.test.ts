import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readdir, rename, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Invalid } from "../errors";
import { uuidv5 } from "../message";
import { HOUR, MINUTE, parseInstant } from "../observation/time";
import { COLUMNS, IngestTrial, MAP, START, TEMPERATURE, temperatureAt } from "./testing";

let trial: IngestTrial;
beforeAll(async () => {
  trial = await IngestTrial.open();
});
beforeEach(() => trial.fresh());
afterAll(() => trial.close());

describe("I1: a payload becomes canonical points", () => {
  it("renames, keeps units, sorts, and repeats the command in the event", async () => {
    const given = trial.command(
      await trial.rowsPayload(
        Array.from({ length: 10 }, (_, i) => ({
          timestamp: `'2024-06-01T10:${String(50 - i).padStart(2, "0")}:00Z'`,
        })),
      ),
    );
    const { outcome, facts } = await trial.run(given);
    const rows = await trial.points(given.id);
    expect(Object.keys(rows[0] ?? {})).toEqual(["datetime", "lat", "lon", TEMPERATURE, "station_id", "_row"]);
    expect(rows).toHaveLength(10);
    expect(rows.map((row) => row.datetime)).toEqual([...rows].map((row) => row.datetime).sort());
    expect(rows[0]).toMatchObject({ lat: 52.5, lon: 13.4, [TEMPERATURE]: 20, station_id: "a" });
    expect(outcome.publish).toMatchObject([
      {
        route: "ionbeam.data.available",
        id: given.id,
        body: { id: given.id, metadata: given.metadata, start_time: given.start_time },
      },
    ]);
    expect(facts).toMatchObject({ rows: 10, stations: 1, rejected: [], badCells: {} });
    expect(facts.touches).toEqual([{ window: { start: START, end: START + HOUR }, rows: 10, stations: 1 }]);
  });
});

describe("a change of span while a payload is ingested", () => {
  const halves = (from: number) => () => trial.changeSpan(from, 30 * MINUTE, "PT30M");

  it("has it ingested again when its rows were cut by the old span", async () => {
    const given = trial.command(await trial.rowsPayload([{}, { timestamp: "'2024-06-01T10:40:00'" }]));
    await expect(trial.run(given, halves(START))).rejects.toThrow(
      /the span of demo was changed while this was ingested/,
    );
    expect(trial.recorded).toEqual([]);
    const { facts } = await trial.run(given);
    expect(facts.touches.map(({ window, rows }) => [window.end - window.start, rows])).toEqual([
      [30 * MINUTE, 1],
      [30 * MINUTE, 1],
    ]);
  });

  it("does not concern rows before it", async () => {
    await trial.run(trial.command(await trial.rowsPayload([{}])), halves(START + HOUR));
    expect(trial.recorded).toHaveLength(1);
  });
});

describe("rows", () => {
  it.each([
    ["no value", { temperature: "NULL::DOUBLE" }],
    ["no identity", { station_id: "''" }],
    ["before the dataset's floor", { timestamp: "'2009-12-31T23:59:59'" }],
    ["future", { timestamp: "'2024-06-01T15:10:01'" }],
  ] as const)("with %s are set aside, counted, and shown with their raw cells", async (reason, row) => {
    const { facts } = await trial.ingestRows([{}, row]);
    expect(facts.rows).toBe(1);
    expect(facts.rejected).toMatchObject([
      { reason, count: 1, examples: [{ row: 1, station_id: reason === "no identity" ? "" : "a" }] },
    ]);
  });

  it("of the next ten minutes are taken; later ones name when they are due, and are taken then (history 4)", async () => {
    const location = await trial.rowsPayload([
      { timestamp: "'2024-06-01T15:09:00'" },
      { timestamp: "'2024-06-01T15:30:00'" },
    ]);
    const first = await trial.run(trial.command(location));
    expect(first.facts.rows).toBe(1);
    expect(first.facts.futureDueAt).toBe(parseInstant("2024-06-01T15:20:00Z") ?? 0);
    trial.now += 20 * MINUTE;
    const second = await trial.run(trial.command(location, { id: uuidv5("again"), ordinal: 1 }));
    expect(second.facts).toMatchObject({ rows: 2, ordinal: 1, futureDueAt: undefined });
  });

  it("of mobile data need a position", async () => {
    trial.dataset = { ...trial.dataset, mobile: true };
    const { facts } = await trial.ingestRows([{}, { latitude: "NULL::DOUBLE" }]);
    expect(facts).toMatchObject({ rows: 1, rejected: [{ reason: "no position", count: 1 }] });
  });
});

describe("payloads", () => {
  it("without rows are deliveries all the same", async () => {
    const { facts } = await trial.ingestRows([]);
    expect(facts).toMatchObject({ rows: 0, rejected: [], touches: [], observed: undefined });
  });

  it("keep vendor fields that the map does not name, and count them", async () => {
    const given = trial.command(
      await trial.rowsPayload(
        [{}, { temperature: "1.0" }].map((row) => ({ ...row, more: "'x'" })),
        [...COLUMNS, "more"],
      ),
    );
    const { facts } = await trial.run(given);
    expect(facts.unmapped).toEqual({ more: 2 });
    expect(Object.keys((await trial.points(given.id))[0] ?? {})).not.toContain("more");
  });

  it("never bring a personal column into canonical data", async () => {
    const map = {
      ...MAP,
      metadata_variables: [...MAP.metadata_variables, { column: "author", dtype: "string" }],
    };
    const location = await trial.rowsPayload(
      [{ ...({ author: "'somebody'" } as object) }],
      [...COLUMNS, "author"],
    );
    const given = trial.command(location, { map });
    const { facts } = await trial.run(given);
    expect(facts.columns.map(({ name }) => name)).not.toContain("author");
    expect(JSON.stringify(await trial.points(given.id))).not.toContain("somebody");
  });

  it("mark names that CF does not know, and keep them word for word", async () => {
    const humidex = { ...temperatureAt("temperature", 0), standard_name: "humidex" };
    const map = { ...MAP, canonical_variables: [humidex] };
    const given = trial.command(await trial.rowsPayload([{}]), { map });
    const { facts } = await trial.run(given);
    expect(facts.columns.find(({ role }) => role === "variable")).toMatchObject({
      standardName: "humidex",
      cf: false,
    });
  });

  it.each([
    ["an absent axis column", { lat: { ...MAP.lat, from_col: "nowhere" } }, /no column "nowhere"/],
    ["a map without the identity column", { metadata_variables: [] }, /lacks the column "station_id"/],
    [
      "two columns of one name",
      { canonical_variables: [...MAP.canonical_variables, ...MAP.canonical_variables] },
      /two columns/,
    ],
    [
      "a type that does not exist",
      { metadata_variables: [{ column: "station_id", dtype: "complex" }] },
      /no type/,
    ],
  ])("are refused as a whole for %s", async (_what, change, words) => {
    const given = trial.command(await trial.rowsPayload([{}]), { map: { ...MAP, ...change } });
    const refused = trial.run(given);
    await expect(refused).rejects.toBeInstanceOf(Invalid);
    await expect(refused).rejects.toThrow(words);
    expect(trial.recorded).toEqual([]);
  });

  it("are refused when they are no Parquet, cut off, empty, or not there", async () => {
    const text = path.join(trial.folder, "text.parquet");
    await writeFile(text, "sensor_id;sensor_type\n1;SDS011\n");
    const cut = await trial.rowsPayload([{}]);
    await truncate(cut, 300);
    const empty = path.join(trial.folder, "empty.parquet");
    await writeFile(empty, "");
    for (const location of [text, cut, empty, path.join(trial.folder, "nowhere.parquet")]) {
      await expect(trial.run(trial.command(location)), location).rejects.toBeInstanceOf(Invalid);
    }
  });

  it("are refused when they are a pipe, a device, a folder or a path that cannot be: nothing is waited for", async () => {
    const pipe = path.join(trial.folder, "pipe.parquet");
    execFileSync("mkfifo", [pipe]);
    await mkdir(trial.files.location("payloads/demo"), { recursive: true });
    const own = trial.files.location("payloads/demo/pipe.parquet");
    execFileSync("mkfifo", [own]);
    const long = path.join(trial.folder, "x".repeat(300));
    for (const location of [pipe, own, "/dev/zero", trial.folder, long]) {
      await expect(trial.run(trial.command(location)), location).rejects.toThrow(/^there is no payload at/);
    }
  });

  it("that are replaced while they are read are read again: what is written down is what was read", async () => {
    await trial.files.copyIn(await trial.rowsPayload([{}]), "payloads/demo/own.parquet");
    const other = await trial.rowsPayload([{ temperature: "21.0" }]);
    const location = trial.files.location("payloads/demo/own.parquet");
    const { scratch } = trial.files;
    // Asked for when the columns of the payload are known and its cells are not yet read.
    trial.files.scratch = async (name) => {
      await copyFile(other, `${location}.new`);
      await rename(`${location}.new`, location);
      return scratch.call(trial.files, name);
    };
    await expect(trial.run(trial.command(location))).rejects.toThrow(/changed while it was read/);
    expect(trial.received).toEqual([]);
    trial.files.scratch = scratch;
    const { rows } = await trial.ingest(location);
    expect(rows[0]?.[TEMPERATURE]).toBe(21);
    expect(trial.received).toHaveLength(1);
  });

  it("are refused when they touch more than 10,000 windows", async () => {
    const location = await trial.payload(
      `SELECT TIMESTAMPTZ '2020-01-01' + INTERVAL 1 HOUR * n AS timestamp, 1.0 AS latitude, 1.0 AS longitude, 1.0 AS temperature, 'a' AS station_id
       FROM range(10001) t(n)`,
    );
    await expect(trial.run(trial.command(location))).rejects.toThrow(/more than 10000 windows/);
  });

  it("of others are copied into the store before they are ingested", async () => {
    const location = await trial.rowsPayload([{}]);
    await trial.run(trial.command(location));
    const stored = [];
    for await (const key of trial.files.list("payloads/demo/")) stored.push(key);
    expect(stored).toHaveLength(1);
  });

  it("of others rank as foreign, also in a dataset of an archive of ours; those in our own store as its own", async () => {
    trial.origin = { source: "archive", priority: 10 };
    const foreign = await trial.rowsPayload([{}]);
    await trial.files.copyIn(await trial.rowsPayload([{ temperature: "21.0" }]), "payloads/demo/own.parquet");
    await trial.files.copyIn(foreign, "datasets/demo/product.parquet");
    for (const key of ["payloads/demo/own.parquet", "datasets/demo/product.parquet"])
      await trial.run(trial.command(trial.files.location(key)));
    await trial.run(trial.command(foreign));
    expect(trial.received.map(({ sourceName, priority }) => [sourceName, priority])).toEqual([
      ["archive", 10],
      [undefined, 0],
      [undefined, 0],
    ]);
  });

  it("that stand elsewhere in the store are kept as payloads too", async () => {
    await trial.files.copyIn(await trial.rowsPayload([{}]), "datasets/demo/product.parquet");
    await trial.run(trial.command(trial.files.location("datasets/demo/product.parquet")));
    await trial.files.remove("datasets/demo/product.parquet");
    const stored = [];
    for await (const key of trial.files.list("payloads/demo/")) stored.push(key);
    expect(stored).toHaveLength(1);
  });

  it("of others wait while the disk has no room for a copy, and are looked at again soon; our own go on", async () => {
    const foreign = trial.command(await trial.rowsPayload([{}]));
    await trial.files.copyIn(await trial.rowsPayload([{ temperature: "21.0" }]), "payloads/demo/own.parquet");
    trial.noRoom = "less than 2 GiB are free";
    await trial.run(trial.command(trial.files.location("payloads/demo/own.parquet")));
    await expect(trial.run(foreign)).rejects.toMatchObject({
      message: "less than 2 GiB are free",
      retry: true,
      everyMs: 30_000,
    });
    expect(trial.recorded).toHaveLength(1);
    trial.noRoom = undefined;
    await trial.run(foreign);
    expect(trial.recorded).toHaveLength(2);
  });

  it.each(["ingest.payload-copied", "ingest.received", "ingest.points-written", "ingest.series-written"])(
    "leave the same after a death at %s",
    async (point) => {
      const given = trial.command(await trial.rowsPayload([{}, { station_id: "'b'" }]));
      trial.failAt = point;
      await expect(trial.run(given)).rejects.toThrow("killed");
      expect(trial.recorded).toEqual([]);
      trial.failAt = undefined;
      const { facts } = await trial.run(given);
      expect(facts.rows).toBe(2);
      expect(await trial.points(given.id)).toHaveLength(2);
      expect(await readdir(path.dirname(await trial.files.scratch("x")))).toEqual([]);
    },
  );
});
