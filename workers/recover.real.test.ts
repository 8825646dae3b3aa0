import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../server/adapters/postgres/testing";
import { uuidv5 } from "../server/message";
import { formatInstant, HOUR, MINUTE, parseInstant } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import { INGEST_QUEUE } from "../server/source/messages";
import { type Answer, ionbeam } from "./cli.testing";
import { isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

let line: TestLine;
let folder: string;
let database: TestDatabase;

/** The line whose database dies: three hours built, one of them twice with a delivery withdrawn in between; a fourth is half asked for. */
beforeAll(async () => {
  line = await openTestLine(YAML);
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  for (const hour of [0, 1, 2]) await run(hour * HOUR, (hour + 1) * HOUR);
  await run(3 * HOUR, 3 * HOUR + 30 * MINUTE);
  await built(line, 3);
  await addReport(line, "wrong", 2);
  await rebuilt(line, 2);
  const { deliveryKey } = await newest(line);
  await line.runtime.verbs.withdrawDelivery({ key: deliveryKey });
  await rebuilt(line, 2);
});

afterAll(() => line.close());

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-recover-"));
  database = await testDatabase();
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  await client.query(
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS bullmq CASCADE",
  );
  await client.end();
  await writeFile(at("ionbeam.yaml"), YAML);
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);

async function run(start: number, end: number): Promise<void> {
  await line.runtime.verbs.runSource({
    name: "ioncannon",
    start: DAY + start,
    end: DAY + end,
    requestKey: `run ${start}`,
  });
}

async function built(of: TestLine, count: number): Promise<void> {
  const done = async () => {
    const { items } = await of.runtime.views.windows({ dataset: "ioncannon", limit: 20 });
    return items.filter(({ state }) => state === "built").length === count && (await isQuiet(of));
  };
  await of.until(done, `${count} windows built`);
}

/** Quiet is also who has not begun: the worker runs first. */
async function startedAndQuiet(of: TestLine): Promise<void> {
  of.start();
  await of.until(async () => (await of.said()).includes("the worker runs"), "the worker's start");
  await of.until(() => isQuiet(of), "quiet");
}

/** A person asks for the hour, who does not wait for the quiet minute. */
async function rebuilt(of: TestLine, hour: number): Promise<void> {
  const start = DAY + hour * HOUR;
  await of.runtime.verbs.reprocessWindow({
    dataset: "ioncannon",
    start,
    end: start + HOUR,
    requestKey: `rebuild ${hour} ${await revisions(of, hour)}`,
    forced: false,
  });
  await of.until(() => isQuiet(of), "the rebuild");
}

const revisions = async (of: TestLine, hour: number) =>
  (await of.db.rows(undefined, "SELECT 1 FROM revision WHERE start_us = $1::bigint", DAY + hour * HOUR))
    .length;

async function newest(of: TestLine) {
  const [row] = await of.db.rows<{ deliveryKey: string; id: number }>(
    undefined,
    `SELECT key AS "deliveryKey", id FROM delivery ORDER BY id DESC LIMIT 1`,
  );
  return row ?? expect.fail("no delivery");
}

/** Somebody else's report of another station about an hour that is built: late data. */
async function addReport(of: TestLine, station: string, hour: number): Promise<void> {
  const [command] = await line.db.rows<{ body: Record<string, unknown> }>(
    undefined,
    "SELECT body FROM inbox WHERE queue = $1 AND body->>'start_time' = $2 LIMIT 1",
    INGEST_QUEUE,
    formatInstant(DAY + hour * HOUR),
  );
  const payload = path.join(of.folder, `${station}.parquet`);
  await of.runtime.columnar.session((session) =>
    session.execute(
      `COPY (SELECT * REPLACE (${sqlText(station)} AS station_id) FROM read_parquet(${sqlText(String(command?.body.payload_location))}) ORDER BY ALL LIMIT 5)
       TO ${sqlText(payload)} (FORMAT parquet)`,
    ),
  );
  const id = uuidv5("late", station, hour);
  const before = await newest(of);
  const body = { ...command?.body, id, payload_location: payload };
  await of.runtime.transactions.run((tx) =>
    of.runtime.outbox.add(tx, [{ route: INGEST_QUEUE, id, lane: "live", body }]),
  );
  const taken = async () => {
    const [open] = await of.db.rows(undefined, "SELECT 1 FROM inbox WHERE settled_at IS NULL");
    return (await newest(of)).id > before.id && open === undefined;
  };
  await of.until(taken, "the late report");
}

const recover = (env: Readonly<Record<string, string>> = {}, files = path.join(line.folder, "files")) =>
  ionbeam(
    {
      DATABASE_URL: database.connectionString,
      IONBEAM_DATA_DIR: at("data"),
      IONBEAM_CONFIG_PATH: at("ionbeam.yaml"),
      ...env,
    },
    "restore",
    "--from-manifests",
    files,
    "--json",
  );

function answer({ code, out, err }: Answer): Record<string, unknown> {
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out);
}

/** The ledger's facts, by names that do not depend on the order of rows. */
async function ledger(of: TestLine) {
  const ask = (text: string) => of.db.rows<Record<string, unknown>>(undefined, text);
  return {
    deliveries: await ask(
      `SELECT key, dataset, start_us, end_us, payload_sha256, payload_key, payload_bytes, priority, collected_us, source, received_at::text,
         withdrawn_at IS NOT NULL AS withdrawn, next_ordinal FROM delivery ORDER BY key`,
    ),
    generations: await ask(
      `SELECT command_id::text, ordinal, map_hash, map_version, rows, stations, rows_rejected, observed_start_us, observed_end_us, bad_cells, unmapped
       FROM generation ORDER BY command_id`,
    ),
    touches: await ask(
      `SELECT g.command_id::text, t.window_start_us, t.window_end_us, t.rows, t.stations FROM touch t JOIN generation g ON g.id = t.generation_id ORDER BY 1, 2`,
    ),
    claims: await ask(
      `SELECT d.key, c.window_start_us, c.window_end_us, c.start_us, c.end_us FROM claim c JOIN delivery d ON d.id = c.delivery_id ORDER BY 1, 2`,
    ),
    maps: await ask(`SELECT dataset, hash, version, body, columns FROM variable_map ORDER BY 1, 2`),
    windows: await ask(
      `SELECT start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, state, need, stale, rows, deliveries
       FROM "window" ORDER BY start_us`,
    ),
    revisions: await ask(
      `SELECT start_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns, west, south, east, north, observed_start_us,
         observed_end_us, desired_hash, map_hashes, deliveries, coverage_share, complete, manifest_key FROM revision ORDER BY 1, 2`,
    ),
    settings: await ask(`SELECT * FROM dataset_span ORDER BY dataset, from_us`),
    datasets: (await of.runtime.catalog.datasets()).filter(({ metadata }) => metadata.name === "ioncannon"),
  };
}

/** Without the withdrawal's own order: the delivery that nothing names is received when it is found. */
function comparable({ deliveries, ...rest }: Awaited<ReturnType<typeof ledger>>, unnamed: readonly string[]) {
  return {
    ...rest,
    generations: rest.generations.filter(({ command_id }) => !unnamed.includes(String(command_id))),
    touches: rest.touches.filter(({ command_id }) => !unnamed.includes(String(command_id))),
    deliveries: deliveries.map(({ received_at, ...each }) => each),
    // What was never built would be built of the unnamed ingestion.
    windows: rest.windows.map((each) => (each.output === "none" ? { ...each, desired_hash: "" } : each)),
  };
}

async function firstWindow(of: TestLine) {
  const [window] = await of.db.rows(
    undefined,
    `SELECT state, stale, need, desired_hash = built_hash AS as_wanted, coverage_share, complete, rows, deliveries, last_revision
     FROM "window" WHERE start_us = $1::bigint`,
    DAY,
  );
  return window;
}

describe("a ledger made again from manifests and payloads", () => {
  it("says what the lost one said, owes nothing, and merges late data to the same bytes", async () => {
    const before = await ledger(line);
    const undisturbed = await outcome(line, "ioncannon");
    const said = answer(await recover());
    expect(said).toMatchObject({
      datasets: 1,
      windows: 3,
      deliveries: 4,
      unbuiltPayloads: 1,
      sealedWindows: 0,
      unusableManifests: [],
    });
    const restored = await openTestLine(YAML, {
      folder: at("data"),
      connectionString: database.connectionString,
    });
    try {
      const after = await ledger(restored);
      // The half hour that was not built yet is in no manifest: its payload is ingested under a command of its own.
      const ids = (of: typeof before) => of.generations.map(({ command_id }) => String(command_id));
      const unnamed = [
        ...ids(before).filter((id) => !ids(after).includes(id)),
        ...ids(after).filter((id) => !ids(before).includes(id)),
      ];
      expect(unnamed).toHaveLength(2);
      expect(comparable(after, unnamed)).toEqual(comparable(before, unnamed));
      const [owed] = await restored.db.rows<{ n: number }>(
        undefined,
        `SELECT count(*) AS n FROM "window" WHERE stale OR need = 'due' OR build_now`,
      );
      expect(owed?.n).toBe(0);

      await startedAndQuiet(restored);
      expect(await outcome(restored, "ioncannon")).toEqual(undisturbed);
      for (const each of [line, restored]) {
        await addReport(each, "late", 1);
        await rebuilt(each, 1);
      }
      const merged = await outcome(line, "ioncannon");
      expect(merged).not.toEqual(undisturbed);
      expect(await outcome(restored, "ioncannon")).toEqual(merged);
      // What the half hour lacked comes too.
      const served = await readdir(at("data/files/projections"), { recursive: true });
      expect(served.some((name) => name.endsWith(".parquet"))).toBe(true);
    } finally {
      await restored.close();
    }
  });

  it.each(["recover.installed", "recover.ingested:2", "recover.payloads-ingested"])(
    "killed at %s is not taken for whole, and the same command goes on",
    async (point) => {
      expect((await recover({ IONBEAM_FAIL_POINT: point })).code).toBeNull();
      expect(await readdir(at("data"))).toContain("restore-unfinished.json");
      answer(await recover());
      const restored = await openTestLine(YAML, {
        folder: at("data"),
        connectionString: database.connectionString,
      });
      try {
        expect(await outcome(restored, "ioncannon")).toEqual(await outcome(line, "ioncannon"));
        expect((await ledger(restored)).revisions).toEqual((await ledger(line)).revisions);
      } finally {
        await restored.close();
      }
    },
  );

  it("builds nothing from a remnant: a window whose payload is lost keeps its file, and that is told", async () => {
    answer(await recover());
    const files = at("data/files");
    const restored = await openTestLine(YAML, {
      folder: at("data"),
      connectionString: database.connectionString,
    });
    const whole = await firstWindow(restored);
    const [delivery] = await restored.db.rows<{ key: string; payload: string; start: number }>(
      undefined,
      "SELECT key, payload_key AS payload, start_us AS start FROM delivery WHERE withdrawn_at IS NULL ORDER BY start_us LIMIT 1",
    );
    await restored.close();
    await rm(path.join(files, delivery?.payload ?? ""));
    const [manifest = ""] = (await readdir(path.join(files, "datasets/ioncannon"))).filter((name) =>
      /T020000.*manifest/.test(name),
    );
    await writeFile(
      path.join(files, "datasets/ioncannon", manifest.replace(/\.[0-9a-f]{8}\.manifest\.json$/, "")),
      "damaged",
    );
    const client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query(
      "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS bullmq CASCADE",
    );
    await client.end();
    // In place, and again on the same machine.
    const said = answer(await recover({}, files));
    expect(said).toMatchObject({
      sealedWindows: 1,
      unusableManifests: [expect.stringContaining("its file's bytes are others")],
    });
    expect(said.lost).toContainEqual(expect.stringMatching(/^delivery .* its payload .* is missing/));
    const again = await openTestLine(YAML, {
      folder: at("data"),
      connectionString: database.connectionString,
    });
    try {
      const windows = (await again.runtime.views.windows({ dataset: "ioncannon", limit: 10 })).items;
      const first = windows.find(({ start }) => start === DAY);
      expect(first?.files).toHaveLength(1);
      expect(await readFile(first?.files[0] ?? "")).toBeDefined();
      await startedAndQuiet(again);
      const [revision] = await again.db.rows<{ n: number }>(
        undefined,
        "SELECT max(revision) AS n FROM revision WHERE start_us = $1::bigint",
        DAY,
      );
      expect(revision?.n).toBe(1);
      // What the manifest says stays true: built and covered as it was, and nothing came too late.
      expect(await firstWindow(again)).toEqual(whole);
      const manifests = (await readdir(path.join(files, "datasets/ioncannon"))).filter((name) =>
        /T000000.*manifest/.test(name),
      );
      expect(manifests).toHaveLength(1);
    } finally {
      await again.close();
    }
  });

  it("is refused without files, onto a database that holds something, and into a data folder with other things", async () => {
    expect(await recover({}, folder)).toMatchObject({
      code: 3,
      err: expect.stringContaining("holds no datasets"),
    });
    const full = await recover({ DATABASE_URL: line.connectionString });
    expect(full).toMatchObject({ code: 4, err: expect.stringContaining("the database is not empty") });
    await writeFile(at("data/file"), "");
    expect(await recover()).toMatchObject({ code: 4, err: expect.stringContaining("is not empty") });
  });
});
