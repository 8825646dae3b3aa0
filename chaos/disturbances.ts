import { FAIL_POINTS } from "../server/fail-point";
import type { Random } from "./random";

type Part = "worker" | "web" | "supervisor" | "postmaster" | "backend" | "all";

/** What is done to the product while operations go on. */
export type Disturbance =
  | { readonly kind: "kill"; readonly what: Part; readonly signal: "SIGKILL" | "SIGTERM" | "SIGQUIT" }
  /** Stops processes for a while, as a machine that swaps or sleeps does; beyond a minute every lease has run out meanwhile. */
  | {
      readonly kind: "pause";
      readonly what: "worker" | "web" | "supervisor" | "postgres" | "all";
      readonly ms: number;
    }
  /** The worker dies at this place, the n-th time it is passed. */
  | { readonly kind: "fail-point"; readonly name: string; readonly nth: number }
  /** Messages that were published are published once more, as by a relay that died before its mark. */
  | { readonly kind: "repeat-messages"; readonly count: number }
  /** The queues forget their jobs. */
  | { readonly kind: "lose-jobs" }
  /** The archive answers badly for some requests. */
  | {
      readonly kind: "archive";
      readonly trouble: "unavailable" | "cut" | "slow" | "hang";
      readonly times: number;
    };

export interface Step {
  /** Waited before it, milliseconds. */
  readonly afterMs: number;
  readonly disturbance: Disturbance;
  /** Whether the product may recover before the next one. */
  readonly mayRecover: boolean;
}

const KILLS = [
  [8, { kind: "kill", what: "worker", signal: "SIGKILL" }],
  [2, { kind: "kill", what: "worker", signal: "SIGTERM" }],
  [4, { kind: "kill", what: "web", signal: "SIGKILL" }],
  [1, { kind: "kill", what: "web", signal: "SIGTERM" }],
  [4, { kind: "kill", what: "supervisor", signal: "SIGKILL" }],
  [2, { kind: "kill", what: "supervisor", signal: "SIGTERM" }],
  [3, { kind: "kill", what: "postmaster", signal: "SIGKILL" }],
  [1, { kind: "kill", what: "postmaster", signal: "SIGQUIT" }],
  [3, { kind: "kill", what: "backend", signal: "SIGKILL" }],
  [3, { kind: "kill", what: "backend", signal: "SIGTERM" }],
  [4, { kind: "kill", what: "all", signal: "SIGKILL" }],
] as const satisfies readonly (readonly [number, Disturbance])[];

const LEASE_PASSED_MS = 65_000;
/** Pauses beyond the leases take more than a minute each: so many minutes of a run stand for one of them. */
const MINUTES_PER_LONG_PAUSE = 12;

/** Draws disturbances without end; every fail point has its turn before one comes again. */
export function* disturbances(random: Random, minutes: number): Generator<Step> {
  let points: string[] = [];
  let longPauses = Math.floor(minutes / MINUTES_PER_LONG_PAUSE);
  for (;;) {
    const disturbance = random.weighted<() => Disturbance>([
      [16, () => random.weighted<Disturbance>(KILLS)],
      [
        10,
        () => {
          if (points.length === 0) points = random.shuffled(FAIL_POINTS);
          return { kind: "fail-point", name: points.pop() ?? "", nth: random.between(1, 2) };
        },
      ],
      [
        2,
        () => {
          const what = random.pick(["worker", "web", "supervisor", "postgres", "all"] as const);
          const long = longPauses > 0 && what !== "supervisor" && random.happens(0.3);
          if (long) longPauses -= 1;
          return { kind: "pause", what, ms: long ? LEASE_PASSED_MS : random.between(200, 4_000) };
        },
      ],
      [2, () => ({ kind: "repeat-messages", count: random.between(1, 30) })],
      [1, () => ({ kind: "lose-jobs" })],
      [
        2,
        () => {
          const trouble = random.pick(["unavailable", "cut", "slow", "hang"] as const);
          return { kind: "archive", trouble, times: trouble === "hang" ? 1 : random.between(1, 8) };
        },
      ],
    ])();
    yield { afterMs: random.between(50, 1_200), disturbance, mayRecover: random.happens(0.7) };
  }
}

/** How kills are counted in the report. */
export function nameOf(disturbance: Disturbance): string {
  switch (disturbance.kind) {
    case "kill":
      return `${disturbance.what} ${disturbance.signal}`;
    case "pause":
      return `pause ${disturbance.what}${disturbance.ms >= LEASE_PASSED_MS ? " past the lease" : ""}`;
    case "fail-point":
      return `fail point ${disturbance.name}`;
    case "archive":
      return `archive ${disturbance.trouble}`;
    default:
      return disturbance.kind;
  }
}
