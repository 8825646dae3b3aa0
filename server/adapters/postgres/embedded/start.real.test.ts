import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Log } from "../../../ports/log";
import { isAlive, processesIn, signalProcess } from "../../../process-table";
import { findBinaries } from "./binaries";
import { type Place, placeCluster } from "./place";
import {
  connectionString,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "./start";

const { major } = findBinaries();
const root = process.getuid?.() === 0;

let said: string[];
let folder: string;
const log: Log = { info() {}, error() {}, warn: (message) => said.push(message), with: () => log };

beforeEach(() => {
  said = [];
  folder = mkdtempSync(path.join(os.tmpdir(), "ionbeam-embedded-"));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await stopEmbeddedPostgres(folder).catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

const start = (dataDir = folder): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir, log });

async function ask(address: string | undefined, sql: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: address });
  client.on("error", () => undefined);
  await client.connect();
  return client
    .query<string[]>({ text: sql, rowMode: "array" })
    .then(({ rows }) => rows.flat())
    .finally(() => client.end());
}

function place(): Place {
  return placeCluster(folder, major);
}

describe("the embedded PostgreSQL", () => {
  it("is UTF-8 in the C locale, durable, UTC, and listens on no network", async () => {
    const postgres = await start();
    const settings = `SELECT current_setting(s) FROM unnest(ARRAY['server_encoding', 'fsync', 'synchronous_commit',
                      'full_page_writes', 'TimeZone', 'listen_addresses', 'data_checksums']) s`;
    expect(await ask(postgres.connectionString, settings)).toEqual([
      "UTF8",
      "on",
      "on",
      "on",
      "UTC",
      "",
      "on",
    ]);
    expect(
      await ask(
        postgres.connectionString,
        "SELECT datcollate FROM pg_database WHERE datname = current_database()",
      ),
    ).toEqual(["C"]);
    expect(postgres.adopted).toBe(false);
    expect(connectionString(folder)).toBe(postgres.connectionString);
    await postgres.stop();
    expect(connectionString(folder)).toBeUndefined();
    expect(processesIn(place().cluster)).toEqual([]);
  });

  it("is adopted while it runs, by several at once", async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(new Set(all.map((each) => each.pid)).size).toBe(1);
    expect((await start()).adopted).toBe(true);
  });

  it("keeps what was committed over kill -9 of all its processes", async () => {
    const { connectionString: address } = await start();
    await ask(address, "CREATE TABLE kept (id int)");
    await ask(address, "INSERT INTO kept VALUES (7)");
    for (const pid of processesIn(place().cluster)) signalProcess(pid, "SIGKILL");
    expect(await ask((await start()).connectionString, "SELECT id FROM kept")).toEqual([7]);
  });

  it("starts beside a pid file whose id another program has by now", async () => {
    await (await start()).stop();
    writeFileSync(
      path.join(place().cluster, "postmaster.pid"),
      `${process.pid}\n${place().cluster}\n1\n5432\n\n\n`,
    );
    expect((await start()).adopted).toBe(false);
  });

  it("removes what an initdb that was killed has left, and not that of one that runs", async () => {
    const { home } = place();
    mkdirSync(path.join(home, `${major}.new-999999999-x`), { recursive: true });
    mkdirSync(path.join(home, `${major}.new-${process.ppid}-x`), { recursive: true });
    await start();
    const left = readdirSync(home).filter((name) => name.includes(".new-"));
    expect(left).toEqual([`${major}.new-${process.ppid}-x`]);
  });

  it("takes a short folder for its socket where the path is too long for one", async () => {
    const deep = path.join(folder, "d".repeat(120));
    mkdirSync(deep);
    const postgres = await start(deep);
    expect(await ask(postgres.connectionString, "SELECT 1")).toEqual([1]);
    const { socketDir } = placeCluster(deep, major);
    expect(socketDir.length).toBeLessThan(100);
    expect(existsSync(socketDir)).toBe(true);
    await postgres.stop();
    expect(existsSync(socketDir)).toBe(false);
  });

  it("refuses the database of another major version", async () => {
    mkdirSync(path.join(place().home, "17"), { recursive: true });
    await expect(start()).rejects.toThrow(/database of PostgreSQL 17, and this Ionbeam brings/);
  });

  it.runIf(root)(
    "lives apart where its account cannot reach the data folder, and goes when that goes",
    async () => {
      chmodSync(folder, 0o700);
      const first = await start();
      try {
        expect(first.home).toMatch(/^\/var\/lib\/ionbeam\/[0-9a-f]{12}$/);
        expect(readFileSync(path.join(folder, "postgresql-folder"), "utf8").trim()).toBe(first.home);
        await ask(first.connectionString, "CREATE TABLE gone (id int)");
        rmSync(folder, { recursive: true });
        mkdirSync(folder, { mode: 0o700 });
        const second = await start();
        expect(isAlive(first.pid)).toBe(false);
        expect(said).toEqual(["the database of a data folder that is gone was set aside"]);
        expect(
          await ask(second.connectionString, "SELECT count(*)::int FROM pg_tables WHERE tablename = 'gone'"),
        ).toEqual([0]);
        await second.stop();
      } finally {
        for (const name of readdirSync("/var/lib/ionbeam")) {
          if (name.startsWith(path.basename(first.home)))
            rmSync(path.join("/var/lib/ionbeam", name), { recursive: true });
        }
      }
    },
  );
});
