import { describe, expect, it } from "vitest";
import { HOUR, MINUTE, type Micros, parseInstant } from "../server/observation/time";
import type { Job, Jobs } from "../server/ports/jobs";
import type { Log } from "../server/ports/log";
import type { Tx } from "../server/ports/transactions";
import type { Judgement, Window } from "../server/window/model";
import { Nudges } from "./nudges";
import { windowRound } from "./reconciler";
import { Setbacks } from "./setbacks";

const NOW = parseInstant("2026-11-26T12:00:00Z") ?? 0;
const window = (hour: number): Window => ({
  dataset: "d",
  start: NOW + hour * HOUR,
  end: NOW + (hour + 1) * HOUR,
});

/** A reconciler over windows that are due, with a clock of its own; what it adds and logs is kept. */
function bench() {
  const state = {
    now: NOW as Micros,
    due: [] as { window: Window; buildNow: boolean }[],
    asked: [] as number[],
    judged: [] as Window[],
    added: [] as { job: Job; lane: string | undefined }[],
    warned: 0,
    broken: (_: Window): boolean => false,
  };
  const warn = () => {
    state.warned += 1;
  };
  const log: Log = { info() {}, warn, error() {}, with: () => log };
  const jobs: Pick<Jobs, "add"> = {
    add: async (job, options) => void state.added.push({ job, lane: options?.lane }),
  };
  const nudges = new Nudges(jobs, { now: () => state.now });
  const setbacks = new Setbacks();
  const ports: Parameters<typeof windowRound>[0] = {
    ledger: {
      now: async () => state.now,
      dueWindows: async (_tx, _now, limit) => {
        state.asked.push(limit);
        return state.due;
      },
    },
    jobs: nudges,
    transactions: { run: (body) => body({} as Tx) },
    log,
    judgeWindow: async (_tx, each) => {
      state.judged.push(each);
      if (state.broken(each)) throw new Error("cannot be judged");
      return { buildNow: true } as Judgement;
    },
  };
  return { state, nudges, round: () => windowRound(ports, setbacks) };
}

describe("a round over windows", () => {
  it("adds what is new, not what stands already; a lost nudge is made again after a minute", async () => {
    const { state, nudges, round } = bench();
    state.due = Array.from({ length: 500 }, (_, i) => ({ window: window(i), buildNow: true }));
    await round();
    expect(state.added).toHaveLength(500);
    state.due.push({ window: window(500), buildNow: true });
    await round();
    await round();
    expect(state.added).toHaveLength(501);
    nudges.taken({ kind: "build", ...window(7) });
    await round();
    expect(state.added).toHaveLength(502);
    state.now += MINUTE;
    await round();
    expect(state.added).toHaveLength(502 + 501);
  });

  it("a nudge that is taken up before its call is back does not stand in the way of the next", async () => {
    const job: Job = { kind: "message", queue: "q", id: "1" };
    let added = 0;
    const nudges: Nudges = new Nudges(
      {
        add: async (each) => {
          added += 1;
          nudges.taken(each);
        },
      },
      { now: () => NOW },
    );
    await nudges.add(job);
    await nudges.add(job);
    expect(added).toBe(2);
  });

  it("a nudge that could not be given out is not remembered", async () => {
    let added = 0;
    const add = async () => {
      added += 1;
      throw new Error("no connection");
    };
    const nudges = new Nudges({ add }, { now: () => NOW });
    for (let i = 0; i < 2; i += 1)
      await expect(nudges.add({ kind: "message", queue: "q", id: "1" })).rejects.toThrow("no connection");
    expect(added).toBe(2);
  });

  it("remembers only so many nudges", async () => {
    const { state, nudges } = bench();
    for (let i = 0; i < 10_001; i += 1) await nudges.add({ kind: "message", queue: "q", id: `${i}` });
    await nudges.add({ kind: "message", queue: "q", id: "1" });
    expect(state.added).toHaveLength(10_001);
    await nudges.add({ kind: "message", queue: "q", id: "0" });
    expect(state.added).toHaveLength(10_002);
  });

  it("asks for what ended a day ago as backfill", async () => {
    const { state, round } = bench();
    state.due = [window(-24), window(-25), window(0)].map((each) => ({ window: each, buildNow: true }));
    await round();
    expect(state.added.map(({ lane }) => lane)).toEqual(["live", "backfill", "live"]);
  });

  it("goes on past a window whose judgement fails, and lets that one rest, longer each time", async () => {
    const { state, round } = bench();
    state.due = [window(1), window(2)].map((each) => ({ window: each, buildNow: false }));
    state.broken = (each) => each.start === window(1).start;
    expect(await round()).toBe(false);
    expect(state.added.map(({ job }) => job)).toEqual([{ kind: "build", ...window(2) }]);
    expect(state.warned).toBe(1);
    await round();
    expect(state.judged).toEqual([window(1), window(2), window(2)]);
    // Those that rest do not take the place of others.
    expect(state.asked).toEqual([500, 501]);
    state.now += MINUTE / 60;
    await round();
    state.now += MINUTE / 60;
    await round();
    expect(state.warned).toBe(2);
    state.now += MINUTE / 60;
    state.broken = () => false;
    await round();
    expect(state.judged.filter(({ start }) => start === window(1).start)).toHaveLength(3);
    await round();
    expect(state.asked.at(-1)).toBe(500);
  });

  it("ends when everything fails, and judges at most a hundred before it looks again", async () => {
    const { state, round } = bench();
    state.due = Array.from({ length: 300 }, (_, i) => ({ window: window(i), buildNow: false }));
    expect(await round()).toBe(true);
    expect(state.judged).toHaveLength(100);
    state.broken = () => true;
    await expect(round()).rejects.toThrow("cannot be judged");
    expect(state.judged).toHaveLength(110);
  });
});
