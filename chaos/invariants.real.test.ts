import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../server/adapters/postgres/testing";
import { uuidv5 } from "../server/message";
import { ingestCommandId } from "../server/source/messages";
import { brokenRules } from "./invariants";
import { owed } from "./settled";
import { storedFiles } from "./stored";

const ID = "0198c0de-0000-5000-8000-000000000001";
const WINDOW = `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps,
  need, state, stale, reason, rows) VALUES ('d', 0, 60, 'PT1M', 'h', 'h', 'revision', 1, 1, true, '[]', 'none', 'built', false, '', 5);`;
const revision = (changes: { rows?: number; output?: string; publications?: number; file?: string } = {}) =>
  `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, bytes, rows, stations, columns, desired_hash, map_hashes, deliveries,
    coverage_share, complete, publications, file_key, sha256)
   VALUES ('d', 0, 60, 1, '${changes.output ?? "revision"}', true, 0, ${changes.rows ?? 5}, 1, '[]', 'h', '{}', '[]', 1, true, ${changes.publications ?? 0},
    ${changes.file === undefined ? "NULL, NULL" : `'${changes.file}', 'abc'`});`;
const DELIVERY = `INSERT INTO delivery (id, key, dataset, start_us, end_us, payload_sha256, payload_key, payload_bytes, priority, collected_us, current_generation)
  VALUES (1, 'k', 'd', 0, 60, 'abc', 'payloads/d/k.parquet', 0, 0, 0, 1);`;
const generation = (id: number, ordinal: number, rows: number) =>
  `INSERT INTO generation (id, delivery_id, ordinal, command_id, map_hash, map_version, rows, stations, rows_rejected, bad_cells, unmapped, segment)
   VALUES (${id}, 1, ${ordinal}, '0198c0de-0000-5000-8000-00000000000${id}', 'm', 1, ${rows}, 1, 0, '{}', '[]', '-');`;
const projected = (done: number, error = "NULL") =>
  `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted, done, error) VALUES ('p', 'd', 0, 60, 1, ${done}, ${error});`;
const OTHER = "0198c0de-0000-5000-8000-000000000002";
const scheduled = (end: number, schedule = ID, lag = 0) =>
  `INSERT INTO run (id, source, start_us, end_us, trigger, lane, state)
   VALUES ('${uuidv5(schedule, end + lag)}', 's', ${end - 60}, ${end}, 'schedule', 'live', 'done');`;
const scheduleOf = (id: string, lag: number) =>
  `INSERT INTO schedule (id, source, window_size_us, interval_us, lag_us, enabled, fired_through_us) VALUES ('${id}', 's', 60, 60, ${lag}, true, 0);`;
const SCHEDULE = scheduleOf(ID, 0);
const CANCELLED = `INSERT INTO run (id, source, start_us, end_us, trigger, lane, state) VALUES ('${ID}', 's', 0, 60, 'person', 'live', 'cancelled');`;
const message = (columns: string, values: string) =>
  `INSERT INTO inbox (queue, id, body, lane, ${columns}) VALUES ('q', '${ID}', '{}', 'live', ${values});`;
const reprocessed = (outcome: string, state = "ended") =>
  `INSERT INTO reprocessing (id, ranges, behaviour, depth, forced, newest_first, state, ended_at) VALUES ('${ID}', '[]', 'all', 'dataset', false, false, 'done', now());
   INSERT INTO reprocessing_window (reprocessing, dataset, start_us, end_us, position, state, outcome) VALUES ('${ID}', 'd', 0, 60, 0, '${state}', ${outcome});`;
const published = (route: string) =>
  `INSERT INTO outbox (route, id, body, lane, published_at) VALUES ('${route}', '${ID}', '{}', 'live', now());`;

let database: Awaited<ReturnType<typeof testDatabase>>;
let client: pg.Client;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-rules-"));
});
afterAll(async () => {
  await client.end();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await client.query("ROLLBACK");
});

/** What the rules say of a database in which these statements were run. */
async function rulesOn(...statements: readonly string[]): Promise<string[]> {
  await client.query("BEGIN");
  for (const statement of statements) await client.query(statement);
  return brokenRules(client);
}

describe("the rules of a data folder at rest", () => {
  it("hold of an empty one, and of one window that is built and projected", async () => {
    expect(await rulesOn()).toEqual([]);
    await client.query("ROLLBACK");
    const whole = [WINDOW, revision(), DELIVERY, generation(1, 0, 0), projected(1)];
    const two = [SCHEDULE, scheduleOf(OTHER, 30), scheduled(60), scheduled(120), scheduled(90, OTHER, 30)];
    expect(await rulesOn(...whole, ...two, CANCELLED)).toEqual([]);
    expect(await owed(client)).toEqual({});
  });

  it.each<[string, readonly string[]]>([
    ["a message is a dead letter", [message("dead_at, dead_reason", "now(), 'why'")]],
    ["a lease is left", [message("lease_until", "now()")]],
    ["a window tells of an error", [WINDOW, revision(), `UPDATE "window" SET error = 'no'`]],
    ["a projection tells of an error", [projected(1, "'no'")]],
    ["a window has not exactly one current revision", [WINDOW]],
    ["a window does not tell its current revision", [WINDOW, revision({ output: "empty" })]],
    ["what is built is not what is desired", [WINDOW, revision(), `UPDATE "window" SET built_hash = 'i'`]],
    [
      "windows of one dataset overlap",
      [WINDOW, revision(), WINDOW.replace("'d', 0, 60", "'d', 30, 90").replace("'revision', 1", "'none', 0")],
    ],
    ["a delivery has no generation", [DELIVERY, "UPDATE delivery SET current_generation = NULL"]],
    ["the current generation is not the highest", [DELIVERY, generation(1, 0, 0), generation(2, 1, 0)]],
    ["a generation's rows are not those of its windows", [DELIVERY, generation(1, 0, 3)]],
    ["the built rows of a window are more than were delivered", [WINDOW, revision({ rows: 6 })]],
    ["a revision is projected that is not the current one", [WINDOW, revision(), projected(0)]],
    ["a boundary of a schedule was passed over", [SCHEDULE, scheduled(60), scheduled(180)]],
    ["a scheduled run is of no boundary of a schedule", [SCHEDULE, scheduled(60), scheduled(60, OTHER)]],
    ["something is left of a cancelled run", [CANCELLED, message("attempts", "1")]],
    [
      "something is left of a cancelled run",
      [
        CANCELLED,
        DELIVERY,
        generation(1, 0, 0),
        `UPDATE generation SET command_id = '${ingestCommandId(ID)}'`,
      ],
    ],
    ["a reprocess has ended, and a window of it has not, or without an outcome", [reprocessed("NULL")]],
    [
      "a reprocess has ended, and a window of it has not, or without an outcome",
      [reprocessed("'changed'", "building")],
    ],
    ["a window of a reprocess failed", [reprocessed("'failed'")]],
    ["a message that was published did not arrive", [published("q")]],
    ["publication 0 of d 0 r1 is missing", [WINDOW, revision({ publications: 1 })]],
    [
      "is no publication of a revision",
      [published("ionbeam.dataset.available"), message("settled_at", "now()")],
    ],
  ])("find: %s", async (rule, statements) => {
    const broken = await rulesOn(...statements);
    expect(broken.filter((line) => line.includes(rule))).toHaveLength(1);
  });

  it("find files that are missing, changed or unfinished", async () => {
    const files = path.join(folder, "files");
    await mkdir(path.join(files, ".scratch"), { recursive: true });
    await writeFile(path.join(files, ".scratch", "half.parquet"), "");
    await writeFile(path.join(files, "odd.tmp"), "");
    await writeFile(path.join(files, "left.parquet"), "");
    await writeFile(path.join(files, "here.parquet"), "other bytes");
    await rulesOn(WINDOW, revision({ file: "here.parquet" }), DELIVERY, generation(1, 0, 0));
    const { faults, leftovers } = await storedFiles(client, folder);
    expect([...faults].sort()).toEqual([
      "a file of no kind: odd.tmp",
      "a payload is missing: payloads/d/k.parquet",
      "the file of a current revision does not have its hash: here.parquet",
      "unfinished: .scratch/half.parquet",
    ]);
    expect(leftovers).toMatchObject({ "left.parquet": 1 });
  });
});
