import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { DuckdbColumnar } from "../adapters/duckdb/columnar";
import { FolderFiles } from "../adapters/files/folder-files";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresProjectionLedger } from "../adapters/postgres/projection-ledger";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { testBox } from "../configuration/testing";
import { Conflict, Transient } from "../errors";
import { HOUR, MINUTE } from "../observation/time";
import type { Log } from "../ports/log";
import { type ProjectionJobPorts, runProjection } from "./job";
import type { ProjectionInput, ProjectionPlugin, ProjectPorts } from "./plugin";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const root = mkdtempSync(path.join(tmpdir(), "projection-job-"));
const columnar = new DuckdbColumnar({ tempDirectory: path.join(root, "tmp") });
const START = Date.UTC(2025, 0, 20) * 1000;
const window = { dataset: "sensor.community", start: START, end: START + HOUR };

let server: TestDatabase;
let db: Database;
beforeAll(async () => {
  server = await testDatabase();
  db = new Database(server.connectionString);
});
afterAll(async () => {
  await db.close();
  await columnar.close();
  await server.close();
});

type Project = (input: ProjectionInput, ports: ProjectPorts) => Promise<void>;

/** A kind of projection that does what a test says. */
const plugin = (project: Project): ProjectionPlugin => ({
  kind: "trial",
  title: "Trial",
  config: z.object({}),
  enabledByDefault: true,
  project: async (input, _config, ports) => {
    await project(input, ports);
    return [{ name: "a", path: `/a/${input.revision}`, bytes: 1, sha256: "0" }];
  },
});

function portsWith(project: Project): ProjectionJobPorts {
  return {
    ledger: new PostgresProjectionLedger(db, 0),
    catalog: new PostgresCatalog(db),
    transactions: db,
    files: new FolderFiles(path.join(root, "files")),
    columnar,
    clock: { now: () => Date.now() * 1000, sleep: (ms) => sleep(ms) },
    log: silent,
    plugins: [plugin(project)],
    secretBox: testBox(),
    backOffMs: (attempt) => attempt * 3_600_000,
  };
}

const run = (project: Project, signal = new AbortController().signal) =>
  runProjection("trial", window, portsWith(project), signal);

async function revise(revision: number, output: "revision" | "empty" = "revision"): Promise<void> {
  await db.execute(undefined, "UPDATE revision SET current = false WHERE current");
  await db.execute(
    undefined,
    `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, file_key, sha256, bytes, rows, stations, columns, west, south, east, north,
       observed_start_us, observed_end_us, desired_hash, map_hashes, deliveries, coverage_share, complete)
     VALUES ($1, $2::bigint, $3::bigint, $4::int, $5, true, $6, $7, 1, 1, 1, '[]', 9, 48, 10, 49, $2::bigint, $3::bigint, '', '{}', '[]', 1, true)`,
    window.dataset,
    window.start,
    window.end,
    revision,
    output,
    output === "empty" ? undefined : `datasets/${revision}.parquet`,
    output === "empty" ? undefined : "0123456789abcdef",
  );
  await db.execute(
    undefined,
    `INSERT INTO projection_state (projection, dataset, start_us, end_us, wanted) VALUES ('trial', $1, $2::bigint, $3::bigint, $4::int)
     ON CONFLICT (projection, dataset, start_us, end_us) DO UPDATE SET wanted = excluded.wanted`,
    window.dataset,
    window.start,
    window.end,
    revision,
  );
}

const state = async () => {
  const [row] = await db.rows<Record<string, unknown>>(
    undefined,
    `SELECT wanted, done, attempts, error, products, lease_until IS NULL AS free,
       retry_at IS NOT NULL AND retry_at > clock_timestamp() + interval '30 minutes' AS later FROM projection_state`,
  );
  return row;
};

beforeEach(async () => {
  await db.execute(undefined, "TRUNCATE revision, projection_state, projection, dataset, dataset_span");
  const catalog = new PostgresCatalog(db);
  await db.run(async (tx) => {
    await catalog.ensureDataset(tx, {
      metadata: {
        name: window.dataset,
        description: "",
        aggregation_span: "PT1H",
        source_links: [],
        keywords: [],
        subject_to_change_window: "P1D",
      },
      identity: ["sensor_id"],
      mobile: false,
      personal: [],
      floor: 0,
      settings: { subjectToChange: MINUTE, policy: { kind: "wait" } },
      licence: "ODbL 1.0",
      attribution: "Contributors",
      synthetic: false,
    });
    await catalog.saveProjection(tx, { name: "trial", kind: "trial", enabled: true, config: {} });
  });
  await revise(1);
});

describe("a projection job", () => {
  it("projects the current revision once and records the products", async () => {
    const seen: ProjectionInput[] = [];
    const project: Project = async (input, ports) => {
      seen.push(input);
      await ports.confirm();
    };
    expect(await run(project)).toBe("done");
    expect(await run(project)).toBe("idle");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      revision: 1,
      file: path.join(root, "files/datasets/1.parquet"),
      hash8: "01234567",
      identity: ["sensor_id"],
      datasetColumns: [],
    });
    expect(await state()).toMatchObject({ wanted: 1, done: 1, attempts: 0, free: true });
  });

  it("hands an empty revision on, for withdrawal", async () => {
    await revise(2, "empty");
    const files: unknown[] = [];
    expect(await run(async ({ file }) => void files.push(file))).toBe("done");
    expect(files).toEqual([undefined]);
  });

  it.each([
    ["is off", "UPDATE projection SET enabled = false"],
    ["is not there", "DELETE FROM projection"],
  ])("does nothing when the projection %s", async (_, change) => {
    await db.execute(undefined, change);
    expect(await run(async () => expect.unreachable())).toBe("idle");
  });

  it("writes a failure down, with a pause that grows, and succeeds later", async () => {
    const failing: Project = async () => {
      throw new Transient("the disk is full");
    };
    expect(await run(failing)).toBe("failed");
    expect(await state()).toMatchObject({ done: 0, attempts: 1, error: "the disk is full", later: true });
    expect(await run(failing)).toBe("idle");
    await db.execute(undefined, "UPDATE projection_state SET retry_at = NULL");
    expect(await run(async () => undefined)).toBe("done");
    expect(await state()).toMatchObject({ done: 1, attempts: 0 });
  });

  it("is free for the next worker at once when this one stops", async () => {
    const stopping = new AbortController();
    const project: Project = async (_input, ports) => {
      stopping.abort();
      await ports.confirm();
    };
    expect(await run(project, stopping.signal)).toBe("failed");
    expect(await state()).toMatchObject({ done: 0, free: true, later: false });
    expect(await run(async () => undefined)).toBe("done");
  });

  it("runs once at a time, and a late loser neither shows nor records anything", async () => {
    let shown: number[] = [];
    const late = run(async (input, ports) => {
      // Its lease has ended, a newer revision is there, and another worker has projected that.
      await db.execute(undefined, "UPDATE projection_state SET lease_until = clock_timestamp()");
      await revise(2);
      expect(await run(async ({ revision }) => void shown.push(revision))).toBe("done");
      await expect(ports.confirm()).rejects.toThrow(Conflict);
      await ports.confirm();
      shown = [...shown, input.revision];
    });
    expect(await late).toBe("lost");
    expect(shown).toEqual([2]);
    expect(await state()).toMatchObject({ wanted: 2, done: 2, products: [{ path: "/a/2" }] });
  });

  it("lets nobody in while a lease lives", async () => {
    expect(
      await run(async () => {
        expect(await run(async () => expect.unreachable())).toBe("idle");
      }),
    ).toBe("done");
  });

  it("projects what was wanted meanwhile when it is asked again", async () => {
    const seen: number[] = [];
    const project: Project = async ({ revision }) => {
      if (seen.length === 0) await revise(2);
      seen.push(revision);
    };
    expect([await run(project), await run(project), await run(project)]).toEqual(["done", "done", "idle"]);
    expect(seen).toEqual([1, 2]);
  });
});
