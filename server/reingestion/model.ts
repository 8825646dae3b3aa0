import { z } from "zod";
import type { Micros } from "../observation/time";

/** A range of a source's deliveries that a person wants ingested again from their kept payloads. */
export const ReingestChoice = z.object({
  source: z.string().min(1),
  /** µs since the epoch, UTC; half-open. */
  start: z.number().int(),
  end: z.number().int(),
});
export type ReingestChoice = z.infer<typeof ReingestChoice>;

export const StartReingestion = ReingestChoice.extend({
  /** Made once per click: sending it twice asks once (SEMANTICS 7). */
  requestKey: z.string().min(1).max(200),
  /** SHA-256 of the map that the person saw; refused where the source has another by now. Absent: whichever it has. */
  mapHash: z.string().optional(),
});
export type StartReingestion = z.infer<typeof StartReingestion>;

export const ReingestOutcome = z.enum(["ingested", "failed", "left-out", "cancelled"]);
export type ReingestOutcome = z.infer<typeof ReingestOutcome>;

export type ReingestionState = "running" | "cancelling" | "done" | "cancelled";

/** Why a delivery of the range is not ingested again. */
export type LeftOut = "foreign" | "not-ingested" | "withdrawn" | "payload-gone" | "sealed";

export const LEFT_OUT: Readonly<Record<LeftOut, string>> = {
  foreign: "brought by somebody else than this source: its payload has columns of its own",
  "not-ingested": "its first ingestion is not over: it takes the map that came with it",
  withdrawn: "withdrawn: restore it first where it is wanted",
  "payload-gone": "its raw payload was deleted by retention: collect its time again from the source",
  sealed:
    "it has rows in a sealed window, where points are deleted together with their payloads: nothing can be built there any more",
};

/** More than this at once is sure to be a slip of the hand. */
export const MOST_DELIVERIES = 100_000;

/** What ingesting a range again would do. */
export interface ReingestPreview {
  readonly deliveries: number;
  /** Rows that they have now. */
  readonly rows: number;
  /** Of their payloads. */
  readonly bytes: number;
  /** Windows that they have rows in, and how many of these have a revision now. */
  readonly windows: number;
  readonly built: number;
  readonly leftOut: readonly { readonly reason: string; readonly deliveries: number }[];
  /** Where nothing would run: from when to when the source has deliveries that can be ingested again; undefined also where it has none. */
  readonly kept?: { readonly start: Micros; readonly end: Micros } | undefined;
}

/** Why a range has nothing to be ingested again, and what to do. @param spanText how a range of time is written */
export function nothingRuns(
  { leftOut, kept }: Pick<ReingestPreview, "leftOut" | "kept">,
  spanText: (start: Micros, end: Micros) => string,
): string {
  const within =
    kept === undefined ? undefined : `it has kept payloads from ${spanText(kept.start, kept.end)}`;
  if (leftOut.length > 0) {
    const reasons = leftOut.map(({ deliveries, reason }) => `${deliveries} of them: ${reason}`);
    return `nothing would be ingested: ${[...reasons, ...(within ? [within] : [])].join("; ")}`;
  }
  const why = "nothing would be ingested: this source brought no delivery in this range";
  return within === undefined
    ? `${why}, and no payload of it is kept; run the source over the range where it is wanted`
    : `${why}; ${within}: choose a range within, or run the source over this one`;
}

export interface ReingestionView {
  readonly id: string;
  readonly number: number;
  readonly source: string;
  readonly dataset: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly mapHash: string;
  readonly mapVersion: number;
  readonly state: ReingestionState;
  readonly madeAt: Micros;
  readonly endedAt: Micros | undefined;
  /** Without those that are left out from the beginning. */
  readonly asked: number;
  /** Ingested or failed. */
  readonly finished: number;
  readonly outcomes: Readonly<Record<ReingestOutcome, number>>;
  /** Rows of what was ingested, before and after. */
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

export interface ReingestedDelivery {
  readonly delivery: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly state: "waiting" | "asked" | "ended";
  readonly outcome: ReingestOutcome | undefined;
  readonly reason: string | undefined;
  readonly rowsBefore: number | undefined;
  readonly rowsAfter: number | undefined;
}

/** A state in words: the same on the page and in the terminal. Of one that is done, whether all of it went well. */
export function stateWords({ state, outcomes }: Pick<ReingestionView, "state" | "outcomes">): string {
  return state === "done" && outcomes.failed > 0 ? "done, some failed" : state;
}
