import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Transient } from "../../errors";
import type { Job } from "../../ports/jobs";
import type { Log } from "../../ports/log";
import { Database } from "../postgres/database";
import { databaseOf, type TestDatabase, testDatabase } from "../postgres/testing";
import { BullmqJobs } from "./jobs";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const build = (start: number): Job => ({ kind: "build", dataset: "d", start, end: start + 1 });

async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 120_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error("the condition was not met in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("jobs on BullMQ's PostgreSQL backend", () => {
  let database: TestDatabase;
  const open: BullmqJobs[] = [];
  const jobs = () => {
    const made = new BullmqJobs(database.connectionString, silent);
    open.push(made);
    return made;
  };

  beforeAll(async () => {
    database = await testDatabase();
  });
  // A worker that stayed would take the next test's jobs.
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close(2_000);
  });
  afterAll(() => database.close());

  it("works each job, does not double a waiting one, and never loses a nudge that comes while the job runs", async () => {
    const queue = jobs();
    await queue.add(build(1));
    await queue.add(build(1));
    await queue.add(build(2));
    const seen: number[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await queue.work("build", 2, async (job) => {
      if (job.kind !== "build") return;
      seen.push(job.start);
      await held;
    });
    await until(() => seen.length === 2);
    expect([...seen].sort()).toEqual([1, 2]);
    await queue.add(build(1));
    await queue.add(build(1));
    release();
    await until(() => seen.length === 3);
    expect(seen.filter((start) => start === 1)).toHaveLength(2);
    await until(async () => (await queue.counts()).build.active === 0);
    expect(seen).toHaveLength(3);
  });

  it("says that PostgreSQL does not answer while it does not, and goes on by itself when it does", async () => {
    const own = await testDatabase();
    const db = new Database(databaseOf(own.connectionString, "postgres"), { connections: 1 });
    const name = new URL(own.connectionString).pathname.slice(1);
    const queue = new BullmqJobs(own.connectionString, silent);
    try {
      await db.execute(undefined, `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
      for (const _ of [1, 2]) await expect(queue.counts()).rejects.toThrow(Transient);
      await db.execute(undefined, `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
      expect((await queue.counts()).source.active).toBe(0);
    } finally {
      await queue.close(2_000);
      await db.close();
      await own.close();
    }
  });

  it("works live before backfill, and forgets everything when told", async () => {
    const queue = jobs();
    for (const id of ["a", "b"]) await queue.add({ kind: "message", queue: "q", id }, { lane: "backfill" });
    await queue.add({ kind: "message", queue: "q", id: "c" }, { lane: "live" });
    await queue.add({ kind: "project", projection: "p", dataset: "d", start: 0, end: 1 });
    const seen: string[] = [];
    await queue.work("message", 1, async (job) => {
      if (job.kind === "message") seen.push(job.id);
    });
    await until(() => seen.length === 3);
    expect(seen[0]).toBe("c");
    expect((await queue.counts()).project.waiting).toBe(1);
    await queue.forget();
    expect((await queue.counts()).project.waiting).toBe(0);
    await queue.add({ kind: "project", projection: "p", dataset: "d", start: 0, end: 1 });
    expect((await queue.counts()).project.waiting).toBe(1);
  });

  it("has workers of their own for sources: what they hold, messages of other stages do not wait for", async () => {
    const queue = jobs();
    await queue.forget();
    const seen: string[] = [];
    const see = async (job: Job) => {
      if (job.kind === "message") seen.push(job.queue);
    };
    await queue.add({ kind: "message", queue: "ionbeam.source.a.start", id: "1" });
    await queue.add({ kind: "message", queue: "ionbeam.ingestion.ingestV1", id: "2" });
    await queue.work("message", 1, see);
    await until(() => seen.length === 1);
    expect(seen).toEqual(["ionbeam.ingestion.ingestV1"]);
    expect(await queue.counts()).toMatchObject({ source: { waiting: 1 }, message: { waiting: 0 } });
    await queue.work("source", 1, see);
    await until(() => seen.length === 2);
  });

  it("B9: never works more jobs of a pool at once than its concurrency, and works all of them", async () => {
    const queue = jobs();
    await queue.forget();
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await queue.work("project", 2, async (job) => {
      running += 1;
      most = Math.max(most, running);
      // Held until another one runs, or none is left to: so two at once are really seen.
      await until(() => running === 2 || done.length === 4);
      await new Promise((resolve) => setImmediate(resolve));
      if (job.kind === "project") done.push(job.start);
      running -= 1;
    });
    for (let start = 100; start < 105; start += 1) {
      await queue.add({ kind: "project", projection: "p", dataset: "d", start, end: start + 1 });
    }
    await until(() => done.length === 5);
    expect([...done].sort()).toEqual([100, 101, 102, 103, 104]);
    expect(most).toBe(2);
  });
});
