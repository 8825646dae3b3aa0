import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import { Transient } from "../errors";
import { HOUR, parseInstant } from "../observation/time";
import { type Row, sqlText } from "../ports/columnar";
import { copyToPayload, type PayloadColumn, writePayload } from "./payload";

const start = parseInstant("2026-11-24T12:00:00Z") ?? Number.NaN;
const requested = { start, end: start + HOUR };
const COLUMNS: readonly PayloadColumn[] = [
  { name: "time of it", type: "TIMESTAMPTZ" },
  { name: 'a"b', type: "VARCHAR" },
  { name: "value", type: "DOUBLE" },
  { name: "count", type: "BIGINT" },
];

let root: string;
let columnar: DuckdbColumnar;
let files: FolderFiles;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "payload-"));
  columnar = new DuckdbColumnar({ tempDirectory: path.join(root, "spill") });
  files = new FolderFiles(path.join(root, "store"));
});
afterAll(async () => {
  await columnar.close();
  await rm(root, { recursive: true, force: true });
});

async function* inBatches(...batches: readonly (readonly Row[])[]) {
  yield* batches;
}

const write = (rows: AsyncIterable<readonly Row[]>, signal = new AbortController().signal) =>
  writePayload({ columnar, files, rows, columns: COLUMNS, collectedAt: requested.end, requested, signal });

const query = (sql: string) => columnar.session((session) => session.query(sql));
const scratchLeft = async () => (await readdir(path.join(root, "store", ".scratch"))).length;
const digest = async (file: string) =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

async function* many(count: number, batch: number) {
  for (let from = 0; from < count; from += batch) {
    yield Array.from({ length: Math.min(batch, count - from) }, (_, i) => ({
      "time of it": start + from + i,
      'a"b': `row ${from + i}`,
      value: (from + i) / 7,
      count: from + i,
    }));
  }
}

describe("a payload", () => {
  it.each<[string, Row, Row]>([
    [
      "values",
      { "time of it": start + 1, 'a"b': 'x\n"é\\', value: 0.1, count: 9_007_199_254_740_995n },
      { t: start + 1, 'a"b': 'x\n"é\\', value: 0.1, count: 9_007_199_254_740_995n },
    ],
    ["cells that are not there", {}, { t: null, 'a"b': null, value: null, count: null }],
    [
      "empty text, which is not null yet",
      { 'a"b': "", value: null },
      { t: null, 'a"b': "", value: null, count: null },
    ],
    [
      "instants as text, to the microsecond",
      { "time of it": "2026-11-24T13:00:00.000002+01:00" },
      { t: start + 2, 'a"b': null, value: null, count: null },
    ],
    [
      "text that is no instant",
      { "time of it": "yesterday" },
      { t: null, 'a"b': null, value: null, count: null },
    ],
    [
      "what JSON has no word for",
      { value: Number.POSITIVE_INFINITY },
      { t: null, 'a"b': null, value: Number.POSITIVE_INFINITY, count: null },
    ],
    ["numbers as text", { 'a"b': 12.5 }, { t: null, 'a"b': "12.5", value: null, count: null }],
  ])("holds %s", async (_name, row, wanted) => {
    const { payload, rows } = await write(inBatches([row]));
    expect(rows).toBe(1);
    expect(
      await query(
        `SELECT epoch_us("time of it") AS t, "a""b", value, count FROM read_parquet(${sqlText(payload)})`,
      ),
    ).toEqual([wanted]);
  });

  it("has its columns and its footer without rows too", async () => {
    const { payload, rows } = await write(inBatches());
    expect(rows).toBe(0);
    const described = await query(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${sqlText(payload)}))`,
    );
    expect(described.map(({ column_name, column_type }) => [column_name, column_type])).toEqual([
      ["time of it", "TIMESTAMP WITH TIME ZONE"],
      ['a"b', "VARCHAR"],
      ["value", "DOUBLE"],
      ["count", "BIGINT"],
    ]);
    expect(await footer(payload)).toEqual({
      "ionbeam.collected_at": "2026-11-24T13:00:00Z",
      "ionbeam.requested": '{"start":"2026-11-24T12:00:00Z","end":"2026-11-24T13:00:00Z"}',
    });
  });

  it("has the same bytes for the same rows, in their order, over many row groups and however batched", async () => {
    const first = await write(many(300_000, 5_000));
    const second = await write(many(300_000, 77_777));
    expect(first.rows).toBe(300_000);
    expect(await digest(second.payload)).toBe(await digest(first.payload));
    const [disorder] = await query(
      `SELECT count(*) AS n FROM (SELECT count, row_number() OVER () - 1 AS place FROM read_parquet(${sqlText(first.payload)})) WHERE count <> place`,
    );
    expect(disorder).toEqual({ n: 0 });
  });

  it("leaves nothing in scratch but the payload, and nothing when the rows fail", async () => {
    const before = await scratchLeft();
    await write(inBatches([{ value: 1 }]));
    expect(await scratchLeft()).toBe(before + 1);
    async function* failing(): AsyncGenerator<readonly Row[]> {
      yield [{ value: 1 }];
      throw new Transient("the vendor went away");
    }
    await expect(write(failing())).rejects.toThrow(new Transient("the vendor went away"));
    expect(await scratchLeft()).toBe(before + 1);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<readonly Row[]> {
      for (let value = 0; ; value++) {
        if (value === 100) stop.abort();
        yield [{ value }];
      }
    }
    const before = await scratchLeft();
    await expect(write(endless(), stop.signal)).rejects.toBeInstanceOf(Transient);
    expect(await scratchLeft()).toBe(before);
  });

  it("takes SQL as well", async () => {
    const target = await files.scratch("sql.parquet");
    await copyToPayload({
      columnar,
      select: "SELECT i FROM range(3) t(i)",
      target,
      collectedAt: start,
      requested,
    });
    expect(await query(`SELECT i FROM read_parquet(${sqlText(target)})`)).toEqual([
      { i: 0 },
      { i: 1 },
      { i: 2 },
    ]);
    expect((await footer(target))["ionbeam.collected_at"]).toBe("2026-11-24T12:00:00Z");
  });
});

async function footer(file: string): Promise<Record<string, unknown>> {
  const rows = await query(
    `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${sqlText(file)})`,
  );
  return Object.fromEntries(rows.map(({ key, value }) => [String(key), value]));
}
