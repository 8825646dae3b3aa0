import { Conflict } from "../../errors";
import type { IncomingMessage, OutgoingMessage } from "../../message";
import { MINUTE, type Micros } from "../../observation/time";
import {
  type Accepted,
  type DeadLetter,
  type Inbox,
  type InboxEntry,
  isSourceQueue,
  type Outbox,
} from "../../ports/inbox";
import type { Tx } from "../../ports/transactions";
import type { MemoryStore, Table } from "./store";

interface Row extends InboxEntry {
  readonly settled: boolean;
  readonly attempts: number;
  readonly unanswered: number;
  readonly leaseUntil: Micros | undefined;
  readonly retryAt: Micros | undefined;
  readonly dead: { readonly reason: string; readonly at: Micros } | undefined;
}

type Key = Pick<InboxEntry, "queue" | "id">;
const keyOf = ({ queue, id }: Key) => `${queue} ${id}`;

/** A retry further away than anybody waits was written before the clock went back. */
function mayRetry(retryAt: Micros | undefined, now: Micros): boolean {
  return retryAt === undefined || retryAt <= now || retryAt > now + 65 * MINUTE;
}

/** The inbox in memory, for tests. */
export class MemoryInbox implements Inbox {
  private readonly rows: Table<Row>;

  constructor(private readonly store: MemoryStore) {
    this.rows = store.table();
  }

  accept(message: IncomingMessage): Promise<Accepted> {
    return this.store.run(async () => {
      const row = this.rows.get(keyOf(message));
      if (row) return row.settled ? "settled" : "repeat";
      const counts = { attempt: 0, attempts: 0, crashes: 0, unanswered: 0 };
      const start = { ...counts, fence: 0, receivedAt: this.store.clock(), settled: false };
      const none = { leaseUntil: undefined, retryAt: undefined, dead: undefined };
      const { queue, id, lane } = message;
      const body: unknown = JSON.parse(JSON.stringify(message.body));
      this.rows.set(keyOf(message), { queue, id, lane, body, ...start, ...none });
      return "new";
    });
  }

  begin(queue: string, id: string, leaseMs: number): Promise<InboxEntry | undefined> {
    return this.store.run(async () => {
      const row = this.rows.get(keyOf({ queue, id }));
      if (!row || !this.free(row) || this.heldElsewhere(queue)) return undefined;
      const leaseUntil = this.store.clock() + leaseMs * 1000;
      const next = {
        ...row,
        fence: row.fence + 1,
        attempt: row.attempts,
        crashes: row.unanswered,
        unanswered: row.unanswered + 1,
        attempts: row.attempts + 1,
        leaseUntil,
      };
      this.rows.set(keyOf(row), next);
      const { body, lane, attempt, crashes, fence, receivedAt } = next;
      return { queue, id, body, lane, attempt, crashes, fence, receivedAt };
    });
  }

  renew(queue: string, id: string, fence: number, leaseMs: number): Promise<boolean> {
    return this.store.run(async () => {
      const row = this.held({ queue, id, fence });
      if (row) this.rows.set(keyOf(row), { ...row, leaseUntil: this.store.clock() + leaseMs * 1000 });
      return row !== undefined;
    });
  }

  async settle(_tx: Tx, entry: Pick<InboxEntry, "queue" | "id" | "fence">): Promise<void> {
    const row = this.held(entry);
    if (!row) throw new Conflict(`message ${entry.id} of ${entry.queue} is worked on by somebody else`);
    this.rows.set(keyOf(row), { ...row, settled: true, leaseUntil: undefined });
  }

  release(entry: Pick<InboxEntry, "queue" | "id" | "fence">, _error: string, retryAt: Micros): Promise<void> {
    return this.store.run(async () => {
      const row = this.held(entry);
      if (row) this.rows.set(keyOf(row), { ...row, leaseUntil: undefined, retryAt, unanswered: 0 });
    });
  }

  bury(entry: Pick<InboxEntry, "queue" | "id" | "fence">, reason: string): Promise<void> {
    return this.store.run(async () => {
      const row = this.held(entry);
      if (!row) return;
      this.rows.set(keyOf(row), { ...row, leaseUntil: undefined, dead: { reason, at: this.store.clock() } });
    });
  }

  async ready(limit: number): Promise<readonly { queue: string; id: string; lane: "live" | "backfill" }[]> {
    return this.store.run(async () => {
      const by = (at: (row: Row) => number) => (a: Row, b: Row) =>
        a.lane === b.lane ? at(a) - at(b) : a.lane === "live" ? -1 : 1;
      const free = this.rows.values().filter((row) => this.free(row));
      const first = new Map<string, Row>();
      for (const row of free.sort(by((each) => Math.max(each.receivedAt, each.retryAt ?? 0)))) {
        if (isSourceQueue(row.queue) && !this.heldElsewhere(row.queue) && !first.has(row.queue))
          first.set(row.queue, row);
      }
      const received = by((row) => row.receivedAt);
      const others = free.filter((row) => !isSourceQueue(row.queue)).sort(received);
      const ready = [...others.slice(0, limit), ...first.values()].sort(received);
      return ready.map(({ queue, id, lane }) => ({ queue, id, lane }));
    });
  }

  /** Whether a message of this source's queue is being worked on. */
  private heldElsewhere(queue: string): boolean {
    const now = this.store.clock();
    const held = (row: Row) => !row.settled && !row.dead && (row.leaseUntil ?? now) > now;
    return isSourceQueue(queue) && this.rows.values().some((row) => row.queue === queue && held(row));
  }

  async deadLetters(limit: number, offset: number): Promise<readonly DeadLetter[]> {
    return this.store.run(async () =>
      this.rows
        .values()
        .flatMap(({ queue, id, body, attempts, receivedAt, dead }) =>
          dead ? [{ queue, id, body, reason: dead.reason, attempts, receivedAt, deadAt: dead.at }] : [],
        )
        .sort((a, b) => b.deadAt - a.deadAt)
        .slice(offset, offset + limit),
    );
  }

  private free(row: Row): boolean {
    const now = this.store.clock();
    return !row.settled && !row.dead && (row.leaseUntil ?? now) <= now && mayRetry(row.retryAt, now);
  }

  private held(entry: Pick<InboxEntry, "queue" | "id" | "fence">): Row | undefined {
    const row = this.rows.get(keyOf(entry));
    return row && !row.settled && !row.dead && row.fence === entry.fence ? row : undefined;
  }
}

/** The outbox in memory, for tests. */
export class MemoryOutbox implements Outbox {
  private readonly rows: Table<OutgoingMessage & { readonly seq: number; readonly published: boolean }>;
  private seq = 0;

  constructor(private readonly store: MemoryStore) {
    this.rows = store.table();
  }

  async add(_tx: Tx, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) {
      const key = `${message.route} ${message.id}`;
      if (this.rows.get(key)) continue;
      this.seq += 1;
      this.rows.set(key, { ...message, seq: this.seq, published: false });
    }
  }

  async pending(limit: number): Promise<readonly (OutgoingMessage & { readonly seq: number })[]> {
    return this.store.run(async () =>
      this.rows
        .values()
        .filter(({ published }) => !published)
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit)
        .map(({ published: _published, ...message }) => message),
    );
  }

  published(seqs: readonly number[]): Promise<void> {
    return this.store.run(async () => {
      for (const row of this.rows.values()) {
        if (seqs.includes(row.seq)) this.rows.set(`${row.route} ${row.id}`, { ...row, published: true });
      }
    });
  }
}
