import { mkdir } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Invalid } from "../../errors";
import { HOUR } from "../../observation/time";
import { MAPPED_COLUMNS } from "./dataset";
import { wholeDays } from "./index";
import { ArchiveTrial, between, DAY_ASKED, dht, FIXED, NOW, nameOf } from "./testing";

describe("collecting from the archive", () => {
  let trial: ArchiveTrial;
  beforeEach(async () => {
    trial = await ArchiveTrial.open();
  });
  afterEach(() => trial.close());

  it("one payload with every column of every type, text as the vendor wrote it, files by name", async () => {
    const day = "2024/2024-03-05/2024-03-05";
    await trial.put(
      `${day}_sds011_sensor_3.csv.gz`,
      gzipSync(
        `${FIXED};P1;durP1;ratioP1;P2;durP2;ratioP2\n3;SDS011;8;;;2024-03-05T12:00:00;4.40;;;2.20;;\n`,
      ),
    );
    await trial.put(`${day}_dht22_sensor_20.csv`, dht(20, 2));
    await trial.put(
      `${day}_ppd42ns_sensor_4.csv`,
      `${FIXED};P1;durP1;ratioP1;P2;durP2;ratioP2\n4;PPD42NS;9;1;2;2024-03-05T00:00:00;961.41;557804;1.86;67.06;38364;0.13\n`,
    );
    await trial.put(
      `${day}_noise_x_sensor_5_indoor.csv`,
      `${FIXED};noise_LAeq;unknown "x"\n5;Lärm;9;1;2;2024-03-05T00:00:00;nan;\\"7\n`,
    );
    // Compressed without saying so in its name.
    await trial.put(`${day}_dht22_sensor_10.csv`, gzipSync(dht(10, 1)));
    await trial.put("2024/2024-03-05/measurements.txt", "1234567\n");
    const words: string[] = [];
    const found = await trial.collect(between("2024-03-05T10:00:00Z", "2024-03-05T11:00:00Z"), {
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
    expect(await trial.columnsOf(found)).toEqual(
      [...MAPPED_COLUMNS, ...others].map((name) => [name, "VARCHAR"]),
    );
    const rows = await trial.rowsOf(found);
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
    expect(await trial.footerOf(found)).toEqual({
      "ionbeam.collected_at": "2026-02-03T04:05:06Z",
      "ionbeam.requested": '{"start":"2024-03-05T10:00:00Z","end":"2024-03-05T11:00:00Z"}',
    });
    expect(trial.requestsOf("measurements.txt")).toBe(0);
  });

  it("text comes through word for word, whatever it holds; a row without any text is a row", async () => {
    const odd = [
      'a"b',
      '"',
      '""',
      "a,b",
      ",",
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
    await trial.put("2024-03-05/2024-03-05_x_sensor_1.csv", text);
    const found = await trial.collect(DAY_ASKED);
    expect(found).toMatchObject({ rows: odd.length + 1, damaged: [] });
    expect((await trial.rowsOf(found)).map((row) => row.odd)).toEqual([null, ...odd]);
  });

  it("rows and row groups do not depend on threads or memory", async () => {
    for (let id = 1; id <= 30; id += 1) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 10_000));
    const first = await trial.collect(DAY_ASKED);
    expect(first.rows).toBe(300_000);
    const bytes = await trial.bytesOf(first);
    await trial.changeEngine({ threads: 4, memoryLimit: "300MB" });
    expect(await trial.bytesOf(await trial.collect(DAY_ASKED))).toBe(bytes);
  });

  it("both layouts, the newest first, over midnight", async () => {
    await trial.put("2023/2023-12-31/2023-12-31_dht22_sensor_1.csv.gz", gzipSync(dht(1, 1, "2023-12-31")));
    await trial.put("2024-01-01/2024-01-01_dht22_sensor_1.csv", dht(1, 2, "2024-01-01"));
    const found = await trial.collect(between("2023-12-31T23:00:00Z", "2024-01-01T01:00:00Z"));
    expect(found).toMatchObject({ rows: 3, claim: between("2023-12-31T00:00:00Z", "2024-01-02T00:00:00Z") });
    expect([...trial.server.requests.keys()].filter((asked) => asked.endsWith("/"))).toEqual([
      "/2023-12-31/",
      "/2023/2023-12-31/",
      "/2024-01-01/",
      "/2024/2024-01-01/",
    ]);
  });

  it("a day that is half moved is what stands in both places; a folder that was emptied hides nothing", async () => {
    await mkdir(path.join(trial.archive, "2024-03-05"));
    await trial.put(`2024/2024-03-05/${nameOf(1)}`, dht(1, 1));
    expect(await trial.collect(DAY_ASKED, { runId: "emptied" })).toMatchObject({ rows: 1 });
    await trial.put(`2024-03-05/${nameOf(2)}`, dht(2, 1));
    // In both: compressed on the way, and once more under the same name.
    await trial.put(`2024-03-05/${nameOf(3)}`, dht(3, 1));
    await trial.put(`2024/2024-03-05/${nameOf(3)}.gz`, gzipSync(dht(3, 1)));
    await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 1));
    const found = await trial.collect(DAY_ASKED, { runId: "half" });
    expect((await trial.rowsOf(found)).map(({ sensor_id }) => sensor_id)).toEqual(["1", "2", "3"]);
  });

  it("a place that does not answer is no empty one: nothing is claimed", async () => {
    await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 1));
    trial.server.fail("/2024/2024-03-05/", { kind: "status", status: 503 });
    await expect(trial.collect(DAY_ASKED)).rejects.toThrow(/2024\/2024-03-05\/: answered 503/);
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
    for (let id = 1; id <= 20; id += 1) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 60));
    const first = await trial.bytesOf(await trial.collect(DAY_ASKED, { concurrency: 1 }));
    trial.server.fail(nameOf(1), { kind: "status", status: 500, times: 2 });
    expect(await trial.bytesOf(await trial.collect(DAY_ASKED, { runId: "run-2", concurrency: 9 }))).toBe(
      first,
    );
    // Asked again later, the same run still bears the time when it was fetched.
    expect(await trial.bytesOf(await trial.collect(DAY_ASKED, { now: NOW + HOUR }))).toBe(first);
  });

  it("more than a year at once is refused", async () => {
    await expect(trial.collect(between("2020-01-01T00:00:00Z", "2022-01-01T00:00:00Z"))).rejects.toThrow(
      Invalid,
    );
  });
});
