import { DAY, HOUR, MINUTE, type Micros } from "../../observation/time";
import { chance } from "./hash";

/** How the network behaves. */
export const PROFILES = [
  "steady",
  "burst",
  "late",
  "gaps",
  "duplicates",
  "drift",
  "outage",
  "hostile",
] as const;
export type ProfileName = (typeof PROFILES)[number];

/** How long after its time a late report arrives. */
export const LATENESS: Micros = 20 * MINUTE;

/** Lateness of the profile `late`: in time for a window that is still open, after it closed, and after any usual subject-to-change. */
const LATE: readonly (readonly [share: number, delay: Micros])[] = [
  [0.6, LATENESS],
  [0.9, 2 * HOUR],
  [1, 26 * HOUR],
];
const LATE_SHARE = 0.3;
const BURST_EVERY: Micros = HOUR;
const GAP_LENGTH: Micros = 6 * HOUR;
const GAP_SHARE = 0.2;
const SILENCE_SHARE = 0.1;
const AGAIN_SHARE = 0.1;

/** What a profile says about the time at which reports arrive. */
export interface Delivery {
  /** No report arrives later than this after its time. */
  readonly reach: Micros;
  /** A range of at least this is asked for afterwards, as of an archive: all reports of its own time, and none of before. */
  readonly archiveFrom: Micros;
}

export function deliveryOf(profile: ProfileName): Delivery {
  if (profile === "late") return { reach: 26 * HOUR, archiveFrom: Number.POSITIVE_INFINITY };
  if (profile === "burst") return { reach: BURST_EVERY, archiveFrom: BURST_EVERY };
  return { reach: LATENESS, archiveFrom: LATENESS };
}

/** When a report arrives that is asked for live. @param share of late reports */
export function arrivalOf(
  profile: ProfileName,
  share: number,
  seed: number,
  station: number,
  instant: Micros,
): Micros {
  // Held back by the whole network until the hour, then sent at once.
  if (profile === "burst") return (Math.floor(instant / BURST_EVERY) + 1) * BURST_EVERY;
  const late = profile === "late" ? Math.max(share, LATE_SHARE) : share;
  if (chance("late", seed, station, instant) >= late) return instant;
  if (profile !== "late") return instant + LATENESS;
  const draw = chance("delay", seed, station, instant);
  for (const [upTo, delay] of LATE) if (draw < upTo) return instant + delay;
  return instant;
}

/** Whether a report of the profile `gaps` was never made: a station is silent for six hours on end, or the whole network for one. */
export function isSilent(seed: number, station: number, instant: Micros): boolean {
  return (
    chance("gap", seed, station, Math.floor(instant / GAP_LENGTH)) < GAP_SHARE ||
    chance("silence", seed, Math.floor(instant / HOUR)) < SILENCE_SHARE
  );
}

/** Whether the profile `duplicates` sends a report once more 20 minutes after its time, in a delivery of its own when collected live. */
export function isSentAgain(seed: number, station: number, instant: Micros): boolean {
  return chance("again", seed, station, instant) < AGAIN_SHARE;
}

const SERVICE: Micros = 90 * DAY;
const HOUR_WRONG_SHARE = 0.02;

/** How far a station of the profile `drift` is off at an instant. */
export interface Drift {
  /** µs by which its clock is ahead; one in fifty also has the wrong time zone. */
  readonly clock: Micros;
  /** K by which its thermometer is too warm. */
  readonly warmth: number;
  /** hPa by which its barometer is too high. */
  readonly pressure: number;
}

/**
 * Drift grows from nothing with each day since the station's last service, at a rate and in a direction of its own; services are 90 days apart. At the most it is
 * 22.5 minutes, 4.5 K and 9 hPa.
 */
export function driftOf(seed: number, station: number, instant: Micros): Drift {
  const serviced = Math.floor(chance("drift", seed, station, 0) * SERVICE);
  const days = ((((instant - serviced) % SERVICE) + SERVICE) % SERVICE) / DAY;
  const rate = (which: number) => (2 * chance("drift", seed, station, which) - 1) * days;
  const zone = chance("drift", seed, station, 4) < HOUR_WRONG_SHARE ? HOUR : 0;
  return { clock: Math.round(rate(1) * 15_000_000) + zone, warmth: rate(2) * 0.05, pressure: rate(3) * 0.1 };
}

/**
 * How many askings of a run the vendor of the profile `outage` leaves without an answer: none for half of the ranges, up to three for the others. It
 * depends on how often the run was tried and not on the clock, so that a range of any year meets it, and a later try always succeeds.
 */
export function unansweredOf(seed: number, start: Micros, end: Micros): number {
  const draw = chance("outage", seed, start, end);
  return draw < 0.5 ? 0 : 1 + Math.floor((draw - 0.5) * 6);
}
