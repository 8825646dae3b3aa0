import { createHash } from "node:crypto";
import { readdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkOf, errorText, Transient } from "../../errors";
import type { Check } from "../../health/model";
import { HOUR, type Micros } from "../../observation/time";
import { sqlText } from "../../ports/columnar";
import { MAPPED_COLUMNS } from "./dataset";
import { ArchiveTrial, at, DAY_ASKED, dht, nameOf } from "./testing";

describe("an archive that fails", () => {
  let trial: ArchiveTrial;
  beforeEach(async () => {
    trial = await ArchiveTrial.open();
  });
  afterEach(() => trial.close());

  it("a file that cannot be had: no payload, the others are kept, the next try asks only for it", async () => {
    for (const id of [1, 2, 3]) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    trial.server.fail(nameOf(2), { kind: "status", status: 503, times: 4 });
    await expect(trial.collect(DAY_ASKED)).rejects.toThrow(/sensor_2\.csv: answered 503/);
    expect((await trial.collect(DAY_ASKED)).rows).toBe(3);
    expect([1, 2, 3].map((id) => trial.requestsOf(nameOf(id)))).toEqual([1, 5, 1]);
  });

  it("an archive in trouble is left alone after a few files", async () => {
    for (let id = 1; id <= 60; id += 1) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    trial.server.fail(".csv", { kind: "status", status: 403 });
    await expect(trial.collect(DAY_ASKED)).rejects.toMatchObject({
      code: "transient",
      retryAfterMs: 3_600_000,
      cause: { check: "permission" },
    });
    expect([...trial.server.requests.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(20);
  });

  describe("404", () => {
    it("a listed file that stands under its other name", async () => {
      await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      await trial.put(`2024-03-05/${nameOf(1)}.gz`, gzipSync(dht(1, 3)));
      trial.server.fail(/_1\.csv$/, { kind: "status", status: 404 });
      expect(await trial.collect(DAY_ASKED)).toMatchObject({ rows: 3, damaged: [] });
    });

    it("a listed file that was compressed meanwhile is found under its other name", async () => {
      await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      trial.server.fail(/_1\.csv$/, { kind: "status", status: 404 });
      const error = await trial.collect(DAY_ASKED).catch((reason: unknown) => reason);
      expect(errorText(error)).toMatch(/listed, but not there/);
      expect(checkOf(error)).toBe("path");
      await rename(
        path.join(trial.archive, "2024-03-05", nameOf(1)),
        path.join(trial.archive, "2024-03-05", `${nameOf(1)}.gz`),
      );
      expect((await trial.collect(DAY_ASKED)).rows).toBe(2);
      // The listing that was not true any more was asked for again.
      expect(trial.server.requests.get("/2024-03-05/")).toBe(2);
    });

    it.each<[string, Micros]>([
      ["today", at("2024-03-05T20:00:00Z")],
      ["yesterday", at("2024-03-06T01:00:00Z")],
      ["younger than three days", at("2024-03-08T23:59:59Z")],
    ])("a day of %s is not published yet", async (_, now) => {
      await expect(trial.collect(DAY_ASKED, { now })).rejects.toThrow(Transient);
      await expect(trial.collect(DAY_ASKED, { now })).rejects.toThrow(/not published yet|not over yet/);
      await expect(trial.collect(DAY_ASKED, { now })).rejects.toMatchObject({ check: "nothing new" });
      expect(await readdir(path.join(trial.store, "damaged")).catch(() => [])).toEqual([]);
    });

    it("a day that is not over is not taken, though its folder is there", async () => {
      await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      await expect(trial.collect(DAY_ASKED, { now: DAY_ASKED.end - HOUR })).rejects.toThrow(/not over yet/);
    });

    it("an old day without a folder is an answer: no rows, and the claim stands", async () => {
      const found = await trial.collect(DAY_ASKED, { now: at("2024-03-09T00:00:00Z") });
      expect(found).toMatchObject({ rows: 0, damaged: [], claim: DAY_ASKED });
      expect(await trial.columnsOf(found)).toEqual(MAPPED_COLUMNS.map((name) => [name, "VARCHAR"]));
      expect(await trial.rowsOf(found)).toEqual([]);
      expect(await trial.footerOf(found)).toHaveProperty(["ionbeam.collected_at"], "2024-03-09T00:00:00Z");
    });
  });

  it.each(["empty", "html", "truncated"] as const)(
    "a listing that is %s is a failure, never an empty day",
    async (kind) => {
      await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 2));
      trial.server.fail(/\/$/, { kind, times: 1 });
      const error = await trial.collect(DAY_ASKED).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Transient);
      expect(checkOf(error)).toBe("payload");
      expect((await trial.collect(DAY_ASKED)).rows).toBe(2);
    },
  );

  it.each<[number, Check]>([
    [401, "authentication"],
    [403, "permission"],
    [300, "path"],
    [429, "limit"],
    [503, "protocol"],
    [204, "payload"],
  ])("a listing that is answered with %i fails: %s", async (status, check) => {
    trial.server.fail(/\/$/, { kind: "status", status });
    const error = await trial.collect(DAY_ASKED).catch((reason: unknown) => reason);
    expect(checkOf(error)).toBe(check);
  });

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
    for (const [name, content] of files) await trial.put(`2024-03-05/${name}`, content);
    const found = await trial.collect(DAY_ASKED);
    expect(found.claim).toEqual(DAY_ASKED);
    expect(found.damaged).toEqual([
      { name: nameOf(2), reason: "cut off in the middle of the last line" },
      { name: `${nameOf(3)}.gz`, reason: expect.stringContaining("the compressed file is damaged") },
      { name: nameOf(4), reason: 'a page instead of data: "<html><h1>Forbidden</h1></html>"' },
      { name: nameOf(5), reason: "the file is empty" },
      { name: nameOf(6), reason: expect.stringContaining("second archive (madavi)") },
    ]);
    const counts = await trial.query(
      `SELECT sensor_id AS id, count(*) AS n FROM ${sqlText(found.payload)} GROUP BY 1 ORDER BY 1`,
    );
    expect(counts.slice(0, 2)).toEqual([
      { id: "1", n: 2 },
      { id: "2", n: 2 },
    ]);
    expect(counts[2]?.n).toBeGreaterThan(50);
    expect(counts[2]?.n).toBeLessThan(200);
    const kept = await Promise.all(
      (await readdir(path.join(trial.store, "damaged"))).map((name) =>
        readFile(path.join(trial.store, "damaged", name)),
      ),
    );
    expect(kept.map(String).sort()).toEqual(
      files
        .slice(1)
        .map(([, content]) => String(Buffer.from(content)))
        .sort(),
    );
  });

  it("of an altered file nothing is taken, of a row of another sensor neither; both are counted and kept", async () => {
    const altered = gzipSync(dht(1104, 60));
    altered[150] = (altered[150] ?? 0) ^ 1;
    await trial.put(`2024-03-05/${nameOf(1104)}.gz`, altered);
    await trial.put(`2024-03-05/${nameOf(2)}`, `${dht(2, 3)}${dht(1105, 1)}`);
    const found = await trial.collect(DAY_ASKED);
    expect(found).toMatchObject({
      rows: 3,
      damaged: [
        { name: `${nameOf(1104)}.gz`, reason: expect.stringMatching(/damaged: .*nothing of it is taken/) },
        { name: nameOf(2), reason: "1 line is of another sensor than the file" },
      ],
    });
    expect((await trial.rowsOf(found)).map(({ sensor_id }) => sensor_id)).toEqual(["2", "2", "2"]);
    const kept = await readdir(path.join(trial.store, "damaged"));
    expect(kept).toContain(createHash("sha256").update(altered).digest("hex"));
    expect(kept).toHaveLength(2);
  });

  it("a day of which every file is altered is a damaged day, not a server that answers with pages", async () => {
    for (const id of [1, 2]) {
      const altered = gzipSync(dht(id, 60));
      altered[altered.length - 6] = (altered[altered.length - 6] ?? 0) ^ 1;
      await trial.put(`2024-03-05/${nameOf(id)}.gz`, altered);
    }
    const found = await trial.collect(DAY_ASKED);
    expect(found).toMatchObject({ rows: 0, claim: DAY_ASKED });
    expect(found.damaged).toHaveLength(2);
  });

  it("a file in UTF-16 is read; one with NUL in its header is damaged, and the others are taken", async () => {
    await trial.put(`2024-03-05/${nameOf(1)}`, Buffer.from(`\uFEFF${dht(1, 2)}`, "utf16le"));
    await trial.put(`2024-03-05/${nameOf(2)}`, Buffer.from(dht(2, 2), "utf16le"));
    await trial.put(`2024-03-05/${nameOf(3)}`, dht(3, 2).replace("humidity", "hum\0idity"));
    await trial.put(`2024-03-05/${nameOf(4)}`, dht(4, 2));
    const control = { reason: expect.stringMatching(/^the header is damaged, it holds control characters/) };
    expect(await trial.collect(DAY_ASKED)).toMatchObject({ rows: 4, damaged: [control, control] });
  });

  it("a page in place of a file is asked for once more", async () => {
    for (const id of [1, 2]) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    trial.server.fail(nameOf(1), { kind: "html", times: 1 });
    trial.server.fail(nameOf(2), { kind: "empty", times: 1 });
    expect(await trial.collect(DAY_ASKED)).toMatchObject({ rows: 2, damaged: [] });
  });

  it("a server that answers every file with a page has given no data: nothing is claimed, nothing kept", async () => {
    for (const id of [1, 2]) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 1));
    trial.server.fail(".csv", { kind: "html" });
    await expect(trial.collect(DAY_ASKED)).rejects.toThrow(/every file of the day came as a page/);
    await expect(trial.collect(DAY_ASKED)).rejects.toMatchObject({ check: "payload" });
    trial.server.mend();
    expect(await trial.collect(DAY_ASKED)).toMatchObject({ rows: 2, damaged: [] });
  });

  it("a download cut in the middle is fetched again, and what is cut is never kept", async () => {
    await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 5000));
    trial.server.fail(nameOf(1), { kind: "cut", times: 5 });
    await expect(trial.collect(DAY_ASKED)).rejects.toThrow(Transient);
    expect(await trial.collect(DAY_ASKED)).toMatchObject({ rows: 5000, damaged: [] });
  });
});
