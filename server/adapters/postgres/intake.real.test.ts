import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type OutgoingMessage, uuidv5 } from "../../message";
import { DAY, MINUTE } from "../../observation/time";
import { INGEST_QUEUE } from "../../source/messages";
import { FolderFiles } from "../files/folder-files";
import { Database } from "./database";
import { PostgresInbox } from "./inbox";
import { intakeNow, PostgresIntake } from "./intake";
import { PostgresOutbox } from "./outbox";
import { type TestDatabase, testDatabase } from "./testing";

let database: TestDatabase;
let db: Database;
let folder: string;
let files: FolderFiles;
let intake: PostgresIntake;

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 2 });
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-intake-"));
  files = new FolderFiles(path.join(folder, "files"));
  intake = new PostgresIntake(db, files);
});
afterAll(async () => {
  await db.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => db.execute(undefined, `TRUNCATE inbox, outbox, "window", projection_state, intake`));

function message(name: string, location: string, lane: "live" | "backfill" = "live"): OutgoingMessage {
  return { route: INGEST_QUEUE, id: uuidv5("intake", name), lane, body: { payload_location: location } };
}

async function receive(name: string, location: string, lane?: "live" | "backfill"): Promise<string> {
  const { route: queue, ...rest } = message(name, location, lane);
  await new PostgresInbox(db).accept({ queue, ...rest });
  return rest.id;
}

it("counts payloads that wait, in the inbox and on their way to it, by lane and in bytes", async () => {
  await files.put("payloads/d/a.parquet", "12345");
  const own = files.location("payloads/d/a.parquet");
  const foreign = path.join(folder, "foreign.parquet");
  await writeFile(foreign, "123");
  await receive("own", own);
  await receive("foreign", foreign, "backfill");
  await receive("gone", path.join(folder, "none"), "backfill");
  await db.run((tx) => new PostgresOutbox(db).add(tx, [message("on its way", own)]));
  const { live, all } = await intake.backlog(100);
  expect(live).toMatchObject({ payloads: 2, payloadBytes: 10 });
  expect(all).toMatchObject({ payloads: 4, payloadBytes: 13 });
  expect(await intake.backlog(1)).toMatchObject({ live: { payloads: 1 }, all: { payloads: 1 } });

  // What fails for the sender's sake is none of ours; what fails for ours waits, but is not the reason why others do.
  await db.execute(
    undefined,
    `UPDATE inbox SET error = 'away', received_at = clock_timestamp() - interval '40 minutes'`,
  );
  expect(await intake.backlog(100)).toMatchObject({ all: { payloads: 2, payloadBytes: 10, waited: 0 } });
});

it("tells how long the oldest has been waiting, not how long one is being worked", async () => {
  const id = await receive("old", "/x");
  await db.execute(undefined, `UPDATE inbox SET received_at = clock_timestamp() - interval '40 minutes'`);
  await receive("new", "/y");
  const { waited } = (await intake.backlog(100)).live;
  expect(waited / MINUTE).toBeGreaterThanOrEqual(40);
  expect(waited / MINUTE).toBeLessThan(60);
  await new PostgresInbox(db).begin(INGEST_QUEUE, id, 60_000);
  expect((await intake.backlog(100)).live.waited / MINUTE).toBeLessThan(30);
});

it("counts windows to build, to judge and to project, and what is live of them", async () => {
  const now = await db.now();
  const window = (n: number, end: number, changes: string) =>
    db.execute(
      undefined,
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, coverage_share, complete, gaps, need, state, stale, reason,
         rows, build_now, look_again_us)
       VALUES ('d', $1::bigint, $2::bigint, 'PT1H', '', 1, true, '[]', 'due', 'queued', false, '', 10, ${changes})`,
      n,
      end,
    );
  await window(1, now - 2 * DAY, "true, NULL");
  await window(2, now, "true, NULL");
  await window(3, now - 2 * DAY, "false, 0");
  await window(4, now, "false, NULL");
  await db.execute(
    undefined,
    `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted, done, error)
     SELECT 'p', 'd', n, $1::bigint, 1, CASE n WHEN 1 THEN 1 ELSE 0 END, CASE n WHEN 2 THEN 'broken' END FROM generate_series(1, 4) n`,
    now,
  );
  expect(await intake.backlog(100)).toMatchObject({
    live: { windows: 1, windowRows: 10, projections: 2 },
    all: { windows: 3, windowRows: 20, projections: 2 },
  });
});

it("remembers what was decided, since when it is so", async () => {
  expect(await intakeNow(db)).toEqual({ level: "open", reason: undefined, since: undefined });
  await intake.remember({ level: "paused", reason: "because" });
  const first = await intakeNow(db);
  expect(first).toMatchObject({ level: "paused", reason: "because" });
  await intake.remember({ level: "paused", reason: "because" });
  expect(await intakeNow(db)).toEqual(first);
  await intake.remember({ level: "open", reason: undefined });
  const last = await intakeNow(db);
  expect(last).toMatchObject({ level: "open", reason: undefined });
  expect(last.since).toBeGreaterThan(first.since ?? Number.NaN);
});
