import { z } from "zod";
import type { Interval } from "../observation/interval";
import type { Era } from "../observation/span-grid";
import type { Micros } from "../observation/time";

/** A window of a dataset: [start, end) in µs. */
export interface Window extends Interval {
  readonly dataset: string;
}

/** A span in force from an instant on. `declared` is the ISO text that stands in file names. */
export interface SpanRule extends Era {
  readonly declared: string;
}

/** What happens to windows that never become complete. */
export type IncompletePolicy =
  | { readonly kind: "wait" }
  | { readonly kind: "build-after"; readonly after: Micros };

export interface WindowSettings {
  readonly subjectToChange: Micros;
  readonly policy: IncompletePolicy;
}

/** What one delivery's current generation put into one window. */
export interface Touch {
  readonly deliveryId: number;
  readonly deliveryKey: string;
  /** Command id of the current generation. */
  readonly generation: string;
  readonly rows: number;
  readonly stations: number;
  /** Whether its points are deleted: they must be restored from the payload before a build reads them. */
  readonly gone?: boolean | undefined;
  /** Why they could not be restored the last time. */
  readonly restoreError?: string | undefined;
}

/** One reading restriction (SEMANTICS 3, *Exclusions*). Undefined fields exclude nothing by themselves but do not narrow either. */
export interface Exclusion {
  readonly id: string;
  readonly station: string | undefined;
  readonly variable: string | undefined;
  /** [west, south, east, north] */
  readonly box: readonly [number, number, number, number] | undefined;
  readonly time: Interval;
  readonly reason: string;
}

/** Answers that gave a window no rows. */
export interface Asked {
  /** Deliveries that claim or touch the window and are withdrawn. */
  readonly withdrawn: number;
  /** Deliveries, not withdrawn, that claim the window and whose current generation rejected rows, whatever their time. */
  readonly rejecting: number;
  /** Rows that those rejected. */
  readonly rejectedRows: number;
  /** Files of the collections behind the claims that could not be read whole; looked for only where no row came. */
  readonly damaged?: { readonly files: number; readonly example: string } | undefined;
}

export type Output = "none" | "revision" | "empty";

/** What the ledger keeps of a window. */
export interface WindowRecord {
  readonly desiredHash: string;
  /** When the desired hash last left the built one, and last changed; undefined when nothing changed since the last build. */
  readonly firstChange: Micros | undefined;
  readonly lastChange: Micros | undefined;
  /** Desired hash that the last build recorded; undefined: never built. */
  readonly builtHash: string | undefined;
  readonly output: Output;
  /** Highest revision number ever used; 0 when never built. */
  readonly lastRevision: number;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly retryAt: Micros | undefined;
  /** A live lease: a build runs until then, as far as anybody knows. */
  readonly leaseUntil: Micros | undefined;
  /** Points of its desired deliveries are gone with their payloads: it is never built again. Never unset (SEMANTICS 4, *Sealed*). */
  readonly sealed: boolean;
  /** Unserved reprocess requests. */
  readonly reprocess: "none" | "asked" | "forced";
}

/** All that a judgement reads of one window; loaded with the window's row locked. */
export interface WindowFacts {
  readonly window: Window;
  /** Current generations of deliveries that touch the window and are not withdrawn. */
  readonly touches: readonly Touch[];
  /** Claims of deliveries (withdrawn ones included), clipped to the window. */
  readonly claims: readonly Interval[];
  /** What came of asking beside the touches: it tells why a window has no rows. */
  readonly asked: Asked;
  /** Active exclusions whose time overlaps the window. */
  readonly exclusions: readonly Exclusion[];
  /** undefined: no row yet. */
  readonly record: WindowRecord | undefined;
}

export interface Coverage {
  /** Holes of more than one second, edges included. */
  readonly gaps: readonly Interval[];
  readonly complete: boolean;
  /** Covered share of the window, 0 to 1. */
  readonly share: number;
}

export type Need =
  | { readonly kind: "none" }
  | { readonly kind: "sealed" }
  | { readonly kind: "settling"; readonly until: Micros }
  | { readonly kind: "waiting"; readonly gaps: readonly Interval[]; readonly until: Micros | undefined }
  | { readonly kind: "due"; readonly quietUntil: Micros | undefined };

export type Work =
  | { readonly kind: "idle" }
  | { readonly kind: "queued" }
  | { readonly kind: "running"; readonly until: Micros }
  | { readonly kind: "failed"; readonly error: string; readonly attempts: number; readonly retryAt: Micros };

/** The state that is shown (SEMANTICS 4). */
export const WindowState = z.enum([
  "building",
  "failed",
  "queued",
  "open",
  "settling",
  "waiting",
  "too-late",
  "built",
  "incomplete",
  "empty",
]);
export type WindowState = z.infer<typeof WindowState>;

/**
 * The parts of a build, in their order: its points are found and counted against the ledger; merged, sorted and written; hashed and stored under
 * the name of their bytes, with their manifest; and committed as a revision that is announced.
 */
export const BuildPhase = z.enum(["read", "merge", "store", "publish"]);
export type BuildPhase = z.infer<typeof BuildPhase>;

/**
 * Why a window is in its state, by class: the closed vocabulary behind the sentence, which windows are filtered by. It names the cause and not the
 * state: what is missing holds back a waiting window and leaves a built one incomplete.
 */
export const ReasonClass = z.enum([
  /** Its time is not over. */
  "collecting",
  /** Its time is over, and it may still change. */
  "may-change",
  /** No delivery has answered for a part of it. */
  "missing",
  /** All of it was asked for, and no row came. */
  "nothing-came",
  /** No usable row is left: its deliveries are withdrawn, their rows rejected, their files damaged, or every row excluded. */
  "withdrawn",
  "rejected",
  "damaged",
  "excluded",
  /** All is there for its first build. */
  "first-build",
  /** Its deliveries changed since it was built. */
  "newer-data",
  /** Somebody asked to make it again. */
  "asked",
  /** Deleted points are restored from the payload first. */
  "restoring",
  /** A build failed and is tried again. */
  "build-failed",
  /** What came was too late: points and payloads are deleted. */
  "too-late",
  /** It stays as it is: points and payloads are deleted. */
  "sealed",
  /** Built of all that was asked for. */
  "complete",
  /** One of many that changed at once: looked at next. */
  "not-judged",
]);
export type ReasonClass = z.infer<typeof ReasonClass>;

/** What a judgement says. */
export interface Judgement {
  readonly desiredHash: string;
  readonly coverage: Coverage;
  readonly output: Output;
  readonly need: Need;
  readonly work: Work;
  readonly state: WindowState;
  readonly stale: boolean;
  /** Stale for no newer data, but because somebody asked to make it again: what stands is not out of date. */
  readonly askedAgain: boolean;
  /** One sentence for people, with times as `2026-11-24 14:00 UTC`. */
  readonly reason: string;
  readonly reasonClass: ReasonClass;
  /** Whether a build may start at this instant. */
  readonly buildNow: boolean;
  /** Generations whose points are gone and must be restored first; then the window is looked at again. */
  readonly restore: readonly string[];
  /** The next instant at which this judgement may change without any new fact; undefined: never. */
  readonly lookAgainAt: Micros | undefined;
  /** The record's change marks as they must be stored now. */
  readonly firstChange: Micros | undefined;
  readonly lastChange: Micros | undefined;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly retryAt: Micros | undefined;
  /** No claim, no touch, never built: the row must not exist. */
  readonly exists: boolean;
}
