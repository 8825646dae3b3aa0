import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Transient } from "../../errors";
import { uuidv5 } from "../../message";
import { sqlText } from "../../ports/columnar";
import type { CompactionPolicy } from "../../ports/series-index";
import type { SeriesRef } from "../../ports/time-series";
import { timeSeriesContract } from "../../ports/time-series.contract";
import { FolderFiles } from "../files/folder-files";
import { Database } from "../postgres/database";
import { PostgresSeriesIndex } from "../postgres/series-index";
import { type TestDatabase, testDatabase } from "../postgres/testing";
import { DuckdbColumnar } from "./columnar";
import { ParquetTimeSeries } from "./time-series";

const POLICY: CompactionPolicy = {
  settleMs: 0,
  minFiles: 3,
  maxFiles: 8,
  maxRows: 100,
  patienceMs: 3_600_000,
};
const INTERVAL = { start: 0, end: 1 };
const running = new AbortController().signal;

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 4 });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

/** A store in a folder of its own; `graceMs` 0 lets retired files go at once. */
async function open(change: { readonly policy?: Partial<CompactionPolicy>; readonly graceMs?: number } = {}) {
  const root = await mkdtemp(path.join(tmpdir(), "series-"));
  const files = new FolderFiles(path.join(root, "files"));
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(root, "tmp") });
  const dies = { at: "" };
  const compaction = {
    index: new PostgresSeriesIndex(db),
    columnar,
    policy: { ...POLICY, ...change.policy },
    failPoint: (name: string) => {
      if (name === dies.at) throw new Error(`died at ${name}`);
    },
  };
  const series = new ParquetTimeSeries(files, { ...compaction, graceMs: change.graceMs ?? 0 });
  return {
    root,
    files,
    columnar,
    dies,
    series,
    scratch: () => files.scratch("points.parquet"),
    close: async () => {
      await columnar.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

timeSeriesContract("Parquet segments in a folder", open);

describe("putting segments together", () => {
  let it_: Awaited<ReturnType<typeof open>>;
  let dataset = "";
  let count = 0;
  beforeEach(async () => {
    it_ = await open();
    count += 1;
    dataset = `compacted${count}`;
    await db.execute(undefined, "DELETE FROM generation");
    await db.execute(undefined, "DELETE FROM retired_segment");
  });
  afterEach(() => it_.close());

  const refOf = (n: number): SeriesRef => ({
    dataset,
    delivery: `${dataset}-${n}`.padEnd(64, "0"),
    generation: uuidv5("generation", dataset, n),
  });

  /** An ingestion as the line leaves it: points in the series, a row in the ledger. */
  async function ingest(
    n: number,
    values: readonly number[],
    extra = "",
    inLedger = values.length,
  ): Promise<SeriesRef> {
    const ref = refOf(n);
    const file = await it_.scratch();
    const points = `SELECT make_timestamptz(i * 1000000 + ${n}) AS datetime, 50.0::DOUBLE AS lat, NULL::DOUBLE AS lon, v::DOUBLE AS t ${extra}, i AS _row
      FROM (SELECT unnest(${JSON.stringify(values)}::DOUBLE[]) AS v, generate_subscripts(${JSON.stringify(values)}::DOUBLE[], 1) - 1 AS i)`;
    await it_.columnar.session((session) =>
      session.execute(`COPY (${points}) TO ${sqlText(file)} (FORMAT parquet)`),
    );
    await it_.series.write(ref, file);
    await db.execute(
      undefined,
      `INSERT INTO delivery (key, dataset, start_us, end_us, payload_sha256, payload_key, payload_bytes, priority, collected_us)
       VALUES ($1, $2, 0, 1, '', '', 0, 0, 0) ON CONFLICT DO NOTHING`,
      ref.delivery,
      dataset,
    );
    await db.execute(
      undefined,
      `INSERT INTO generation (delivery_id, ordinal, command_id, map_hash, map_version, rows, stations, rows_rejected, observed_start_us, bad_cells, unmapped)
       SELECT id, 0, $2::uuid, '', 1, $3::bigint, 1, 0, $4::bigint, '{}', '{}' FROM delivery WHERE key = $1`,
      ref.delivery,
      ref.generation,
      inLedger,
      n,
    );
    return ref;
  }
  const ingestMany = (n: number) => Promise.all(Array.from({ length: n }, (_, i) => ingest(i, [i, i + 0.5])));

  /** Values of one ref in the order of its payload, however it is stored. */
  async function valuesOf(ref: SeriesRef): Promise<readonly unknown[]> {
    const read = await it_.series.read([ref], INTERVAL);
    try {
      const [{ path: file, shared }] = read.files as [(typeof read.files)[number]];
      const where = shared
        ? `_delivery = ${sqlText(ref.delivery)} AND _generation = ${sqlText(ref.generation)}`
        : "true";
      const rows = await it_.columnar.session((session) =>
        session.query(`SELECT t FROM read_parquet(${sqlText(file)}) WHERE ${where} ORDER BY _row`),
      );
      return rows.map(({ t }) => t);
    } finally {
      await read.release();
    }
  }
  async function filesIn(): Promise<readonly string[]> {
    const entries = await readdir(path.join(it_.root, "files", "series"), { recursive: true }).catch(
      () => [],
    );
    return entries.filter((each) => each.endsWith(".parquet"));
  }
  async function upkeep(): Promise<void> {
    for (let round = 0; round < 20; round += 1) if (!(await it_.series.upkeep(running))) return;
    expect.fail("upkeep has no end");
  }
  const expectValues = async (refs: readonly SeriesRef[]) => {
    for (const [i, ref] of refs.entries()) expect(await valuesOf(ref)).toEqual([i, i + 0.5]);
  };

  it("makes one file of many and changes nothing that is read", async () => {
    const refs = await ingestMany(8);
    await upkeep();
    expect(await filesIn()).toHaveLength(1);
    await expectValues(refs);
    const read = await it_.series.read(refs, INTERVAL);
    expect(read.files).toMatchObject([{ shared: true, refs }]);
    await read.release();
    await upkeep();
    expect(await filesIn()).toHaveLength(1);
  });

  it("waits for company, but not for ever", async () => {
    const refs = await ingestMany(2);
    await upkeep();
    expect(await filesIn()).toHaveLength(2);
    await db.execute(undefined, "UPDATE generation SET ingested_at = now() - interval '2 hours'");
    await upkeep();
    expect(await filesIn()).toHaveLength(1);
    await expectValues(refs);
  });

  it("leaves large ones alone, and those whose shape nobody shares", async () => {
    const refs = await ingestMany(3);
    const large = await ingest(
      3,
      Array.from({ length: 60 }, () => 1),
    );
    const odd = await ingest(4, [7], ", 1::INTEGER AS n");
    const other = await ingest(5, [8], ", 1::BIGINT AS n");
    await db.execute(undefined, "UPDATE generation SET ingested_at = now() - interval '2 hours'");
    await upkeep();
    expect(await filesIn()).toHaveLength(4);
    await expectValues(refs);
    expect((await valuesOf(large)).length).toBe(60);
    expect([await valuesOf(odd), await valuesOf(other)]).toEqual([[7], [8]]);
  });

  it("fills a file up to its number of rows and begins another", async () => {
    const refs = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        ingest(
          i,
          Array.from({ length: 30 }, (_each, at) => at),
        ),
      ),
    );
    await upkeep();
    expect(await filesIn()).toHaveLength(2);
    for (const ref of refs) expect(await valuesOf(ref)).toHaveLength(30);
  });

  it("keeps a file readable as long as somebody reads it, and an hour for others", async () => {
    const [ref = refOf(0)] = await ingestMany(3);
    const read = await it_.series.read([ref], INTERVAL);
    const [{ path: file }] = read.files as [(typeof read.files)[number]];
    await upkeep();
    expect(existsSync(file)).toBe(true);
    expect(await filesIn()).toHaveLength(2);
    await read.release();
    await upkeep();
    expect(existsSync(file)).toBe(false);

    await it_.close();
    it_ = await open({ graceMs: 3_600_000 });
    dataset += "b";
    await ingestMany(3);
    await upkeep();
    expect(await filesIn()).toHaveLength(4);
    await db.execute(undefined, "UPDATE retired_segment SET retired_at = now() - interval '2 hours'");
    await upkeep();
    expect(await filesIn()).toHaveLength(1);
  });

  it("an empty one among them is an answer still", async () => {
    const refs = await ingestMany(2);
    const empty = await ingest(2, []);
    await upkeep();
    expect(await filesIn()).toHaveLength(1);
    expect(await valuesOf(empty)).toEqual([]);
    await expectValues(refs);
  });

  it("touches nothing whose rows are not those of the ledger, and nothing whose file is missing", async () => {
    const refs = await ingestMany(3);
    const wrong = await ingest(3, [1, 2], "", 3);
    const lost = await ingest(4, [1]);
    await rm((await it_.series.read([lost], INTERVAL)).files[0]?.path ?? "");
    await upkeep();
    expect(await filesIn()).toHaveLength(2);
    await expectValues(refs);
    expect(await valuesOf(wrong)).toEqual([1, 2]);
    await expect(it_.series.read([lost], INTERVAL)).rejects.toBeInstanceOf(Transient);
  });

  it("removes what lies in a file that is missing; the others in it are said to be missing", async () => {
    const [first = refOf(0), second = refOf(1)] = await ingestMany(4);
    await upkeep();
    await rm((await it_.series.read([first], INTERVAL)).files[0]?.path ?? "");
    await it_.series.remove([first]);
    await expect(it_.series.read([second], INTERVAL)).rejects.toThrow(/is missing/);
  });

  it("removes one from among the others for good", async () => {
    const refs = await ingestMany(4);
    await upkeep();
    const [first = refOf(0), ...others] = refs;
    await it_.series.remove([first]);
    await it_.series.remove([first]);
    await upkeep();
    await expect(it_.series.read([first], INTERVAL)).rejects.toBeInstanceOf(Transient);
    await expect(it_.series.read(refs, INTERVAL)).rejects.toBeInstanceOf(Transient);
    for (const [i, ref] of others.entries()) expect(await valuesOf(ref)).toEqual([i + 1, i + 1.5]);
    const [left = ""] = await filesIn();
    const kept = await it_.columnar.session((session) =>
      session.query(
        `SELECT DISTINCT _delivery FROM read_parquet(${sqlText(path.join(it_.root, "files", "series", left))})`,
      ),
    );
    expect(kept).toHaveLength(3);
    await it_.series.remove(others);
    await upkeep();
    expect(await filesIn()).toEqual([]);
  });

  it("two compactors at once lose and double nothing", async () => {
    const refs = await ingestMany(8);
    const rounds = await Promise.allSettled([it_.series.upkeep(running), it_.series.upkeep(running)]);
    expect(rounds.some(({ status }) => status === "fulfilled")).toBe(true);
    await upkeep();
    expect(await filesIn()).toHaveLength(1);
    await expectValues(refs);
  });

  it.each(["series.merged", "series.announced", "series.shared-stored", "series.moved"])(
    "a crash at %s leaves all that was readable readable, and in the end one file",
    async (point) => {
      const refs = await ingestMany(4);
      it_.dies.at = point;
      await expect(it_.series.upkeep(running)).rejects.toThrow(point);
      it_.dies.at = "";
      await expectValues(refs);
      await upkeep();
      expect(await filesIn()).toHaveLength(1);
      await expectValues(refs);
    },
  );

  it("stops when it is told to, and has done nothing then", async () => {
    const refs = await ingestMany(4);
    await expect(it_.series.upkeep(AbortSignal.abort())).rejects.toBeInstanceOf(Transient);
    expect(await filesIn()).toHaveLength(4);
    await expectValues(refs);
  });
});
