import type { z } from "zod";
import type { Lane, OutgoingMessage } from "./message";
import type { Tx } from "./ports/transactions";

/** What a stage did: messages to publish and a change of truth, made in one transaction with the settled mark (SEMANTICS 7). */
export interface Outcome {
  readonly publish: readonly OutgoingMessage[];
  /** Runs inside the settling transaction. May return further messages that only the transaction could know. */
  readonly settle?: (tx: Tx) => Promise<readonly OutgoingMessage[] | undefined>;
}

export interface StageContext {
  readonly lane: Lane;
  readonly queue: string;
  /** Aborted when the worker drains: stop at the next safe point and throw `Transient`. */
  readonly signal: AbortSignal;
  /** How often this message has been tried before. */
  readonly attempt: number;
}

/**
 * One message in, messages out. The runner parses the body with `schema` once, takes the inbox fence, calls `handle`, and settles.
 * `handle` must be safe to run again from the start after a crash at any point.
 */
export interface Stage<Schema extends z.ZodType, Ports> {
  readonly name: string;
  readonly schema: Schema;
  readonly handle: (message: z.infer<Schema>, ports: Ports, context: StageContext) => Promise<Outcome>;
}
