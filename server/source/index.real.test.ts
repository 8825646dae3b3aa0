import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ArchiveServer, startArchiveServer } from "../../e2e/archive-server";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import { FetchHttp } from "../adapters/http/fetch-http";
import { DAY, parseInstant } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { Log } from "../ports/log";
import { sourcePlugins } from "./index";
import type { Collected, SourcePlugin } from "./plugin";

const start = parseInstant("2022-01-01T00:00:00Z") ?? Number.NaN;
const request = { start, end: start + DAY };
const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => quiet };

/** A run is tried again after a crash: what every kind of source promises, whatever it is. */
describe.each(sourcePlugins.map((plugin) => [plugin.kind, plugin] as const))(
  "collect of %s, run twice",
  (kind, plugin: SourcePlugin) => {
    let folder: string;
    let server: ArchiveServer;
    let columnar: DuckdbColumnar;
    let first: Collected;
    let second: Collected;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), "sources-"));
      server = await startArchiveServer(await vendor(folder, kind));
      columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "spill") });
      // A source without an address has no use for one.
      const config = plugin.config.parse({ base_url: server.url });
      let now = request.end + 10 * DAY;
      const collect = () => {
        const clock = { now: () => now, sleep: async () => {} };
        return plugin.collect(request, config, {
          http: new FetchHttp(clock),
          files: new FolderFiles(path.join(folder, "store")),
          columnar,
          clock,
          log: quiet,
          signal: new AbortController().signal,
          runId: "run",
          progress: async () => {},
        });
      };
      first = await collect();
      now += DAY / 24;
      second = await collect();
    });
    afterAll(async () => {
      await server.close();
      await columnar.close();
      await rm(folder, { recursive: true, force: true });
    });
    const query = (sql: string) => columnar.session((session) => session.query(sql));

    it("finds rows, and the same bytes again in a file of its own", async () => {
      expect(first.rows).toBeGreaterThan(0);
      expect(second.payload).not.toBe(first.payload);
      expect({ ...second, payload: "" }).toEqual({ ...first, payload: "" });
      expect(await digest(second.payload)).toBe(await digest(first.payload));
    });

    it("writes as many rows as it says", async () => {
      expect(await query(`SELECT count(*) AS n FROM read_parquet(${sqlText(first.payload)})`)).toEqual([
        { n: first.rows },
      ]);
    });

    it("claims at least what was asked", () => {
      expect(first.claim.start).toBeLessThanOrEqual(request.start);
      expect(first.claim.end).toBeGreaterThanOrEqual(request.end);
    });

    it("names every column of its map", async () => {
      const config = plugin.config.parse({});
      const map = plugin.map(config);
      const mapped = [
        map.datetime.from_col,
        map.lat.from_col,
        map.lon.from_col,
        ...map.canonical_variables.map(({ column }) => column),
        ...map.metadata_variables.map(({ column }) => column),
      ];
      const described = await query(`DESCRIBE SELECT * FROM ${sqlText(first.payload)}`);
      const columns = described.map(({ column_name }) => column_name);
      expect(columns).toEqual(expect.arrayContaining(mapped));
    });

    it("says in the footer when it was collected and what was asked", async () => {
      const pairs = await query(
        `SELECT decode(key) AS k, decode(value) AS v FROM parquet_kv_metadata(${sqlText(first.payload)})`,
      );
      const footer = new Map(pairs.map(({ k, v }) => [k, String(v)]));
      expect(parseInstant(footer.get("ionbeam.collected_at") ?? "")).toBeGreaterThanOrEqual(request.end);
      expect(JSON.parse(footer.get("ionbeam.requested") ?? "")).toEqual({
        start: "2022-01-01T00:00:00Z",
        end: "2022-01-02T00:00:00Z",
      });
    });
  },
);

/** A folder that serves the day asked for, from the day files among the fixtures of the source. */
async function vendor(folder: string, kind: string): Promise<string> {
  const archive = path.join(folder, "archive");
  const day = path.join(archive, "2022", "2022-01-01");
  const fixtures = path.join(import.meta.dirname, kind, "fixtures");
  for (const entry of await readdir(fixtures, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.startsWith("2022-01-01_")) continue;
    await cp(path.join(entry.parentPath, entry.name), path.join(day, entry.name));
  }
  await cp(import.meta.filename, path.join(day, "measurements.txt"));
  return archive;
}

async function digest(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
