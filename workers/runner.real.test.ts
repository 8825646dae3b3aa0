import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { LoopbackBroker } from "../server/adapters/loopback/broker";
import { Database } from "../server/adapters/postgres/database";
import { PostgresInbox } from "../server/adapters/postgres/inbox";
import { PostgresLetters } from "../server/adapters/postgres/letters";
import { PostgresOutbox } from "../server/adapters/postgres/outbox";
import { type TestDatabase, testDatabase } from "../server/adapters/postgres/testing";
import { systemClock } from "../server/adapters/system/clock";
import { Conflict, Invalid, Transient } from "../server/errors";
import { uuidv5 } from "../server/message";
import type { Log } from "../server/ports/log";
import type { Outcome } from "../server/stage";
import { relayRound } from "./relay";
import { type BoundStage, type RunnerPorts, runMessage } from "./runner";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const signal = new AbortController().signal;

describe("the runner on PostgreSQL's inbox and outbox", () => {
  let database: TestDatabase;
  let db: Database;
  let ports: RunnerPorts;
  let inbox: PostgresInbox;
  let outbox: PostgresOutbox;
  let failAt: string | undefined;

  beforeAll(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString);
    inbox = new PostgresInbox(db);
    outbox = new PostgresOutbox(db);
    ports = {
      inbox,
      outbox,
      transactions: db,
      clock: systemClock,
      log: silent,
      failPoint: (name) => {
        if (name === failAt) throw new Transient(`killed at ${name}`);
      },
    };
    await db.execute(undefined, "CREATE TABLE effect (id text)");
  });
  afterAll(async () => {
    await db.close();
    await database.close();
  });

  const stage = (handle: (message: { n: number }) => Outcome): BoundStage => ({
    name: "test",
    schema: z.object({ n: z.number() }),
    handle: async (message) => handle(message as { n: number }),
  });

  /** A stage with a visible effect and one message out. */
  const counting = stage(({ n }) => ({
    publish: [{ route: "out", id: uuidv5("out", n), body: { n }, lane: "live" }],
    settle: async (tx) => {
      await db.execute(tx, "INSERT INTO effect VALUES ($1)", `n${n}`);
      return undefined;
    },
  }));

  const receive = async (id: string, body: unknown) => {
    await inbox.accept({ queue: "q", id, body, lane: "live" });
    return id;
  };
  const replay = (id: string) =>
    db.run((tx) => new PostgresLetters(db).replay(tx, { keys: [{ queue: "q", id }] }));
  const effects = async (n: number) =>
    (await db.rows(undefined, "SELECT id FROM effect WHERE id = $1", `n${n}`)).length;
  const published = async (n: number) =>
    (await db.rows(undefined, "SELECT seq FROM outbox WHERE id = $1::uuid", uuidv5("out", n))).length;
  const makeDue = () =>
    db.execute(undefined, "UPDATE inbox SET retry_at = NULL, lease_until = NULL WHERE settled_at IS NULL");

  it("gives a message back for at once when the worker stops, and for later when its work failed", async () => {
    const away = stage(() => {
      throw new Transient("the work was stopped");
    });
    const stopping = new AbortController();
    stopping.abort();
    const due = async (id: string) =>
      (await db.rows(undefined, "SELECT id FROM inbox WHERE id = $1::uuid AND retry_at <= now()", id)).length;
    const [stopped, failed] = [
      await receive(uuidv5("m", "stopped"), { n: 0 }),
      await receive(uuidv5("m", "failed"), { n: 0 }),
    ];
    // The tenth attempt of a message that failed waits eight minutes.
    await db.execute(undefined, "UPDATE inbox SET attempts = 9 WHERE settled_at IS NULL");
    expect(await runMessage("q", stopped, away, ports, stopping.signal)).toBe("released");
    expect(await runMessage("q", failed, away, ports, signal)).toBe("released");
    expect([await due(stopped), await due(failed)]).toEqual([1, 0]);
    await db.execute(undefined, "DELETE FROM inbox WHERE settled_at IS NULL");
  });

  it("runs the same message once, however often it comes", async () => {
    const id = await receive(uuidv5("m", 1), { n: 1 });
    expect(await runMessage("q", id, counting, ports, signal)).toBe("settled");
    expect(await inbox.accept({ queue: "q", id, body: { n: 1 }, lane: "live" })).toBe("settled");
    expect(await runMessage("q", id, counting, ports, signal)).toBe("busy");
    expect([await effects(1), await published(1)]).toEqual([1, 1]);
  });

  it.each([
    ["test.before-settle", 20],
    ["test.before-commit", 21],
  ] as const)("leaves nothing of a run that ends at %s, and does it later", async (point, n) => {
    const id = await receive(uuidv5("m", n), { n });
    failAt = point;
    expect(await runMessage("q", id, counting, ports, signal)).toBe("released");
    failAt = undefined;
    expect([await effects(n), await published(n)]).toEqual([0, 0]);
    await makeDue();
    expect(await runMessage("q", id, counting, ports, signal)).toBe("settled");
    expect([await effects(n), await published(n)]).toEqual([1, 1]);
  });

  it("lets only one of two runners in", async () => {
    const id = await receive(uuidv5("m", 3), { n: 3 });
    const both = await Promise.all([1, 2].map(() => runMessage("q", id, counting, ports, signal)));
    expect([...both].sort()).toEqual(["busy", "settled"]);
    expect(await effects(3)).toBe(1);
  });

  it("refuses the settlement of a runner whose fence was taken", async () => {
    const id = await receive(uuidv5("m", 4), { n: 4 });
    const first = await inbox.begin("q", id, 60_000);
    await makeDue();
    const second = await inbox.begin("q", id, 60_000);
    expect(first?.fence).toBeLessThan(second?.fence ?? 0);
    await expect(
      db.run((tx) => inbox.settle(tx, { queue: "q", id, fence: first?.fence ?? 0 })),
    ).rejects.toBeInstanceOf(Conflict);
    await db.run((tx) => inbox.settle(tx, { queue: "q", id, fence: second?.fence ?? 0 }));
  });

  it.each([
    [
      "a body that lacks a field",
      { m: 5 },
      counting,
      /does not fit .*: its field n is missing$/,
      "malformed",
    ],
    [
      "a body with a field of another type",
      { n: "five" },
      counting,
      /does not fit .*: its field n is wrong \(.*expected number.*\)$/,
      "malformed",
    ],
    [
      "what can never succeed",
      { n: 5 },
      stage(() => {
        throw new Invalid("no such column");
      }),
      /no such column/,
      "invalid",
    ],
  ])(
    "sets aside %s with its reason, and replays it under its own id",
    async (_what, body, failing, words, letterClass) => {
      const id = await receive(uuidv5("dead", JSON.stringify(body)), body);
      expect(await runMessage("q", id, failing, ports, signal)).toBe("buried");
      const dead = (await inbox.deadLetters(10, 0)).find((letter) => letter.id === id);
      expect(dead?.reason).toMatch(words);
      expect(await runMessage("q", id, counting, ports, signal)).toBe("busy");
      expect(await replay(id)).toEqual([expect.objectContaining({ id, class: letterClass })]);
      await db.execute(undefined, `UPDATE inbox SET body = '{"n": 50}' WHERE id = $1::uuid`, id);
      expect(await runMessage("q", id, counting, ports, signal)).toBe("settled");
    },
  );

  it("tries again what may succeed later, and a loser of a fence", async () => {
    for (const [n, error] of [
      [6, new Transient("not now")],
      [7, new Conflict("somebody else")],
      [8, new Error("a fault of ours")],
    ] as const) {
      const id = await receive(uuidv5("m", n), { n });
      const failing = stage(() => {
        throw error;
      });
      expect(await runMessage("q", id, failing, ports, signal)).toBe("released");
      await makeDue();
      expect(await runMessage("q", id, counting, ports, signal)).toBe("settled");
    }
  });

  it("never gives up what fails with an answer, and in the end what takes the worker down each time", async () => {
    const id = await receive(uuidv5("m", 10), { n: 10 });
    const failing = stage(() => {
      throw new Transient("the archive is away");
    });
    for (let attempt = 0; attempt < 60; attempt += 1) {
      expect(await runMessage("q", id, failing, ports, signal)).toBe("released");
      await makeDue();
    }
    for (let crash = 0; crash < 50; crash += 1) {
      expect(await inbox.begin("q", id, 60_000)).toMatchObject({ crashes: crash });
      await makeDue();
    }
    expect(await runMessage("q", id, counting, ports, signal)).toBe("buried");
    expect(await effects(10)).toBe(0);
    const dead = (await inbox.deadLetters(10, 0)).find((letter) => letter.id === id);
    expect(dead?.reason).toMatch(/50 attempts in a row/);
    expect(await replay(id)).toEqual([expect.objectContaining({ id, class: "given-up", attempts: 111 })]);
    expect(await runMessage("q", id, counting, ports, signal)).toBe("settled");
  });

  it("publishes again under the same id after a death between publishing and marking; the queue's stage runs once", async () => {
    const broker = new LoopbackBroker(inbox, { queuesOf: () => ["next"] });
    const id = await receive(uuidv5("m", 9), { n: 9 });
    await runMessage("q", id, counting, ports, signal);
    const dying = {
      outbox,
      broker,
      failPoint: () => {
        throw new Error("killed");
      },
    };
    await expect(relayRound(dying)).rejects.toThrow("killed");
    while (await relayRound({ outbox, broker, failPoint: () => undefined }));
    expect(await outbox.pending(10)).toEqual([]);
    const next = await db.rows(
      undefined,
      "SELECT id FROM inbox WHERE queue = 'next' AND id = $1::uuid",
      uuidv5("out", 9),
    );
    expect(next).toHaveLength(1);
  });
});
