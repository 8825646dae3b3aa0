import { formatDuration, MINUTE, type Micros } from "../observation/time";
import type { Backlog, IntakeState } from "../ports/intake";
import { bytesText, type Reserve, reserveBytes } from "../reserve";

/** What may wait before collection does. A bound that is exceeded holds until half of it is left. */
export interface IntakeBounds {
  readonly reserve: Reserve | undefined;
  readonly payloads: number;
  readonly payloadBytes: number;
  /** Of live work only: backfill waits for live work by design. */
  readonly waited: Micros;
  readonly windows: number;
  readonly windowRows: number;
  readonly projections: number;
}

export const STANDARD_BOUNDS: IntakeBounds = {
  reserve: undefined,
  payloads: 200,
  payloadBytes: 2 * 1024 ** 3,
  waited: 30 * MINUTE,
  windows: 5_000,
  windowRows: 50_000_000,
  projections: 5_000,
};

/** A disk that we write to. */
export interface Room {
  readonly folder: string;
  /** Bytes. */
  readonly free: number;
  readonly total: number;
}

/** @returns each disk with the bytes of it that are kept free: below them nothing is collected */
export function roomsWithReserve(
  rooms: readonly Room[],
  bounds: Pick<IntakeBounds, "reserve">,
): readonly (Room & { readonly reserve: number })[] {
  return rooms.map((room) => ({ ...room, reserve: reserveBytes(bounds.reserve, room.total) }));
}

export interface Load {
  readonly rooms: readonly Room[];
  readonly live: Backlog;
  /** Live work and backfill. */
  readonly all: Backlog;
}

/** The last part of the reserve is the database's alone. */
const FLOOR_SHARE = 0.25;
/** What must be free to go on, as a part of the limit that was crossed: work that begins at once must not cross it again at once. */
const FREE_AGAIN = 1.1;
const FLOOR_AGAIN = 2;

const LEVELS = ["open", "live", "paused", "halted"] as const;

/**
 * Whether sources may collect now, and why not. Only collection waits for an overload; a disk that runs full stops it first, and at a quarter of the
 * reserve everything else that needs room. What was decided before matters: who paused goes on only when there is room to work in.
 */
export function judgeIntake(
  load: Load,
  bounds: IntakeBounds,
  before: IntakeState,
): IntakeState & { readonly disk: boolean } {
  const was = LEVELS.indexOf(before.level);
  const full = shortOfDisk(load.rooms, bounds, "floor", was >= 3);
  if (full !== undefined) return { level: "halted", reason: full, disk: true };
  const short = shortOfDisk(load.rooms, bounds, "reserve", was >= 2);
  if (short !== undefined) return { level: "paused", reason: short, disk: true };
  const overload = exceeded(load.live, bounds, was >= 2);
  if (overload !== undefined) return { level: "paused", reason: overload, disk: false };
  const behind = exceeded({ ...load.all, waited: 0 }, bounds, was >= 1);
  if (behind !== undefined)
    return { level: "live", reason: `${behind}; live collection goes on`, disk: false };
  return { level: "open", reason: undefined, disk: false };
}

function shortOfDisk(
  rooms: readonly Room[],
  bounds: IntakeBounds,
  limit: "reserve" | "floor",
  already: boolean,
): string | undefined {
  for (const { folder, free, total } of rooms) {
    const reserve = reserveBytes(bounds.reserve, total);
    const least = limit === "floor" ? reserve * FLOOR_SHARE : reserve;
    const again = least * (limit === "floor" ? FLOOR_AGAIN : FREE_AGAIN);
    if (free >= (already ? again : least)) continue;
    const what =
      limit === "floor"
        ? "ingestion, builds and projections wait as collection does, and what is left is the database's; they go"
        : "collection waits, and what was collected is still worked; it goes";
    return `less than ${bytesText(least)} are free on the disk of ${folder}: ${what} on by ${limit === "floor" ? "themselves" : "itself"} when ${bytesText(again)} are free`;
  }
  return undefined;
}

/** The first bound that what waits exceeds, in words. */
function exceeded(backlog: Backlog, bounds: IntakeBounds, already: boolean): string | undefined {
  const count = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  const checks: readonly [keyof Backlog, (bound: string) => string, (n: number) => string][] = [
    ["payloads", (n) => `more than ${n} payloads wait to be ingested`, count],
    ["payloadBytes", (n) => `payloads of more than ${n} wait to be ingested`, bytesText],
    ["waited", (n) => `a payload has been waiting to be ingested for more than ${n}`, formatDuration],
    ["windows", (n) => `more than ${n} windows wait to be built`, count],
    ["windowRows", (n) => `windows of more than ${n} rows wait to be built`, count],
    ["projections", (n) => `more than ${n} windows wait to be projected`, count],
  ];
  for (const [name, words, text] of checks) {
    const bound = bounds[name];
    if (backlog[name] <= (already ? Math.floor(bound / 2) : bound)) continue;
    return `${words(text(bound))}: collection goes on by itself when no more than half of that is left`;
  }
  return undefined;
}
