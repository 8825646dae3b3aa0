import type { LetterClass } from "../dead-letter/model";
import type { IncomingMessage, OutgoingMessage } from "../message";
import type { Micros } from "../observation/time";
import type { Tx } from "./transactions";

/** Queues of sources begin so. Their messages are worked one at a time per queue, so that a vendor who hangs holds one worker, not all. */
export const SOURCE_QUEUES = "ionbeam.source.";

export function isSourceQueue(queue: string): boolean {
  return queue.startsWith(SOURCE_QUEUES);
}

export type Accepted = "new" | "repeat" | "settled";

export interface InboxEntry extends IncomingMessage {
  /** Earlier attempts. */
  readonly attempt: number;
  /** Of the latest ones in a row, how many ended without an answer: killed, or cut off. */
  readonly crashes: number;
  readonly fence: number;
  readonly receivedAt: Micros;
}

export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly body: unknown;
  readonly reason: string;
  readonly attempts: number;
  readonly receivedAt: Micros;
  readonly deadAt: Micros;
}

/** Messages received and what became of them; a repeat of (queue, id) is dropped only after it was settled (SEMANTICS 7). */
export interface Inbox {
  accept(message: IncomingMessage): Promise<Accepted>;
  /**
   * Takes the fence of an unsettled, living message; undefined when it is settled, dead, unknown, not yet due or being worked on, and, in a
   * source's queue, while another message of that queue is being worked on.
   */
  begin(queue: string, id: string, leaseMs: number): Promise<InboxEntry | undefined>;
  renew(queue: string, id: string, fence: number, leaseMs: number): Promise<boolean>;
  /** Marks settled inside the stage's transaction. @throws Conflict when the fence is no longer ours */
  settle(tx: Tx, entry: Pick<InboxEntry, "queue" | "id" | "fence">): Promise<void>;
  /** Gives the message back: tried again at `retryAt`. */
  release(entry: Pick<InboxEntry, "queue" | "id" | "fence">, error: string, retryAt: Micros): Promise<void>;
  /** Sets a message aside that can never succeed, with the reason; not settled. A run that it starts is refused with it. */
  bury(
    entry: Pick<InboxEntry, "queue" | "id" | "fence">,
    reason: string,
    letterClass: LetterClass,
  ): Promise<void>;
  /**
   * Unsettled, living messages whose time has come, live lane first, then oldest; at most `limit`, and beside them of each source's queue the one
   * that may begin: none while another is worked on, else, live lane first, the one that has been ready the longest. One that failed is ready
   * again at its retry time, so it takes its turn after those that were ready by then.
   */
  ready(limit: number): Promise<readonly { queue: string; id: string; lane: "live" | "backfill" }[]>;
  /** Newest first; what people do with them is `Letters`. */
  deadLetters(limit: number, offset: number): Promise<readonly DeadLetter[]>;
}

/** Messages to be published, written in the transaction that decided them, sent by the relay. */
export interface Outbox {
  add(tx: Tx, messages: readonly OutgoingMessage[]): Promise<void>;
  /** Unpublished messages in order of writing. */
  pending(limit: number): Promise<readonly (OutgoingMessage & { readonly seq: number })[]>;
  published(seqs: readonly number[]): Promise<void>;
}
