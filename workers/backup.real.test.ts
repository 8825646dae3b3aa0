import { appendFileSync, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readEnvironment } from "../config/env";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "../server/adapters/postgres/embedded/start";
import { type TestDatabase, testDatabase } from "../server/adapters/postgres/testing";
import { HOUR, parseInstant } from "../server/observation/time";
import type { Log } from "../server/ports/log";
import { type Answer, environmentOf, ionbeam } from "./cli.testing";
import { isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";
import { check } from "./supervisor";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

let line: TestLine;
/** Everything that a test makes beside the line. */
let folder: string;
let database: TestDatabase;

/** The line of all tests here: four hours built and projected; a fifth is asked for by the one that backs up while it runs. */
beforeAll(async () => {
  line = await openTestLine(YAML);
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  for (const hour of [0, 1, 2, 3]) await run(hour);
  await built(line, 4);
});

afterAll(() => line.close());

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-backup-"));
  await chmod(folder, 0o755);
  database = await testDatabase();
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await client.end();
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(hour: number): Promise<void> {
  const start = DAY + hour * HOUR;
  await line.runtime.verbs.runSource({
    name: "ioncannon",
    start,
    end: start + HOUR,
    requestKey: `run ${hour}`,
  });
}

async function built(of: TestLine, count: number): Promise<void> {
  const done = async () => {
    const { items } = await of.runtime.views.windows({ dataset: "ioncannon", limit: 20 });
    return items.filter(({ state }) => state === "built").length === count && (await isQuiet(of));
  };
  await of.until(done, `${count} windows built`);
}

const at = (name: string) => path.join(folder, name);

const backUp = (...args: readonly string[]) =>
  ionbeam(environmentOf(line), "backup", at("backup"), "--json", ...args);

/** Restores onto the empty database and a new data folder. */
const restore = (env: Readonly<Record<string, string>> = {}, name = "data") =>
  ionbeam(
    { DATABASE_URL: database.connectionString, IONBEAM_DATA_DIR: at(name), ...env },
    "restore",
    at("backup"),
    "--json",
  );

const verify = (...args: readonly string[]) =>
  ionbeam({}, "restore", at("backup"), "--verify", "--json", ...args);

function answer({ code, out, err }: Answer): Record<string, unknown> {
  expect({
    code,
    err: err
      .split("\n")
      .filter((each) => !/files|rows|migrated/.test(each))
      .join("\n"),
  }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
}

/** Of the ledger: how often a window was built and published. */
async function history(of: TestLine) {
  return of.db.rows(
    undefined,
    `SELECT start_us, revision, sha256, current, publications FROM revision ORDER BY 1, 2`,
  );
}

/** What pygeoapi would read. */
async function served(of: string): Promise<readonly string[]> {
  const names = await readdir(path.join(of, "files", "projections"), { recursive: true });
  return names.filter((name) => name.includes("/served/") && name.endsWith(".parquet")).sort();
}

describe("a backup of a running line", () => {
  it("is restored onto an empty machine, which goes on where it was", async () => {
    // In flight while it is backed up.
    await run(4);
    const said = answer(await backUp());
    expect(said).toMatchObject({ lacking: [] });
    await built(line, 5);
    const undisturbed = await outcome(line, "ioncannon");
    const before = await history(line);

    const data = at("data");
    answer(await restore({ DATABASE_URL: "" }));
    expect(await readdir(data)).not.toContain("restore-unfinished.json");
    const postgres = await startEmbeddedPostgres({ dataDir: data, log: silent });
    const restored = await openTestLine(YAML, { folder: data, connectionString: postgres.connectionString });
    try {
      const [stale] = await restored.db.rows<{ n: number }>(
        undefined,
        `SELECT count(*) AS n FROM "window" WHERE stale`,
      );
      expect(stale?.n).toBe(0);
      // Nothing of the old folder is named any more.
      const paths = await restored.db.rows<{ text: string }>(
        undefined,
        "SELECT body::text AS text FROM inbox UNION ALL SELECT body::text FROM outbox UNION ALL SELECT products::text FROM projection_state",
      );
      expect(paths.some(({ text }) => text.includes(`${data}/files/`))).toBe(true);
      expect(paths.filter(({ text }) => text.includes(line.folder))).toEqual([]);
      // Generations of links would come back as copies.
      const shown = await readdir(path.join(data, "files/projections"), { recursive: true });
      expect(shown.filter((name) => /generations|served/.test(name))).toEqual([]);
      restored.start();
      await built(restored, 5);
      expect(await served(data)).not.toEqual([]);
      expect(await outcome(restored, "ioncannon")).toEqual(undisturbed);
      // The four that were built before are not built or published again.
      expect((await history(restored)).slice(0, 4)).toEqual(before.slice(0, 4));
      expect(await served(data)).toEqual(await served(line.folder));
      // Readable by the same users as before.
      const rights = async (root: string) =>
        (await stat(await firstBelow(path.join(root, "files/datasets")))).mode.toString(8);
      expect(await rights(data)).toBe(await rights(line.folder));
      const configuration = path.join(data, "files/projections/pygeoapi/pygeoapi-config.yml");
      const yaml = await readFile(configuration, "utf8");
      expect(yaml).toContain(`${data}/files/projections/`);
      expect(yaml).not.toContain(line.folder);
      // And it works on: the next hour is collected, built and projected.
      await restored.runtime.verbs.runSource({
        name: "ioncannon",
        start: DAY + 5 * HOUR,
        end: DAY + 6 * HOUR,
        requestKey: "run 5",
      });
      await built(restored, 6);
    } finally {
      await restored.close();
      await stopEmbeddedPostgres(data);
    }
  });

  it("copies only what is new the second time, keeps as many as it is told, and stays whole", async () => {
    const first = answer(await backUp());
    expect(first.copiedFiles).toBeGreaterThan(10);
    const second = answer(await backUp("--keep", "1"));
    expect(second).toMatchObject({ copiedFiles: 0, files: first.files, bytes: first.bytes });
    expect(await readdir(at("backup/backups"))).toEqual([second.backup]);
    expect(answer(await verify())).toMatchObject({ backup: second.backup, files: first.files });
  });

  it.each([
    ["a file", async () => firstBelow(at("backup/objects"))],
    ["a table", async () => firstBelow(at("backup/backups"), "inbox.ndjson.gz")],
    ["the manifest", async () => firstBelow(at("backup/backups"), "backup.json")],
    ["the list of files", async () => firstBelow(at("backup/backups"), "files.ndjson.gz")],
  ])("with %s changed is told as damaged, and its restore as not whole", async (_name, find) => {
    answer(await backUp());
    appendFileSync(await find(), "x");
    for (const each of [await verify(), await restore()]) {
      expect(each).toMatchObject({ code: 2, out: "" });
      expect(each.err).toMatch(/the backup is damaged: .* (changed|missing)/);
    }
    // Whatever is in the folder by now, nothing starts on it.
    if (existsSync(at("data"))) await expect(start()).rejects.toThrow(/begun and not finished/);
  });
});

describe("a folder of backups in which something is rotten", () => {
  it("gives an older backup by its id, and takes the next one", async () => {
    const older = answer(await backUp());
    const newest = answer(await backUp());
    await writeFile(at("backup/newest.json"), "{");
    for (const each of [await verify(), await restore()]) {
      expect(each.code).toBe(2);
      expect(each.err).toContain(`--backup <id>: ${[older.backup, newest.backup].sort().join(", ")}`);
    }
    expect(answer(await verify("--backup", String(older.backup)))).toMatchObject({ backup: older.backup });
    expect((await verify("--backup", "none")).err).toContain(String(older.backup));
    const next = answer(await backUp());
    expect(next).toMatchObject({ lacking: [], files: older.files });
    expect(answer(await verify())).toMatchObject({ backup: next.backup });
  });

  it("names the object, which the next backup copies again once it is removed", async () => {
    answer(await backUp());
    const object = await firstBelow(at("backup/objects"));
    const bytes = await readFile(object);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(object, bytes);
    const { err } = await verify();
    expect(err).toContain(`(${path.relative(at("backup"), object)})`);
    expect(err).toMatch(/may be removed: the next backup into this folder copies it again/);
    await rm(object);
    expect(answer(await backUp()).copiedFiles).toBeGreaterThan(0);
    answer(await verify());
  });
});

async function firstBelow(below: string, name?: string): Promise<string> {
  const names = (await readdir(below, { recursive: true, withFileTypes: true })).filter((each) =>
    each.isFile(),
  );
  const found = names.find((each) => name === undefined || each.name === name);
  return path.join(found?.parentPath ?? "", found?.name ?? "");
}

/** The checks of a start on the restored data. */
const start = () =>
  check(
    readEnvironment({ DATABASE_URL: database.connectionString, IONBEAM_DATA_DIR: at("data"), PORT: "0" }),
  );

describe("kill -9", () => {
  it.each(["backup.files-copied", "backup.database-dumped", "backup.before-named", "files"])(
    "of the first backup at %s leaves nothing that looks whole, and the next one is",
    async (point) => {
      const killed = await ionbeam(
        { ...environmentOf(line), IONBEAM_FAIL_POINT: point === "files" ? "backup.file-copied:3" : point },
        "backup",
        at("backup"),
      );
      expect(killed).toMatchObject({ code: null, out: "" });
      expect(await verify()).toMatchObject({ code: 3, err: expect.stringContaining("no whole backup yet") });
      expect((await restore()).code).toBe(3);
      expect(answer(await backUp())).toMatchObject({ lacking: [] });
      answer(await verify());
      expect(await readdir(at("backup/backups"))).toHaveLength(point === "backup.before-named" ? 2 : 1);
    },
  );

  it("of a second backup leaves the first one", async () => {
    const first = answer(await backUp());
    const env = { ...environmentOf(line), IONBEAM_FAIL_POINT: "backup.before-named" };
    expect((await ionbeam(env, "backup", at("backup"))).code).toBeNull();
    expect(answer(await verify())).toMatchObject({ backup: first.backup });
  });

  it.each([
    "restore.file-placed:5",
    "restore.files-placed",
    "restore.table-filled:4",
    "restore.database-loaded",
  ])("of a restore at %s: nothing starts there, and the same restore goes on", async (point) => {
    const { backup } = answer(await backUp());
    expect((await restore({ IONBEAM_FAIL_POINT: point })).code).toBeNull();
    await expect(start()).rejects.toThrow(/begun and not finished/);
    expect(answer(await restore())).toMatchObject({ backup });
    await start();
    const restored = await openTestLine(YAML, {
      folder: at("data"),
      connectionString: database.connectionString,
    });
    try {
      expect(await outcome(restored, "ioncannon")).toEqual(await outcome(line, "ioncannon"));
      expect(await history(restored)).toEqual(await history(line));
    } finally {
      await restored.close();
    }
  });
});

describe("refused, each in a sentence", () => {
  it("is a folder inside the data folder, around it, with other things in it, or below a file", async () => {
    await mkdir(at("other"));
    await writeFile(at("other/file"), "");
    for (const [target, sentence] of [
      [path.join(line.folder, "backup"), /lie in each other/],
      [path.dirname(line.folder), /lie in each other/],
      [at("other"), /no backup of Ionbeam's/],
      [at("other/file"), /not a folder/],
      [at("other/file/below"), /not a folder/],
    ] as const) {
      const { code, out, err } = await ionbeam(environmentOf(line), "backup", target);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(sentence);
    }
    expect(existsSync(path.join(line.folder, "backup"))).toBe(false);
  });

  it("is a restore from nothing, onto a data folder or a database that holds something", async () => {
    expect(await restore()).toMatchObject({ code: 3, err: expect.stringContaining("there is no backup in") });
    answer(await backUp());
    await mkdir(at("data"));
    await writeFile(at("data/file"), "");
    expect(await restore()).toMatchObject({ code: 4, err: expect.stringContaining("is not empty") });
    const full = await restore({ DATABASE_URL: line.connectionString }, "new");
    expect(full).toMatchObject({ code: 4, err: expect.stringContaining("the database is not empty") });
    // It stays so, and the folder is as it was.
    expect((await restore({ DATABASE_URL: line.connectionString }, "new")).code).toBe(4);
    expect(await readdir(at("new"))).toEqual([]);
  });

  it("is a backup that would lack a file, unless that is wanted", async () => {
    const [file] =
      (await line.runtime.views.windows({ dataset: "ioncannon", limit: 1 })).items[0]?.files ?? [];
    const bytes = await readFile(file ?? "");
    await rm(file ?? "");
    try {
      const { code, err } = await backUp();
      expect(code).toBe(2);
      expect(err).toContain(`datasets/ioncannon/${path.basename(file ?? "")} (the file is missing)`);
      expect((await verify()).code).toBe(3);
      const said = answer(await backUp("--allow-missing"));
      expect(said.lacking).toEqual([
        { key: `datasets/ioncannon/${path.basename(file ?? "")}`, why: "the file is missing" },
      ]);
    } finally {
      await writeFile(file ?? "", bytes);
    }
  });
});
