import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../observation/time";
import type { Backlog, IntakeState } from "../ports/intake";
import { judgeIntake, type Load, roomsWithReserve, STANDARD_BOUNDS } from "./intake";

const GIB = 1024 ** 3;
const NOTHING: Backlog = {
  payloads: 0,
  payloadBytes: 0,
  waited: 0,
  windows: 0,
  windowRows: 0,
  projections: 0,
};
const OPEN: IntakeState = { level: "open", reason: undefined };
const BOUNDS = { ...STANDARD_BOUNDS, reserve: { kind: "bytes", bytes: 4 * GIB } } as const;

function load({ free = 100 * GIB, live = {}, backfill = {} }: Given): Load {
  const all = { ...NOTHING, ...live };
  for (const [name, value] of Object.entries(backfill)) all[name as keyof Backlog] += value;
  return {
    rooms: [
      { folder: "/data", free: 100 * GIB, total: 200 * GIB },
      { folder: "/var/lib/ionbeam", free, total: 200 * GIB },
    ],
    live: { ...NOTHING, ...live },
    all,
  };
}
interface Given {
  readonly free?: number;
  readonly live?: Partial<Backlog>;
  readonly backfill?: Partial<Backlog>;
}

describe("whether sources may collect", () => {
  it.each<[string, Given, string, RegExp | undefined]>([
    ["nothing waits", {}, "open", undefined],
    ["just the reserve is free", { free: 4 * GIB }, "open", undefined],
    [
      "less than the reserve",
      { free: 4 * GIB - 1 },
      "paused",
      /less than 4 GiB are free on the disk of \/var\/lib\/ionbeam: .* when 4\.4 GiB are free/,
    ],
    ["just a quarter of it", { free: GIB }, "paused", /less than 4 GiB/],
    [
      "less than a quarter",
      { free: GIB - 1 },
      "halted",
      /builds and projections wait .* when 2 GiB are free/,
    ],
    ["nothing at all", { free: 0 }, "halted", /less than 1 GiB/],
    ["as many payloads as may wait", { live: { payloads: 200 } }, "open", undefined],
    [
      "one more",
      { live: { payloads: 201 } },
      "paused",
      /more than 200 payloads wait to be ingested: collection goes on by itself/,
    ],
    [
      "one more of backfill",
      { backfill: { payloads: 201 } },
      "live",
      /more than 200 payloads.*live collection goes on/,
    ],
    ["large payloads", { live: { payloadBytes: 2 * GIB + 1 } }, "paused", /payloads of more than 2 GiB/],
    ["a live payload that waits", { live: { waited: 31 * MINUTE } }, "paused", /for more than PT30M/],
    ["backfill that waits long", { backfill: { waited: 100 * HOUR } }, "open", undefined],
    ["many windows", { live: { windows: 5_001 } }, "paused", /more than 5,000 windows wait to be built/],
    ["many windows of backfill", { backfill: { windows: 5_001 } }, "live", /windows wait to be built/],
    ["windows of many rows", { live: { windowRows: 50_000_001 } }, "paused", /50,000,000 rows/],
    ["projections", { live: { projections: 5_001 } }, "paused", /wait to be projected/],
    ["the disk goes before an overload", { free: 0, live: { payloads: 999 } }, "halted", /less than/],
  ])("%s: %o is %s", (_case, given, level, reason) => {
    const state = judgeIntake(load(given), BOUNDS, OPEN);
    expect(state.level).toBe(level);
    if (reason) expect(state.reason).toMatch(reason);
    else expect(state.reason).toBeUndefined();
  });

  /** What follows from what was: a line that paused goes on only when there is room to work in. */
  it.each<[IntakeState["level"], Given, string]>([
    ["paused", { free: 4 * GIB }, "paused"],
    ["paused", { free: 4.3 * GIB }, "paused"],
    ["paused", { free: 4.4 * GIB }, "open"],
    ["halted", { free: GIB }, "halted"],
    ["halted", { free: 1.9 * GIB }, "halted"],
    ["halted", { free: 2 * GIB }, "paused"],
    ["halted", { free: 4.4 * GIB }, "open"],
    ["paused", { live: { payloads: 101 } }, "paused"],
    ["paused", { live: { payloads: 100 } }, "open"],
    ["paused", { live: { payloads: 100 }, backfill: { payloads: 1 } }, "live"],
    ["live", { backfill: { windows: 2_501 } }, "live"],
    ["live", { backfill: { windows: 2_500 } }, "open"],
    ["live", { free: 4 * GIB }, "open"],
    ["live", { live: { payloads: 150 } }, "live"],
  ])("after %s, %o is %s", (before, given, level) => {
    expect(judgeIntake(load(given), BOUNDS, { level: before, reason: "" }).level).toBe(level);
  });

  it("says the same of the same state, however its figures move, so that it is told once", () => {
    const reasons = [3, 2.5, 2].map((gib) => judgeIntake(load({ free: gib * GIB }), BOUNDS, OPEN).reason);
    expect(new Set(reasons).size).toBe(1);
  });

  it("keeps a part of the disk where nobody said how much", () => {
    const bounds = { ...BOUNDS, reserve: undefined };
    expect(judgeIntake(load({ free: 2 * GIB - 1 }), bounds, OPEN).level).toBe("paused");
    expect(judgeIntake(load({ free: 2 * GIB }), bounds, OPEN).level).toBe("open");
  });

  it.each([
    [undefined, 2 * GIB],
    [{ kind: "share", share: 0.01 } as const, GIB],
    [{ kind: "bytes", bytes: 5 * GIB } as const, 5 * GIB],
  ])("tells of each disk how much is kept free: %o", (reserve, bytes) => {
    const room = { folder: "/data", free: 3 * GIB, total: 100 * GIB };
    expect(roomsWithReserve([room], { reserve })).toEqual([{ ...room, reserve: bytes }]);
  });
});
