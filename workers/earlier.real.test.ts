import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresLoad } from "../server/adapters/postgres/load";
import { DATASET_AVAILABLE } from "../server/dataset/messages";
import { HOUR, parseInstant } from "../server/observation/time";
import { commandsOn, QUIET_YAML } from "./cli.testing";
import { isQuiet, isQuietAtOnce, openTestLine, outcome, type TestLine } from "./line.testing";

const EARLIER = path.join(import.meta.dirname, "fixtures", "earlier");
const MIGRATIONS = path.join(import.meta.dirname, "..", "prisma", "migrations");
const START = parseInstant("2026-03-01T00:00:00Z") ?? Number.NaN;
const name = "ioncannon";

/** `database.json` of a fixture, as `fixtures/earlier-data-folder.ts` writes it. */
interface Dump {
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly called: boolean }[];
  readonly tables: Readonly<Record<string, readonly object[]>>;
}

/** Puts the folder and the database of an earlier commit in the place of a line's own, then migrates as a start does. */
async function takeOver(line: TestLine, commit: string): Promise<void> {
  const fixture = path.join(EARLIER, commit);
  const files = path.join(line.folder, "files");
  await cp(path.join(fixture, "files"), files, { recursive: true });
  for (const entry of await readdir(files, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(ya?ml|json)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    await writeFile(file, (await readFile(file, "utf8")).replaceAll("/DATA-FOLDER", line.folder));
  }
  const text = await readFile(path.join(fixture, "database.json"), "utf8");
  const dump: Dump = JSON.parse(text.replaceAll("/DATA-FOLDER", line.folder));
  await line.db.execute(undefined, "DROP SCHEMA public CASCADE");
  await line.db.execute(undefined, "CREATE SCHEMA public");
  const filled = Object.entries(dump.tables).filter(([, rows]) => rows.length > 0);
  await new PostgresLoad(line.connectionString, MIGRATIONS).load({
    id: commit,
    migrations: dump.migrations,
    sequences: dump.sequences,
    tables: filled.map(([table, rows]) => ({
      name: table,
      columns: Object.keys(rows[0] ?? {}),
      rows: rows.length,
    })),
    async *rows(table) {
      yield (dump.tables[table.name] ?? []).map((row) => JSON.stringify(row));
    },
    tell: () => undefined,
  });
}

describe.each(readdirSync(EARLIER))("the data folder of commit %s, under this version", (commit) => {
  let line: TestLine;
  let before: readonly object[];
  const { json } = commandsOn(() => line);

  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    await takeOver(line, commit);
    before = await outcome(line, name);
    line.start();
  });
  afterAll(() => line.close());

  const revisions = () =>
    line.db.rows<object>(
      undefined,
      `SELECT start_us, revision, current, publications, file_key FROM revision ORDER BY 1, 2`,
    );
  const published = async () => {
    const [row] = await line.db.rows<{ n: number }>(
      undefined,
      "SELECT count(*) AS n FROM outbox WHERE route = $1",
      DATASET_AVAILABLE,
    );
    return row?.n;
  };
  const windows = async () => (await line.runtime.views.windows({ dataset: name, limit: 9 })).items;
  const run = (from: number, to: number, requestKey: string) =>
    line.runtime.verbs.runSource({ name, start: START + from * HOUR, end: START + to * HOUR, requestKey });

  it("was built, and every file is what the ledger says", async () => {
    expect(before).toMatchObject([{ state: "built" }, { state: "built" }]);
    const files = await line.db.rows<{ file_key: string; sha256: string }>(
      undefined,
      "SELECT file_key, sha256 FROM revision WHERE current",
    );
    expect(files).toHaveLength(2);
    for (const { file_key, sha256 } of files) {
      const bytes = await readFile(path.join(line.folder, "files", file_key));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
  });

  it("comes to rest with nothing built and nothing published again", async () => {
    const [stood, sent] = [await revisions(), await published()];
    await line.until(
      async () => /the worker runs/.test(await readFile(path.join(line.folder, "worker.log"), "utf8")),
      "the worker's start",
    );
    // A run is worked in its turn: what the start found to do was found before it.
    await run(2, 2.5, "after the start");
    await line.until(async () => (await windows()).length === 3 && (await isQuiet(line)), "the run");
    expect((await revisions()).slice(0, stood.length)).toEqual(stood);
    expect(await published()).toBe(sent);
    expect(
      (await outcome(line, name)).filter(
        (window) => !("start" in window && window.start === START + 2 * HOUR),
      ),
    ).toEqual(before);
    expect((await windows()).filter(({ stale }) => stale)).toEqual([]);
  });

  it("takes a source's run to a window of its own", async () => {
    await run(2.5, 3, "the other half");
    const built = async () =>
      (await windows()).filter(({ state }) => state === "built").length === 3 && (await isQuiet(line));
    await line.until(built, "a third window");
    expect((await windows()).find(({ start }) => start === START + 2 * HOUR)).toMatchObject({ rows: 30 });
  });

  it("gives the same bytes when a window is asked for again", async () => {
    await line.runtime.verbs.reprocessWindow({
      dataset: name,
      start: START,
      end: START + HOUR,
      requestKey: "click",
      forced: false,
    });
    await line.until(() => isQuiet(line), "the reprocess");
    expect(await outcome(line, name)).toEqual(expect.arrayContaining([...before]));
    expect(await revisions()).toContainEqual(
      expect.objectContaining({ start_us: START, revision: 1, publications: 2 }),
    );
  });

  it("takes late data in: the rows of the earlier version and those of this one", async () => {
    await line.db.execute(
      undefined,
      `UPDATE source SET config = config || '{"num_stations": 6}' WHERE name = $1`,
      name,
    );
    await run(0.25, 0.75, "late");
    const built = async () =>
      (await isQuietAtOnce(line)) &&
      (await windows()).some(({ start, rows }) => start === START && rows === 33);
    await line.until(built, "the late rows");
    const first = (await windows()).find(({ start }) => start === START);
    expect(first).toMatchObject({ state: "built", stations: 6, revision: 2, stale: false });
  });

  it("answers on the command line and by the views of the pages", async () => {
    const listed = await json("window", "list", "--dataset", name);
    expect(listed).toHaveLength(3);
    expect(await json("source", "list")).toContainEqual(expect.objectContaining({ name }));
    expect((await line.runtime.views.ingests({ limit: 9 })).items).toHaveLength(6);
    expect(await line.runtime.inbox.deadLetters(9, 0)).toEqual([]);
  });
});
