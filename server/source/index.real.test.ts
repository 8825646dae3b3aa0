import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import { FetchHttp } from "../adapters/http/fetch-http";
import { DAY, formatInstant, parseInstant } from "../observation/time";
import { sqlText } from "../ports/columnar";
import type { Log } from "../ports/log";
import { sourcePlugins } from "./index";
import type { Collected, SourcePlugin } from "./plugin";
import type { SourceTrial, SourceTrialFile } from "./testing";

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => quiet };

/** A run is tried again after a crash: what every kind of source promises, whatever it is. */
describe.each(sourcePlugins.map((plugin) => [plugin.kind, plugin] as const))(
  "collect of %s, run twice",
  (kind, plugin: SourcePlugin) => {
    let folder: string;
    let trial: SourceTrial;
    let columnar: DuckdbColumnar;
    let first: Collected;
    let second: Collected;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), "sources-"));
      trial = await trialOf(kind);
      for (const [name, value] of Object.entries(trial.environment ?? {})) vi.stubEnv(name, value);
      columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "spill") });
      const config = plugin.config.parse(trial.config);
      let now = trial.range.end + 10 * DAY;
      const collect = () => {
        const clock = { now: () => now, sleep: async () => {} };
        return plugin.collect(trial.range, config, {
          http: new FetchHttp(clock),
          files: new FolderFiles(path.join(folder, "store")),
          columnar,
          clock,
          log: quiet,
          signal: new AbortController().signal,
          runId: "run",
          attempt: 0,
          progress: async () => {},
        });
      };
      first = await collect();
      now += DAY / 24;
      second = await collect();
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await trial.close();
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
      expect(first.claim.start).toBeLessThanOrEqual(trial.range.start);
      expect(first.claim.end).toBeGreaterThanOrEqual(trial.range.end);
    });

    it("names every column of its map", async () => {
      const map = plugin.map(plugin.config.parse(trial.config));
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
      expect(parseInstant(footer.get("ionbeam.collected_at") ?? "")).toBeGreaterThanOrEqual(trial.range.end);
      expect(JSON.parse(footer.get("ionbeam.requested") ?? "")).toEqual({
        start: formatInstant(trial.range.start),
        end: formatInstant(trial.range.end),
      });
    });
  },
);

/** The vendor that the source's folder brings along. */
async function trialOf(kind: string): Promise<SourceTrial> {
  const file = path.join(import.meta.dirname, kind, "trial.testing.ts");
  const { open }: SourceTrialFile = await import(pathToFileURL(file).href);
  return open();
}

async function digest(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
