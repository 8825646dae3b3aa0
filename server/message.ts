import { createHash } from "node:crypto";

/** Live work goes before backfill (SEMANTICS 7). */
export type Lane = "live" | "backfill";

/** What a stage hands to the runner to publish: `route` is a queue or a fanout exchange of the documented names. */
export interface OutgoingMessage {
  readonly route: string;
  readonly id: string;
  /** Plain JSON, already in the documented shape. */
  readonly body: object;
  readonly lane: Lane;
}

/** What the runner hands to a stage, before the stage's schema parsed the body. */
export interface IncomingMessage {
  readonly queue: string;
  readonly id: string;
  readonly body: unknown;
  readonly lane: Lane;
}

/** Namespace of all of Ionbeam's name-based identifiers; fixed for ever, since identifiers must repeat after a restart. */
const NAMESPACE = Buffer.from("6f1d2c58a4e05d0f9b0a7b1f3c6e9d21", "hex");

/**
 * UUID version 5 (RFC 9562 section 5.5) over the parts, joined by a unit separator that none of them contains.
 * The same parts give the same id on every machine, which is what makes a repeated message recognisable.
 */
export function uuidv5(...parts: readonly (string | number)[]): string {
  const hash = createHash("sha1").update(NAMESPACE).update(parts.join("\u001f")).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.subarray(0, 16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
