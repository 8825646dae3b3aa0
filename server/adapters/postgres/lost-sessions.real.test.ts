import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Transient } from "../../errors";
import type { Log } from "../../ports/log";
import { BullmqJobs } from "../bullmq/jobs";
import { Database } from "./database";
import { type LossyProxy, openLossyProxy } from "./lossy-proxy.testing";
import { lossyPool } from "./session";
import { type TestDatabase, testDatabase } from "./testing";
import { ANONYMOUSLY, openTlsProxy } from "./tls-proxy.testing";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
/** Each silence is waited for, and a statement that a busy disk holds up for longer is taken for one. */
const SILENCE_MS = 3_000;

describe("sessions of PostgreSQL that are lost", () => {
  let database: TestDatabase;
  let wire: LossyProxy;
  let db: Database;
  /** Vitest fails the run on an exception that nobody catches; here it is counted, so that the test that caused it says so. */
  const uncaught: unknown[] = [];
  const keep = (error: unknown) => uncaught.push(error);
  let others: NodeJS.UncaughtExceptionListener[] = [];

  beforeAll(async () => {
    others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", keep);
    database = await testDatabase();
    wire = await openLossyProxy(database.connectionString);
    db = new Database(wire.connectionString, { connections: 2 });
    await db.execute(undefined, "CREATE TABLE noted (id int PRIMARY KEY)");
  });
  afterEach(() => {
    expect(uncaught.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await db.close();
    await wire.close();
    await database.close();
    process.removeListener("uncaughtException", keep);
    for (const each of others) process.on("uncaughtException", each);
  });

  const count = async (id: number, on = db) =>
    (await on.rows<{ n: number }>(undefined, `SELECT count(*) AS n FROM noted WHERE id = ${id}`))[0]?.n;

  it("a session that ends between two statements of a transaction undoes it, says so, and the next one works", async () => {
    const transaction = db.run(async (tx) => {
      await db.execute(tx, "INSERT INTO noted VALUES (1)");
      wire.cut();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await db.execute(tx, "INSERT INTO noted VALUES (2)");
    });
    await expect(transaction).rejects.toThrow(Transient);
    expect(await count(1)).toBe(0);
  });

  it("an administrator's pg_terminate_backend between two statements is no more than that", async () => {
    const admin = new Database(database.connectionString, { connections: 1 });
    const transaction = db.run(async (tx) => {
      const [row] = await db.rows<{ pid: number }>(tx, "SELECT pg_backend_pid() AS pid");
      await admin.rows(undefined, `SELECT pg_terminate_backend(${row?.pid})::text`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await db.execute(tx, "INSERT INTO noted VALUES (3)");
    });
    await expect(transaction).rejects.toThrow(Transient);
    await admin.close();
    expect(await count(3)).toBe(0);
  });

  it("a COMMIT whose answer is lost is an error to try again, and the work is there: who tries again must find it", async () => {
    wire.loseCommits(1);
    const transaction = db.run((tx) => db.execute(tx, "INSERT INTO noted VALUES (4)"));
    await expect(transaction).rejects.toThrow(Transient);
    wire.loseCommits(0);
    expect(await count(4)).toBe(1);
  });

  it("a statement, a transaction and a COMMIT that nobody answers any more end by themselves, and the next ones work", async () => {
    const watchful = new Database(wire.connectionString, { connections: 2, answerWithinMs: SILENCE_MS });
    try {
      await count(0, watchful);
      const alone = watchful.rows(undefined, "SELECT pg_sleep(600)::text");
      const held = watchful.run(async (tx) => {
        await watchful.execute(tx, "INSERT INTO noted VALUES (5)");
        wire.silence();
        await watchful.execute(tx, "INSERT INTO noted VALUES (6)");
      });
      const begun = performance.now();
      const ends = await Promise.allSettled([alone, held]);
      for (const end of ends) expect(end.status === "rejected" && end.reason).toBeInstanceOf(Transient);
      // Elsewhere a silence is two minutes long.
      expect(performance.now() - begun).toBeLessThan(100_000);
      expect(await count(6, watchful)).toBe(0);
    } finally {
      await watchful.close();
    }
  });

  it("a session over TLS that works for longer than a silence may last goes on, and so does one that has its answer", async () => {
    const secure = await openTlsProxy(database.connectionString);
    const limit = 1_000;
    const session = new pg.Client({
      ...lossyPool(limit),
      connectionString: secure.connectionString,
      ssl: ANONYMOUSLY,
    });
    const plain = new pg.Client({ ...lossyPool(limit), connectionString: database.connectionString });
    try {
      for (const each of [session, plain]) {
        await each.connect();
        each.on("error", () => undefined);
      }
      await plain.query("LISTEN something");
      const end = performance.now() + 3 * limit;
      while (performance.now() < end) {
        await session.query("SELECT pg_sleep(0.05)");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect((await plain.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
      expect((await session.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    } finally {
      await session.end();
      await plain.end();
      await secure.close();
    }
  });

  it.each(["set_config", "LISTEN"])(
    "a job queue that listens by a session of its own, which goes silent with its %s, takes jobs all the same",
    async (statement) => {
      const jobs = new BullmqJobs(wire.connectionString, silent, lossyPool(SILENCE_MS));
      const seen = new Set<number>();
      try {
        wire.silenceWith(statement);
        await tried(() =>
          jobs.work("project", 1, async (job) => void (job.kind === "project" && seen.add(job.start))),
        );
        const place = { dataset: "d", projection: "p", start: 1, end: 2 };
        await tried(() => jobs.add({ kind: "project", ...place }));
        await comes(seen, 1);
      } finally {
        await jobs.close(2_000);
      }
    },
  );

  it("job queues whose sessions are cut or go silent again and again take and give jobs as before", async () => {
    const jobs = new BullmqJobs(wire.connectionString, silent, lossyPool(SILENCE_MS));
    const seen = new Set<number>();
    try {
      await jobs.work(
        "build",
        1,
        async (job) => void (job.kind === "build" && job.dataset === "d" && seen.add(job.start)),
      );
      // What a worker held when its session went comes back after its lock's minute; what is asked for afterwards waits for nothing.
      for (let start = 1; start <= 12; start += 1) {
        const during = tried(() => jobs.add({ kind: "build", dataset: "held", start, end: start + 1 }));
        if (start % 3 === 0) wire.silence();
        else wire.cut();
        await during;
        await tried(() => jobs.add({ kind: "build", dataset: "d", start, end: start + 1 }));
        await comes(seen, start);
      }
    } finally {
      await jobs.close(2_000);
    }
  });
});

/** Waits until a job was worked, for two minutes at most. */
async function comes(seen: ReadonlySet<number>, start: number): Promise<void> {
  await expect.poll(() => seen.has(start), { timeout: 120_000, interval: 20 }).toBe(true);
}

/** As the loops of the line do: until it succeeds. */
async function tried(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
