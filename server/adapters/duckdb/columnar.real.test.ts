import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Invalid, Transient } from "../../errors";
import { type Cell, sqlName, sqlText } from "../../ports/columnar";
import { DuckdbColumnar } from "./columnar";

/** Hours of work, if nobody stops it. */
const LONG = "SELECT count(*) AS n FROM range(4000000) a, range(4000000) b WHERE a.range % 7 = b.range % 11";

describe("DuckDB as the columnar engine", () => {
  let folder: string;
  let columnar: DuckdbColumnar;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "columnar-"));
    columnar = new DuckdbColumnar({
      tempDirectory: path.join(folder, "spill"),
      memoryLimit: "100MB",
      threads: 2,
    });
  });
  afterAll(async () => {
    await columnar.close();
    await rm(folder, { recursive: true, force: true });
  });
  const query = (sql: string, signal?: AbortSignal) =>
    columnar.session((session) => session.query(sql), signal);

  it.each<[string, Cell]>([
    ["1::BIGINT", 1],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", 9007199254740992n],
    ["-9223372036854775808", -9223372036854775808n],
    ["sum(7::BIGINT)", 7],
    ["0.5::DOUBLE", 0.5],
    ["true", true],
    ["NULL", null],
    [sqlText('it\'s; -- \n"x"'), 'it\'s; -- \n"x"'],
  ])("gives %s back", async (expression, value) => {
    expect(await query(`SELECT ${expression} AS ${sqlName('a "b"')}`)).toEqual([{ 'a "b"': value }]);
  });

  it("runs in UTC, within the limits that it was given", async () => {
    const [row] = await query(
      "SELECT current_setting('TimeZone') AS zone, current_setting('threads') AS threads, current_setting('memory_limit') AS memory",
    );
    expect(row).toEqual({ zone: "UTC", threads: 2, memory: "95.3 MiB" });
  });

  it("says what to do when its memory does not suffice, and the work can be tried again", async () => {
    const failed = query("SELECT len(list(range)) AS n FROM range(60_000_000)");
    await expect(failed).rejects.toThrow(Transient);
    await expect(failed).rejects.toThrow(/IONBEAM_DUCKDB_MEMORY \(Out of Memory Error/);
  });

  it("keeps nothing from one session to the next, also side by side", async () => {
    await Promise.all(
      [1, 2, 3, 4].map((n) =>
        columnar.session(async (session) => {
          await session.execute(`CREATE TEMP TABLE own AS SELECT ${n} AS n`);
          expect(await session.query("SELECT n FROM own")).toEqual([{ n }]);
        }),
      ),
    );
    await expect(query("SELECT n FROM own")).rejects.toThrow(/own/);
  });

  it("spills what does not fit into memory to the folder, and leaves nothing there", async () => {
    const sql = `COPY (SELECT range AS n, md5(range::VARCHAR) AS t FROM range(4000000) ORDER BY t) TO ${sqlText(path.join(folder, "sorted.parquet"))} (FORMAT parquet)`;
    await columnar.session((session) => session.execute(sql));
    expect(
      await query(`SELECT count(*) AS n FROM read_parquet(${sqlText(path.join(folder, "sorted.parquet"))})`),
    ).toEqual([{ n: 4_000_000 }]);
    expect(await readdir(path.join(folder, "spill"))).toEqual([]);
  });

  it("work that is stopped ends at once, and the engine goes on", async () => {
    const stop = new AbortController();
    const asked = query(LONG, stop.signal);
    const began = performance.now();
    const stopping = setTimeout(() => stop.abort(), 50);
    await expect(asked).rejects.toThrow(Transient);
    clearTimeout(stopping);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(await query("SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });

  it("begins nothing once it was stopped, between two statements too", async () => {
    await expect(query("SELECT 1", AbortSignal.abort())).rejects.toThrow(Transient);
    const stop = new AbortController();
    const second = columnar.session(async (session) => {
      await session.query("SELECT 1");
      stop.abort();
      await session.execute("CREATE TEMP TABLE late AS SELECT 1");
    }, stop.signal);
    await expect(second).rejects.toThrow(Transient);
  });

  it("tells what is wrong for ever from what may pass and from our own faults", async () => {
    const file = path.join(folder, "no.parquet");
    await writeFile(file, "this is no parquet file, whatever it is called\n");
    await expect(query(`SELECT * FROM read_parquet(${sqlText(file)})`)).rejects.toThrow(Invalid);
    const mine = query("SELECT nothing FROM nowhere");
    await expect(mine).rejects.toThrow(/nowhere/);
    await expect(mine).rejects.not.toBeInstanceOf(Invalid);
    await expect(mine).rejects.not.toBeInstanceOf(Transient);
    const tooMuch = query("SELECT string_agg(md5(range::VARCHAR)) AS t FROM range(20000000)");
    await expect(tooMuch).rejects.toThrow(Transient);
  });

  it("opens again after it was closed", async () => {
    await columnar.close();
    expect(await query("SELECT 2 AS n")).toEqual([{ n: 2 }]);
  });
});
