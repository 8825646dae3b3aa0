import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { letterCommands } from "../../dead-letter/commands";
import type { LetterClass, LetterKey } from "../../dead-letter/model";
import { letterVerbs } from "../../dead-letter/verbs";
import { INGEST_QUEUE, ingestCommandId, startQueue } from "../../source/messages";
import { PostgresAuditLog } from "./audit-log";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { namedPayloads } from "./held-deliveries";
import { PostgresInbox } from "./inbox";
import { PostgresLetters } from "./letters";
import { PostgresStoredFiles } from "./stored-files";
import { type TestDatabase, testDatabase } from "./testing";

const START = startQueue("a");

describe("letters in PostgreSQL", () => {
  let database: TestDatabase;
  let db: Database;
  let inbox: PostgresInbox;
  let letters: PostgresLetters;
  let catalog: PostgresCatalog;
  let verbs: ReturnType<typeof letterVerbs>;
  let commands: ReturnType<typeof letterCommands>;

  beforeAll(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString, { connections: 4 });
    inbox = new PostgresInbox(db);
    letters = new PostgresLetters(db);
    catalog = new PostgresCatalog(db);
    const files = {
      keyOf: (location: string) => (location.startsWith("/store/") ? location.slice(7) : undefined),
      facts: async () => ({ bytes: 12, modifiedAt: 0 }),
    };
    verbs = letterVerbs({ letters, catalog, transactions: db, files });
    commands = letterCommands({ letters, catalog, transactions: db, files });
  });
  afterAll(async () => {
    await db.close();
    await database.close();
  });
  beforeEach(async () => {
    await db.execute(undefined, "TRUNCATE inbox, audit, run");
  });

  /** A message that is set aside. */
  const dead = async (
    queue: string,
    letterClass: LetterClass = "invalid",
    body: object = {},
    id: string = randomUUID(),
  ): Promise<LetterKey> => {
    await inbox.accept({ queue, id, body, lane: "live" });
    const entry = await inbox.begin(queue, id, 60_000);
    if (!entry) throw new Error("the message was not given out");
    await inbox.bury(entry, `why ${id}`, letterClass);
    return { queue, id };
  };
  const listed = async (filter: Partial<Parameters<typeof letters.page>[0]> = {}) =>
    (await letters.page({ state: "dead", limit: 99, ...filter })).items.map(({ id }) => id);
  const audited = async () =>
    (await new PostgresAuditLog(db).page({ limit: 99 })).items.map(({ what, subject, before, after }) => ({
      what,
      subject,
      before,
      after,
    }));

  it("are listed newest first, page by page, by queue, class and id", async () => {
    const a = await dead("q");
    const b = await dead("q", "denied");
    const c = await dead("r", "malformed");
    expect(await listed()).toEqual([c.id, b.id, a.id]);
    expect(await listed({ queue: "q" })).toEqual([b.id, a.id]);
    expect(await listed({ class: "denied" })).toEqual([b.id]);
    expect(await listed({ id: a.id })).toEqual([a.id]);
    expect(await listed({ queue: "r", class: "denied" })).toEqual([]);
    const first = await letters.page({ state: "dead", limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual([c.id, b.id]);
    const second = await letters.page({ state: "dead", limit: 2, cursor: first.next });
    expect(second).toMatchObject({ items: [{ id: a.id }], next: undefined });
    expect((await letters.counts("dead")).groups).toEqual([
      { queue: "q", class: "denied", count: 1 },
      { queue: "q", class: "invalid", count: 1 },
      { queue: "r", class: "malformed", count: 1 },
    ]);
  });

  it("are discarded, found there, and taken back with their reason; each step is audited", async () => {
    const { queue, id } = await dead("q");
    expect(await verbs.discardLetters({ keys: [{ queue, id }] })).toBe(1);
    expect(await verbs.discardLetters({ keys: [{ queue, id }] })).toBe(0);
    expect(await verbs.replayLetters({ keys: [{ queue, id }] })).toBe(0);
    expect([await listed(), await listed({ state: "discarded" })]).toEqual([[], [id]]);
    expect(await inbox.accept({ queue, id, body: {}, lane: "live" })).toBe("settled");
    expect(await inbox.begin(queue, id, 1)).toBeUndefined();

    expect(await verbs.restoreLetters({ keys: [{ queue, id }] })).toBe(1);
    expect([await listed(), await listed({ state: "discarded" })]).toEqual([[id], []]);
    expect(await letters.letter({ queue, id })).toMatchObject({
      reason: `why ${id}`,
      class: "invalid",
      discardedAt: undefined,
    });
    expect(await verbs.replayLetters({ keys: [{ queue, id }] })).toBe(1);
    expect(await listed()).toEqual([]);
    expect(await inbox.begin(queue, id, 60_000)).toMatchObject({ id, attempt: 0 });

    const dead_ = { state: "dead", reason: `why ${id}`, attempts: 1, setAside: expect.any(String) };
    const discarded = { ...dead_, state: "discarded" };
    const subject = `q ${id}`;
    expect(await audited()).toEqual([
      { what: "dead-letter replay", subject, before: dead_, after: { state: "waiting" } },
      {
        what: "dead-letter restore",
        subject,
        before: { ...discarded, discarded: expect.any(String) },
        after: dead_,
      },
      { what: "dead-letter discard", subject, before: dead_, after: discarded },
    ]);
  });

  it("are changed all at once by what they match, and only those that were counted", async () => {
    const [a, b] = [await dead("q"), await dead("q")];
    await dead("q", "denied");
    const { asOf } = await letters.counts("dead");
    const late = await dead("q");
    const filter = { queue: "q", class: "invalid" } as const;
    expect(await verbs.discardLetters({ filter, until: asOf })).toBe(2);
    expect(new Set(await listed({ state: "discarded" }))).toEqual(new Set([a.id, b.id]));
    expect(await listed(filter)).toEqual([late.id]);
    expect(await audited()).toHaveLength(2);
    expect((await audited())[0]?.after).toMatchObject({ state: "discarded", allMatching: filter });
  });

  it("are changed by thousands at once, each with its entry in the audit", async () => {
    const count = 5_000;
    await db.execute(
      undefined,
      `INSERT INTO inbox (queue, id, body, lane, dead_at, dead_reason, dead_class, error)
       SELECT 'q', gen_random_uuid(), json_build_object('metadata', repeat('x', 4000)), 'live', clock_timestamp(), 'why', 'invalid', 'why' FROM generate_series(1, $1)`,
      count,
    );
    const matching = async () => ({ filter: { queue: "q" }, until: await db.now() });
    const inAudit = async () =>
      (
        await db.rows<{ what: string; entries: number; subjects: number }>(
          undefined,
          "SELECT what, count(*) AS entries, count(DISTINCT subject) AS subjects FROM audit GROUP BY what",
        )
      ).map(({ what, entries, subjects }) => [what, entries, subjects]);
    expect(await verbs.discardLetters(await matching())).toBe(count);
    expect(await listed()).toEqual([]);
    expect(await verbs.restoreLetters(await matching())).toBe(count);
    expect(await verbs.replayLetters(await matching())).toBe(count);
    expect((await inAudit()).sort()).toEqual(
      ["discard", "replay", "restore"].map((verb) => [`dead-letter ${verb}`, count, count]),
    );
    expect(await listed()).toEqual([]);
  });

  it("that start a run take it along: refused, discarded, refused again, queued", async () => {
    const [run, body] = [randomUUID(), { source_name: "a" }];
    const range = { start: 0, end: 60_000_000 };
    await db.run((tx) =>
      catalog.requestRun(tx, { id: run, source: "a", range, trigger: "person", lane: "live" }),
    );
    const state = async () => (await catalog.run(run))?.state;
    const key = await dead(START, "malformed", body, run);
    expect([await state(), (await catalog.run(run))?.error]).toEqual(["refused", `why ${run}`]);
    await verbs.discardLetters({ keys: [key] });
    expect(await state()).toBe("discarded");
    expect((await verbs.showLetter(key)).run).toEqual({ id: run, source: "a", state: "discarded" });
    await verbs.restoreLetters({ keys: [key] });
    expect(await state()).toBe("refused");
    await verbs.replayLetters({ keys: [key] });
    expect(await catalog.run(run)).toMatchObject({
      state: "queued",
      error: undefined,
      finishedAt: undefined,
    });
  });

  it("tell what they are about, and what it means to discard them", async () => {
    const run = randomUUID();
    const metadata = { dataset: { name: "d" } };
    const time = { start_time: "1970-01-01T00:00:00Z", end_time: "1970-01-01T00:01:00Z" };
    const body = { metadata, ...time, payload_location: "/store/payloads/d/x.parquet" };
    const key = await dead(INGEST_QUEUE, "invalid", body, ingestCommandId(run));
    expect(await verbs.showLetter(key)).toMatchObject({
      about: { stage: "ingest", dataset: "d", range: { start: 0, end: 60_000_000 } },
      asks: "Asks for a payload of d to be ingested.",
      file: { location: body.payload_location, own: true, bytes: 12 },
      text: expect.stringContaining('"payload_location": "/store/payloads/d/x.parquet"'),
      cut: false,
      run: undefined,
      deliveries: [],
      windows: {},
    });
    const of = async (start: number, end: number) =>
      (await verbs.lettersOfTime({ dataset: "d", start, end })).map(({ id }) => id);
    expect([await of(0, 1), await of(60_000_000, 90_000_000)]).toEqual([[key.id], []]);
    await verbs.discardLetters({ keys: [key] });
    expect(await of(0, 1)).toEqual([key.id]);
    const foreign = await dead("of.others", "denied", { payload_location: "/elsewhere/x" });
    expect(await verbs.showLetter(foreign)).toMatchObject({
      about: { stage: undefined },
      discarding: "Nothing here waits for it.",
      file: { own: false, bytes: undefined },
    });
    await expect(verbs.showLetter({ queue: "q", id: randomUUID() })).rejects.toThrow(/no dead letter/);
  });

  it.each([["no object"], [7], [null], [["a", "list"]], [{ metadata: "text", start_time: { a: 1 } }]])(
    "are readable whatever was sent: %j",
    async (body) => {
      const key = await dead(INGEST_QUEUE, "malformed", body as object);
      expect(await verbs.showLetter(key)).toMatchObject({
        text: JSON.stringify(body, null, 2),
        about: { dataset: undefined },
      });
      expect((await verbs.letters({ state: "dead", limit: 5 })).items).toHaveLength(1);
    },
  );

  it("show so much of a long message, and give it whole", async () => {
    const key = await dead("q", "malformed", { long: "x".repeat(100_000) });
    const shown = await verbs.showLetter(key);
    expect([shown.text.length, shown.cut]).toEqual([65_536, true]);
    expect(await verbs.letterBody(key)).toEqual({ long: "x".repeat(100_000) });
  });

  it("written before there were classes get theirs, and reasons without it", async () => {
    const reasons = [
      "invalid: a",
      "not found: b",
      "denied: c",
      "invalid: given up: d",
      "invalid: the message does not fit e",
      "f",
    ];
    for (const reason of reasons)
      await db.execute(
        undefined,
        "INSERT INTO inbox (queue, id, body, lane, dead_at, dead_reason) VALUES ('q', gen_random_uuid(), '{}', 'live', now(), $1)",
        reason,
      );
    const migration = await readFile(
      new URL("../../../prisma/migrations/20261127190000_discarded_letters/migration.sql", import.meta.url),
      "utf8",
    );
    await db.execute(undefined, /^UPDATE "inbox"[^;]*;/m.exec(migration)?.[0] ?? "");
    const { items } = await letters.page({ state: "dead", limit: 9 });
    expect(items.map(({ class: each, reason }) => `${each}: ${reason}`).sort()).toEqual([
      "denied: c",
      "given-up: given up: d",
      "invalid: a",
      "invalid: f",
      "malformed: the message does not fit e",
      "not-found: b",
    ]);
  });

  it("keep what they name, also for a while after they were discarded", async () => {
    const key = await dead("q", "invalid", { payload_location: "/store/payloads/d/kept.parquet" });
    const stored = new PostgresStoredFiles(db, () => undefined);
    const kept = async () => [
      (await namedPayloads(db, undefined)).has("payloads/d/kept.parquet"),
      (await stored.inMessages(["payloads/d/kept.parquet"])).size === 1,
    ];
    expect(await kept()).toEqual([true, true]);
    await verbs.discardLetters({ keys: [key] });
    expect(await kept()).toEqual([true, true]);
    await db.execute(undefined, "UPDATE inbox SET discarded_at = discarded_at - interval '31 days'");
    expect(await kept()).toEqual([false, false]);
  });

  it("are named by id, queue and class on the command line; an unknown one is told", async () => {
    const a = await dead("q");
    await dead("q", "denied");
    expect(await commands.discardDeadLetters({ id: a.id })).toBe(1);
    await expect(commands.discardDeadLetters({ id: a.id })).rejects.toThrow(/no dead letter/);
    await expect(commands.replayDeadLetters({})).rejects.toThrow(/--all/);
    await expect(commands.replayDeadLetters({ class: "bad" })).rejects.toThrow(/there are: malformed/);
    expect(await commands.listDeadLetters({ discarded: true, limit: 9 })).toMatchObject([{ id: a.id }]);
    expect(await commands.showDeadLetter(a)).toMatchObject({ ...a, body: {}, keptUntil: expect.any(String) });
    expect(await commands.restoreDeadLetters({ all: true })).toBe(1);
    expect(await commands.replayDeadLetters({ queue: "q" })).toBe(2);
  });
});
