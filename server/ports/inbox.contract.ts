import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Conflict } from "../errors";
import type { IncomingMessage } from "../message";
import type { Inbox, InboxEntry, Outbox } from "./inbox";
import type { Transactions } from "./transactions";

export interface InboxUnderTest {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  close(): Promise<void>;
}

const LEASE = 600_000;
const A_SOURCE = "ionbeam.source.a.start";

/** Every inbox and outbox passes these. A lease of 0 ms is one that has ended; nothing here waits. */
export function inboxContract(name: string, factory: () => Promise<InboxUnderTest>): void {
  describe(`${name}: inbox and outbox`, () => {
    let it_: InboxUnderTest;
    beforeEach(async () => {
      it_ = await factory();
    });
    afterEach(() => it_.close());

    const message = (change: Partial<IncomingMessage> = {}): IncomingMessage => ({
      queue: "q",
      id: randomUUID(),
      body: { hello: ["world", 1] },
      lane: "live",
      ...change,
    });
    const begun = async (given: IncomingMessage, leaseMs = LEASE): Promise<InboxEntry> => {
      const entry = await it_.inbox.begin(given.queue, given.id, leaseMs);
      if (!entry) throw new Error("the message was not given out");
      return entry;
    };
    const settle = (entry: InboxEntry) => it_.transactions.run((tx) => it_.inbox.settle(tx, entry));

    it("accepts once; a repeat is dropped only after it was settled", async () => {
      const one = message();
      expect(await it_.inbox.accept(one)).toBe("new");
      expect(await it_.inbox.accept(one)).toBe("repeat");
      expect(await it_.inbox.accept({ ...one, queue: "other" })).toBe("new");
      await settle(await begun(one));
      expect(await it_.inbox.accept(one)).toBe("settled");
      expect(await it_.inbox.begin(one.queue, one.id, LEASE)).toBeUndefined();
    });

    it("gives a message to one worker, with its body and the number of earlier attempts", async () => {
      const one = message();
      await it_.inbox.accept(one);
      const both = await Promise.all([
        it_.inbox.begin(one.queue, one.id, LEASE),
        it_.inbox.begin(one.queue, one.id, LEASE),
      ]);
      expect(both.filter((entry) => entry)).toHaveLength(1);
      expect(both.find((entry) => entry)).toMatchObject({ ...one, attempt: 0, fence: 1 });
      expect(await it_.inbox.begin("q", randomUUID(), LEASE)).toBeUndefined();
    });

    it("lets another worker in when the lease has ended; the first has lost", async () => {
      const one = message();
      await it_.inbox.accept(one);
      const first = await begun(one, 0);
      const second = await begun(one);
      expect(second).toMatchObject({ attempt: 1, fence: 2 });
      expect(await it_.inbox.renew(one.queue, one.id, first.fence, LEASE)).toBe(false);
      expect(await it_.inbox.renew(one.queue, one.id, second.fence, LEASE)).toBe(true);
      await expect(settle(first)).rejects.toBeInstanceOf(Conflict);
      await it_.inbox.release(first, "too late", 0);
      await it_.inbox.bury(first, "too late", "invalid");
      expect(await it_.inbox.deadLetters(10, 0)).toEqual([]);
      await settle(second);
      await expect(settle(second)).rejects.toBeInstanceOf(Conflict);
    });

    it("history 2: the loser of a fence leaves its message unsettled, and it runs again", async () => {
      const one = message();
      await it_.inbox.accept(one);
      const entry = await begun(one);
      await it_.inbox.release(entry, "another ingestion of this delivery runs", 0);
      expect(await it_.inbox.ready(10)).toEqual([{ queue: one.queue, id: one.id, lane: "live" }]);
      expect(await begun(one)).toMatchObject({ attempt: 1 });
    });

    it("counts attempts that ended without an answer, from the last answer on", async () => {
      const one = message();
      await it_.inbox.accept(one);
      expect(await begun(one, 0)).toMatchObject({ attempt: 0, crashes: 0 });
      expect(await begun(one, 0)).toMatchObject({ attempt: 1, crashes: 1 });
      const third = await begun(one);
      expect(third).toMatchObject({ attempt: 2, crashes: 2 });
      await it_.inbox.release(third, "no answer", 0);
      expect(await begun(one)).toMatchObject({ attempt: 3, crashes: 0 });
    });

    it("takes any text as a reason", async () => {
      const one = message();
      await it_.inbox.accept(one);
      await it_.inbox.release(await begun(one), "no\0 answer", 0);
      await it_.inbox.bury(await begun(one), "a header with \0 in it", "invalid");
      expect((await it_.inbox.deadLetters(1, 0))[0]?.reason).toMatch(/^a header with . in it$/s);
    });

    it("keeps a released message back until its time", async () => {
      const one = message();
      await it_.inbox.accept(one);
      const entry = await begun(one);
      await it_.inbox.release(entry, "no answer", entry.receivedAt + 3_600_000_000);
      expect(await it_.inbox.begin(one.queue, one.id, LEASE)).toBeUndefined();
      expect(await it_.inbox.ready(10)).toEqual([]);
    });

    it("takes a retry that is further away than anybody waits as due: the clock went back since", async () => {
      const one = message();
      await it_.inbox.accept(one);
      const entry = await begun(one);
      await it_.inbox.release(entry, "no answer", entry.receivedAt + 3 * 3_600_000_000);
      expect(await it_.inbox.ready(10)).toHaveLength(1);
      expect(await begun(one)).toMatchObject({ attempt: 1 });
    });

    it("works one message of a source at a time, those of other queues beside it", async () => {
      const [first, second, live] = [
        message({ queue: A_SOURCE, lane: "backfill" }),
        message({ queue: A_SOURCE, lane: "backfill" }),
        message({ queue: A_SOURCE }),
      ];
      const other = message({ queue: "ionbeam.source.b.start", lane: "backfill" });
      for (const each of [first, second, other]) await it_.inbox.accept(each);
      const ready = async () => (await it_.inbox.ready(0)).map(({ id }) => id);
      expect(await ready()).toEqual([first.id, other.id]);
      const both = await Promise.all([
        it_.inbox.begin(A_SOURCE, first.id, LEASE),
        it_.inbox.begin(A_SOURCE, second.id, LEASE),
      ]);
      expect(both.filter((entry) => entry)).toHaveLength(1);
      const held = both.find((entry) => entry) as InboxEntry;
      await it_.inbox.accept(live);
      expect(await ready()).toEqual([other.id]);
      expect(await it_.inbox.begin(A_SOURCE, live.id, LEASE)).toBeUndefined();
      await begun(other);
      await settle(held);
      expect(await ready()).toEqual([live.id]);
      await it_.inbox.bury(await begun(live, 0), "refused", "invalid");
      const left = held.id === first.id ? second : first;
      expect(await ready()).toEqual([left.id]);
      await begun(left);
    });

    it("gives a source's run that failed its turn after those that were ready by then, and keeps it back until its time", async () => {
      const [first, second, third] = [1, 2, 3].map(() => message({ queue: A_SOURCE })) as [
        IncomingMessage,
        IncomingMessage,
        IncomingMessage,
      ];
      for (const each of [first, second, third]) await it_.inbox.accept(each);
      const ready = async () => (await it_.inbox.ready(10)).map(({ id }) => id);
      const { receivedAt } = await begun(third, 0);
      await it_.inbox.release(await begun(first), "no answer", receivedAt + 1);
      for (const next of [second, third, first]) {
        expect(await ready()).toEqual([next.id]);
        await it_.inbox.release(await begun(next), "no answer", receivedAt + 3_600_000_000);
        expect(await it_.inbox.begin(A_SOURCE, next.id, LEASE)).toBeUndefined();
      }
      expect(await ready()).toEqual([]);
    });

    it("takes back a settled mark with the transaction that failed", async () => {
      const one = message();
      await it_.inbox.accept(one);
      const entry = await begun(one);
      const failed = it_.transactions.run(async (tx) => {
        await it_.inbox.settle(tx, entry);
        await it_.outbox.add(tx, [{ route: "r", id: randomUUID(), body: {}, lane: "live" }]);
        throw new Error("the power went");
      });
      await expect(failed).rejects.toThrow("the power went");
      expect(await it_.inbox.accept(one)).toBe("repeat");
      expect(await it_.outbox.pending(10)).toEqual([]);
      await settle(entry);
    });

    it("lists the live lane before backfill, then the oldest, no more than asked", async () => {
      const sent = [message({ lane: "backfill" }), message(), message({ lane: "backfill" }), message()];
      for (const each of sent) await it_.inbox.accept(each);
      const ids = (await it_.inbox.ready(3)).map(({ id }) => id);
      expect(ids).toEqual([sent[1]?.id, sent[3]?.id, sent[0]?.id]);
    });

    it("sets aside what can never succeed, with the reason", async () => {
      const one = message();
      await it_.inbox.accept(one);
      await it_.inbox.bury(await begun(one), "start_time is missing", "invalid");
      expect(await it_.inbox.ready(10)).toEqual([]);
      expect(await it_.inbox.begin(one.queue, one.id, LEASE)).toBeUndefined();
      expect(await it_.inbox.accept(one)).toBe("repeat");
      expect(await it_.inbox.deadLetters(10, 0)).toMatchObject([
        { queue: one.queue, id: one.id, body: one.body, reason: "start_time is missing", attempts: 1 },
      ]);
      expect(await it_.inbox.deadLetters(10, 1)).toEqual([]);
    });

    it("keeps messages to be published in order of writing, each id of a route once", async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      const out = (route: string, id: string) => ({ route, id, body: { id }, lane: "live" as const });
      await it_.transactions.run((tx) => it_.outbox.add(tx, [out("r", b), out("r", a)]));
      await it_.transactions.run((tx) => it_.outbox.add(tx, [out("r", a), out("s", a)]));
      await it_.transactions.run((tx) => it_.outbox.add(tx, []));
      const pending = await it_.outbox.pending(10);
      expect(pending).toMatchObject([out("r", b), out("r", a), out("s", a)]);
      expect(await it_.outbox.pending(1)).toHaveLength(1);
      await it_.outbox.published(pending.slice(0, 2).map(({ seq }) => seq));
      expect(await it_.outbox.pending(10)).toMatchObject([out("s", a)]);
      await it_.transactions.run((tx) => it_.outbox.add(tx, [out("r", a)]));
      expect(await it_.outbox.pending(10)).toHaveLength(1);
    });
  });
}
