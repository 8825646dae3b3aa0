import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR } from "../../observation/time";
import type { Files } from "../../ports/files";
import { Bench } from "../../ports/ledger.bench.contract";

import type { Window } from "../../window/model";
import { FolderFiles } from "../files/folder-files";
import { Database } from "./database";
import { PostgresLedger } from "./ledger";
import { RevisionRetention } from "./revision-retention";
import { type TestDatabase, testDatabase } from "./testing";

const A = "a".repeat(64);
const B = "b".repeat(64);
const DATASET = "contract";
const signal = new AbortController().signal;

let database: TestDatabase;
let db: Database;
let bench: Bench;
let folder: string;
let files: Files;
let dies = false;
let retention: RevisionRetention;
let hour = 0;
let w: Window;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-retention-"));
  database = await testDatabase();
  db = new Database(database.connectionString);
  bench = new Bench({ ledger: new PostgresLedger(db), transactions: db });
  files = new FolderFiles(folder);
  const failPoint = (name: string) => {
    if (dies && name === "retention.unlinked") throw new Error("killed");
  };
  retention = new RevisionRetention(db, files, failPoint);
  await db.execute(
    undefined,
    `INSERT INTO dataset_span (dataset, from_us, span_us, declared) VALUES ($1, -1000000000000000, $2::bigint, 'PT1H')`,
    DATASET,
    HOUR,
  );
});
afterAll(async () => {
  await db.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  hour += 1;
  dies = false;
  const start = Date.UTC(2024, 0, 1) * 1000 + hour * HOUR;
  w = { dataset: DATASET, start, end: start + HOUR };
  await db.execute(undefined, "DELETE FROM revision");
  await db.execute(undefined, `DELETE FROM "window"`);
});

const keyOf = (content: string) => `${content}.parquet`;

/** Builds the window once more, as a person's reprocess does, with these bytes. */
async function build(content: string | undefined): Promise<void> {
  if (content !== undefined) {
    await files.put(keyOf(content), content);
    await files.put(`${keyOf(content)}.json`, "{}");
  }
  await bench.reprocess(w, `${hour} ${Math.random()}`, true);
  await bench.commit(await bench.mustBegin(w), content);
}

/** What is superseded was superseded so long ago. */
async function superseded(age: number): Promise<void> {
  await db.execute(
    undefined,
    `UPDATE revision SET superseded_at = clock_timestamp() - $1::bigint * interval '1 microsecond' WHERE superseded_at IS NOT NULL`,
    age,
  );
}

const before = async (age: number) => (await db.now()) - age;
const sweep = async (age: number) => retention.remove(DATASET, "revisions", await before(age), 100, signal);
const preview = async (age: number) => retention.preview(DATASET, "revisions", await before(age));

async function there(): Promise<readonly string[]> {
  const all = [A, B].flatMap((content) => [keyOf(content), `${keyOf(content)}.json`]);
  const found = await Promise.all(all.map(async (key) => ((await files.exists(key)) ? [key] : [])));
  return found.flat();
}

async function removedRevisions(): Promise<readonly number[]> {
  const rows = await db.rows<{ revision: number }>(
    undefined,
    "SELECT revision FROM revision WHERE removed_at IS NOT NULL ORDER BY revision",
  );
  return rows.map(({ revision }) => revision);
}

describe("retention of superseded revisions", () => {
  beforeEach(async () => {
    await bench.ingestAndJudge(`first ${hour}`, [w], [[w, 5]]);
    await build(A);
    await build(B);
  });

  it("says what would go, takes it with its manifest, keeps its row, and takes nothing twice", async () => {
    await superseded(10 * DAY);
    expect(await preview(5 * DAY)).toEqual({
      kind: "revisions",
      things: 1,
      rows: 5,
      bytes: 10,
      from: w.start,
      to: w.end,
      passedOver: [],
    });
    expect(await there()).toHaveLength(4);
    expect(await sweep(5 * DAY)).toEqual({ removed: 1, bytes: 10, more: false });
    expect(await there()).toEqual([keyOf(B), `${keyOf(B)}.json`]);
    expect(await removedRevisions()).toEqual([1]);
    expect(await sweep(5 * DAY)).toEqual({ removed: 0, bytes: 0, more: false });
    expect((await preview(5 * DAY)).things).toBe(0);
  });

  it("leaves what is younger than asked, and in any case than an hour", async () => {
    await superseded(10 * DAY);
    expect(await sweep(11 * DAY)).toMatchObject({ removed: 0 });
    await superseded(HOUR / 2);
    expect(await sweep(HOUR / 4)).toMatchObject({ removed: 0 });
    expect(await preview(HOUR / 4)).toMatchObject({ things: 0, passedOver: [{ things: 1 }] });
    expect(await there()).toHaveLength(4);
  });

  it("history 9: r1, withdrawn, restored to the same bytes and name: the file is there", async () => {
    await build(A);
    await superseded(10 * DAY);
    expect(await preview(5 * DAY)).toMatchObject({
      things: 1,
      passedOver: [{ reason: "the current revision is the same file", things: 1 }],
    });
    await sweep(5 * DAY);
    expect(await there()).toEqual([keyOf(A), `${keyOf(A)}.json`]);
    expect(await removedRevisions()).toEqual([2]);
  });

  it("history 9: a build that gives the old path runs while it is swept: passed over, the file is there", async () => {
    await superseded(10 * DAY);
    await bench.reprocess(w, `running ${hour}`, true);
    const plan = await bench.mustBegin(w);
    expect(await preview(5 * DAY)).toMatchObject({
      things: 0,
      passedOver: [{ reason: "their window is being built", things: 1 }],
    });
    expect(await sweep(5 * DAY)).toMatchObject({ removed: 0 });
    expect((await bench.commit(plan, A)).kind).toBe("committed");
    await superseded(10 * DAY);
    await sweep(5 * DAY);
    expect(await files.exists(keyOf(A))).toBe(true);
  });

  it("history 9: a build that paused past its lease wakes after the deletion: refused", async () => {
    await superseded(10 * DAY);
    await bench.reprocess(w, `paused ${hour}`, true);
    const plan = await bench.mustBegin(w, 0);
    expect(await sweep(5 * DAY)).toMatchObject({ removed: 1 });
    expect((await bench.commit(plan, A)).kind).toBe("lost");
  });

  it("a path that left the plan a second time, lately, is kept", async () => {
    await build(A);
    await superseded(10 * DAY);
    await build(B);
    expect(await preview(5 * DAY)).toMatchObject({ things: 0 });
    expect(await sweep(5 * DAY)).toMatchObject({ removed: 0 });
    expect(await files.exists(keyOf(A))).toBe(true);
  });

  it("killed between file and row: the next round finishes it, the other files stay", async () => {
    await superseded(10 * DAY);
    dies = true;
    await expect(sweep(5 * DAY)).rejects.toThrow("killed");
    expect(await removedRevisions()).toEqual([]);
    dies = false;
    expect(await sweep(5 * DAY)).toEqual({ removed: 1, bytes: 10, more: false });
    expect(await there()).toEqual([keyOf(B), `${keyOf(B)}.json`]);
  });

  it("works in bounded rounds", async () => {
    await build(undefined);
    await superseded(10 * DAY);
    const at = await before(5 * DAY);
    expect(await retention.remove(DATASET, "revisions", at, 1, signal)).toMatchObject({
      removed: 1,
      more: true,
    });
    expect(await retention.remove(DATASET, "revisions", at, 1, signal)).toMatchObject({
      removed: 1,
      more: true,
    });
    expect(await retention.remove(DATASET, "revisions", at, 1, signal)).toMatchObject({
      removed: 0,
      more: false,
    });
    expect(await there()).toEqual([]);
  });
});
