import { z } from "zod";
import type { Micros } from "../observation/time";
import type { Window } from "../window/model";

/** Which windows of the ranges are meant. `missing`: never built; `missing-failed`: these, and those whose build or projection fails; `stale`: newer data came. */
export const Behaviour = z.enum(["missing", "missing-failed", "stale", "all"]);
export type Behaviour = z.infer<typeof Behaviour>;

/** How deep it begins: the products of the current revision; the revision and its products; the collection from the source and all that follows. */
export const Depth = z.enum(["projections", "dataset", "collect"]);
export type Depth = z.infer<typeof Depth>;

/** Windows of a dataset that share an instant with [start, end), µs since the epoch, UTC. */
export const ReprocessRange = z
  .object({ dataset: z.string().min(1), start: z.number().int(), end: z.number().int() })
  .refine(({ start, end }) => end > start, "the range ends before it starts: give an end after the start");

/** More than this is cut into several: each is one transaction. */
export const MOST_REPROCESSED = 200_000;
/** Windows of which nothing is known yet, so that they are only found by their span. */
export const MOST_UNKNOWN = 10_000;

export const ReprocessChoice = z.object({
  ranges: z.array(ReprocessRange).min(1, "name at least one range").max(2_000, "at most 2000 ranges at once"),
  behaviour: Behaviour.default("missing-failed"),
  depth: Depth.default("dataset"),
  /** Also builds windows that were never built and still wait for missing deliveries. */
  forced: z.boolean().default(false),
});
export type ReprocessChoice = z.infer<typeof ReprocessChoice>;

export const StartReprocess = ReprocessChoice.extend({
  newestFirst: z.boolean().default(false),
  note: z.string().trim().max(500).optional(),
  /** Made once per click: sending it twice asks once. */
  requestKey: z.string().min(1).max(200),
});
export type StartReprocess = z.infer<typeof StartReprocess>;

export type ReprocessState = "running" | "paused" | "cancelling" | "cancelled" | "done";

/** Where one of its windows is. */
export type StepState = "waiting" | "collecting" | "building" | "projecting" | "ended";

/**
 * What became of one window. `kept`: what stands was published once more, since it is sealed; `failed`: the products of before stay;
 * `not-run`: nothing was built, for the reason beside it.
 */
export const ReprocessOutcome = z.enum(["changed", "unchanged", "kept", "failed", "not-run", "cancelled"]);
export type ReprocessOutcome = z.infer<typeof ReprocessOutcome>;

/** Why a window that is meant is left out from the beginning. */
export type LeftOut =
  | "sealed"
  | "nothing-built"
  | "no-rows"
  | "waiting"
  | "nothing-received"
  | "no-source"
  | "no-projection"
  | "ahead";

export interface ReprocessPreview {
  /** Windows in the ranges. */
  readonly inRange: number;
  /** Those that the behaviour means. */
  readonly meant: number;
  readonly willRun: number;
  /** Of those that run: has a current file, which stays until the new one is complete. */
  readonly replaced: number;
  /** Of those that run: still collecting or settling, so that it is built of what is there now. */
  readonly unsettled: number;
  /** Of those that run: never built and not over yet, so that what is there is collected, and the build comes when nothing is missing: the reprocess ends them as not run. */
  readonly collectedOnly: number;
  /** Of those that run: is being built now; it runs after that. */
  readonly building: number;
  /** Of those that run: sealed, so that what stands is published once more. */
  readonly kept: number;
  /** Of those that run: points are deleted and are restored from their payloads first. */
  readonly restored: number;
  /** Of those that run: raw payloads of it are deleted; it is built from the points that are kept. */
  readonly payloadsGone: number;
  readonly leftOut: readonly {
    readonly why: LeftOut;
    readonly reason: string;
    readonly windows: number;
    readonly examples: readonly Window[];
  }[];
  /** Of those that run: windows that another reprocess has still to do, by reprocess, oldest first. */
  readonly alreadyAsked: readonly {
    readonly number: number;
    readonly state: ReprocessState;
    readonly windows: number;
    /** What happens to them, in a sentence without a full stop. */
    readonly what: string;
    /** The newest few. */
    readonly examples: readonly Window[];
  }[];
}

export interface ReprocessCounts {
  /** Windows that are to run, those left out not counted. */
  readonly asked: number;
  /** Of these: they ran, whatever came of it. */
  readonly finished: number;
  readonly waiting: number;
  readonly underWay: number;
  readonly leftOut: number;
  readonly outcomes: Readonly<Record<ReprocessOutcome, number>>;
}

export interface ReprocessingView {
  readonly id: string;
  /** Its number, for people. */
  readonly number: number;
  readonly ranges: readonly Window[];
  readonly behaviour: Behaviour;
  readonly depth: Depth;
  readonly forced: boolean;
  readonly newestFirst: boolean;
  readonly note: string | undefined;
  readonly state: ReprocessState;
  readonly madeAt: Micros;
  readonly endedAt: Micros | undefined;
  readonly counts: ReprocessCounts;
  /** Windows finished a minute lately, since it was last begun, resumed or retried, and how long the rest takes at that rate, µs; undefined while too few have ended to say. */
  readonly perMinute: number | undefined;
  readonly remaining: Micros | undefined;
}

export interface ReprocessedWindow extends Window {
  /** Whether it lies on its dataset's grid: such a window has a page, also when nothing was received for it. */
  readonly hasPage: boolean;
  readonly state: StepState;
  readonly outcome: ReprocessOutcome | undefined;
  /** A sentence: why it did not run, what failed, what it waits for; undefined where there is nothing to say. */
  readonly reason: string | undefined;
  readonly runs: readonly string[];
  readonly attempts: number;
  readonly revisionBefore: number | undefined;
  readonly revisionAfter: number | undefined;
  readonly begunAt: Micros | undefined;
  readonly endedAt: Micros | undefined;
}
