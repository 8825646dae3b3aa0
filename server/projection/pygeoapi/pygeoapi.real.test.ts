import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const here = (file: string) => JSON.stringify(path.resolve("server", file));

/** Projects revision after revision of four windows of two datasets, and says a line after each. Takes the data folder. */
const PROGRAM = `
  import path from "node:path";
  import { setTimeout as sleep } from "node:timers/promises";
  import { DuckdbColumnar } from ${here("adapters/duckdb/columnar.ts")};
  import { FolderFiles } from ${here("adapters/files/folder-files.ts")};
  import { pygeoapi } from ${here("projection/pygeoapi/index.ts")};
  const root = process.argv[1];
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(root, "tmp") });
  const files = new FolderFiles(path.join(root, "files"));
  const log = { info() {}, warn() {}, error() {}, with: () => log };
  const extent = { bbox: [9, 48, 10, 49], time: { start: 0, end: 3600e6 } };
  const columns = [["datetime", "time"], ["lat", "latitude"], ["lon", "longitude"], ["v__1__0.0__point__PT0S", "variable"], ["station_id", "metadata"]]
    .map(([name, role]) => ({ name, role, dtype: "" }));
  for (let i = 0; ; i += 1) {
    const file = path.join(root, "canonical-" + process.pid + ".parquet");
    await columnar.session((session) => session.execute(
      "COPY (SELECT to_timestamp(r.x) AS datetime, 48.5::DOUBLE AS lat, 9.5::DOUBLE AS lon, r.x::DOUBLE AS v__1__0, 'a' AS station_id FROM range(" + (1 + i % 50) + ") r(x)) TO '" + file + "' (FORMAT parquet)"));
    const window = { start: (i % 2) * 3600e6, end: (1 + i % 2) * 3600e6 };
    const name = i % 4 < 2 ? "sensor.community" : "ioncannon";
    const dataset = { name, description: "made up ".repeat(500 + i % 50), keywords: [], source_links: [] };
    const ports = { files, columnar, clock: { now: () => Date.now() * 1000, sleep: (ms) => sleep(ms) }, log, signal: new AbortController().signal, confirm: async () => undefined };
    const own = columns.map((c) => c.role === "variable" ? { ...c, name: "v__1__0" } : c);
    const facts = { dataset, datasetColumns: own, identity: ["station_id"], mobile: false };
    const [product] = await pygeoapi.project({ ...facts, window, revision: 1, file, columns: own }, {}, ports);
    await pygeoapi.days.show({ ...facts, rights: [], synthetic: true, extent, version: i, files: [{ interval: window, path: product.path }] }, {}, ports);
    console.log(i);
  }`;

function start(root: string): ChildProcess {
  const args = ["--import", "tsx", "--input-type=module", "-e", PROGRAM, root];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills the child once it has said so many lines, while it is at the next piece of work. */
async function killAfter(child: ChildProcess, count: number): Promise<void> {
  let seen = 0;
  child.stdout?.on("data", (chunk) => {
    seen += String(chunk).split("\n").length - 1;
    if (seen >= count) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}

function expectWhole(root: string): void {
  const folder = path.join(root, "files/projections/pygeoapi");
  const { resources, server } = parse(readFileSync(path.join(folder, "pygeoapi-config.yml"), "utf8"));
  expect(server.bind.port).toBe(5000);
  for (const name of Object.keys(resources)) {
    const { source } = resources[name].providers[0].data;
    const served = readdirSync(source).filter((file) => !file.startsWith("."));
    expect(served.length).toBeGreaterThan(0);
    expect(served.length).toBeLessThanOrEqual(2);
    for (const file of served) {
      const bytes = readFileSync(path.join(source, file));
      const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
      expect(Number(parquetMetadata(content).num_rows)).toBeGreaterThan(0);
    }
  }
}

describe("two processes that project at once and are killed at any point", () => {
  it("leave a whole configuration and whole files, and are in nobody's way afterwards", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "pygeoapi-killed-"));
    for (let round = 0; round < 2; round += 1) {
      // How far each gets before it is killed differs from round to round, and so does the point.
      await Promise.all([0, 1].map((i) => killAfter(start(root), 3 + round * 3 + i)));
      expectWhole(root);
    }
    expect(existsSync(path.join(root, "files/projections/pygeoapi/ioncannon/served"))).toBe(true);
  });
});
