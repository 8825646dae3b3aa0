import { describe, expect, it } from "vitest";
import { HOUR, MINUTE, type Micros, parseInstant, SECOND } from "../observation/time";
import { desiredHash } from "./desired";
import type { Judgement, Touch, WindowFacts, WindowRecord, WindowSettings } from "./model";
import { judge } from "./readiness";

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const window = { dataset: "d", start: at("2024-01-01T10:00:00Z"), end: at("2024-01-01T11:00:00Z") };
const { start, end } = window;
const A: Touch = { deliveryId: 1, deliveryKey: "a", generation: "g", rows: 60, stations: 3 };
const B: Touch = { ...A, deliveryId: 2, deliveryKey: "b" };
const hash = (...touches: Touch[]) => desiredHash(window, touches, []);
const whole = [{ start, end }];
const half = [{ start, end: start + 30 * MINUTE }];
const wait: WindowSettings = { subjectToChange: HOUR, policy: { kind: "wait" } };
const after: WindowSettings = { subjectToChange: HOUR, policy: { kind: "build-after", after: 2 * HOUR } };
const late = end + 10 * HOUR;

const none: WindowRecord = {
  desiredHash: hash(A),
  firstChange: undefined,
  lastChange: undefined,
  builtHash: undefined,
  output: "none",
  lastRevision: 0,
  attempts: 0,
  error: undefined,
  retryAt: undefined,
  leaseUntil: undefined,
  sealed: false,
  reprocess: "none",
};
const built: WindowRecord = { ...none, builtHash: hash(A), output: "revision", lastRevision: 1 };
/** Built from A; B came at `late`. */
const changed: WindowRecord = { ...built, desiredHash: hash(A, B), firstChange: late, lastChange: late };

const nothingOdd = { withdrawn: 0, rejecting: 0, rejectedRows: 0 };

interface Case {
  readonly touches?: readonly Touch[];
  readonly claims?: WindowFacts["claims"];
  readonly asked?: WindowFacts["asked"];
  readonly record?: WindowRecord | undefined;
  readonly settings?: WindowSettings;
  readonly now: Micros;
}
const facts = (c: Case): WindowFacts => ({
  window,
  touches: c.touches ?? [A],
  claims: c.claims ?? whole,
  asked: c.asked ?? nothingOdd,
  exclusions: [],
  record: c.record,
});
const judged = (c: Case) => judge(facts(c), c.settings ?? wait, c.now);

const failed = (attempts: number, retryAt: Micros): Partial<WindowRecord> => ({
  attempts,
  error: "the disk is full",
  retryAt,
});

type Row = readonly [
  name: string,
  given: Case,
  state: Judgement["state"],
  need: Judgement["need"]["kind"],
  work: Judgement["work"]["kind"],
  buildNow: boolean,
  lookAgainAt: Micros | undefined,
  reason: RegExp,
];

const rows: readonly Row[] = [
  // The way of a window that nobody disturbs.
  [
    "open while now < end",
    { now: end - 1 },
    "open",
    "settling",
    "idle",
    false,
    end,
    /collecting until 2024-01-01 11:00 UTC/,
  ],
  [
    "settling from end on",
    { now: end },
    "settling",
    "settling",
    "idle",
    false,
    end + HOUR + 1,
    /may still change until 2024-01-01 12:00 UTC/,
  ],
  [
    "end equal to the cutoff: not settled",
    { now: end + HOUR },
    "settling",
    "settling",
    "idle",
    false,
    end + HOUR + 1,
    /until 2024-01-01 12:00/,
  ],
  [
    "settled strictly after",
    { now: end + HOUR + 1 },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /ready: 1 delivery with 60 rows/,
  ],
  [
    "building",
    { record: { ...none, leaseUntil: late + MINUTE }, now: late },
    "building",
    "due",
    "running",
    false,
    late + MINUTE,
    /lease ends at 2024-01-01 21:01 UTC/,
  ],
  [
    "a dead lease: queued again",
    { record: { ...none, leaseUntil: late }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /ready/,
  ],
  [
    "built",
    { record: built, now: late },
    "built",
    "none",
    "idle",
    false,
    undefined,
    /revision 1 from 1 delivery with 60 rows/,
  ],
  [
    "asked, nothing came",
    { touches: [], now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /nothing came/,
  ],
  [
    "empty",
    { touches: [], record: { ...built, desiredHash: hash(), builtHash: hash(), output: "empty" }, now: late },
    "empty",
    "none",
    "idle",
    false,
    undefined,
    /asked, and nothing came/,
  ],
  [
    "empty because all is excluded",
    { record: { ...built, output: "empty" }, now: late },
    "empty",
    "none",
    "idle",
    false,
    undefined,
    /excluded/,
  ],

  // Gaps.
  [
    "waiting for ever by policy",
    { claims: half, now: late },
    "waiting",
    "waiting",
    "idle",
    false,
    undefined,
    /^1 delivery with 60 rows received; no delivery for 2024-01-01 10:30 UTC to 2024-01-01 11:00 UTC; it is built when that comes$/,
  ],
  [
    "waiting until build-after, counted from settled",
    { claims: half, settings: after, now: end + 3 * HOUR },
    "waiting",
    "waiting",
    "idle",
    false,
    end + 3 * HOUR + 1,
    /after 2024-01-01 14:00 UTC/,
  ],
  [
    "build-after has passed",
    { claims: half, settings: after, now: end + 3 * HOUR + 1 },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /ready/,
  ],
  [
    "incomplete",
    { claims: half, record: built, now: late },
    "incomplete",
    "none",
    "idle",
    false,
    undefined,
    /50 % covered, no delivery for/,
  ],
  [
    "history 7: empty and incomplete",
    {
      touches: [],
      claims: half,
      record: { ...built, desiredHash: hash(), builtHash: hash(), output: "empty" },
      now: late,
    },
    "incomplete",
    "none",
    "idle",
    false,
    undefined,
    /revision 1 has no rows: asked, and nothing came; 50 %/,
  ],
  [
    "rows outside every claim wait",
    { claims: [], now: late },
    "waiting",
    "waiting",
    "idle",
    false,
    undefined,
    /no delivery for 2024-01-01 10:00 UTC/,
  ],
  [
    "history 15: with an output gaps do not hold back",
    { touches: [A, B], claims: half, record: { ...changed, lastChange: late - HOUR }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /built again next/,
  ],
  [
    "nor with an empty output",
    { claims: half, record: { ...built, builtHash: hash(), output: "empty" }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /built again next/,
  ],

  // Quiet time.
  [
    "a change is seen",
    { touches: [A, B], record: built, now: late },
    "queued",
    "due",
    "idle",
    false,
    late + MINUTE,
    /quiet until 2024-01-01 21:01 UTC/,
  ],
  [
    "quiet almost over",
    { touches: [A, B], record: changed, now: late + MINUTE - 1 },
    "queued",
    "due",
    "idle",
    false,
    late + MINUTE,
    /quiet until/,
  ],
  [
    "quiet over at one minute",
    { touches: [A, B], record: changed, now: late + MINUTE },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /built again next/,
  ],
  [
    "at the latest ten minutes after the first change",
    { touches: [A, B], record: { ...changed, lastChange: late + 9.5 * MINUTE }, now: late + 10 * MINUTE - 1 },
    "queued",
    "due",
    "idle",
    false,
    late + 10 * MINUTE,
    /quiet/,
  ],
  [
    "ten minutes are over",
    { touches: [A, B], record: { ...changed, lastChange: late + 9.9 * MINUTE }, now: late + 10 * MINUTE },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /next/,
  ],
  [
    "the clock is before the last change",
    { touches: [A, B], record: changed, now: late - 1 },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /next/,
  ],
  [
    "the hash returns to the built one",
    { record: changed, now: late },
    "built",
    "none",
    "idle",
    false,
    undefined,
    /revision 1/,
  ],
  [
    "never built: no quiet time",
    { touches: [A, B], record: none, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /2 deliveries with 120 rows/,
  ],
  [
    "changed and not settled again",
    { touches: [A, B], record: { ...changed, lastChange: end, firstChange: end }, now: end + 1 },
    "settling",
    "settling",
    "idle",
    false,
    end + HOUR + 1,
    /may still change/,
  ],

  // Failures.
  [
    "failed, waiting for its retry",
    { record: { ...none, ...failed(2, late + MINUTE) }, now: late },
    "failed",
    "due",
    "failed",
    false,
    late + MINUTE,
    /the disk is full \(attempt 2\); the next attempt is at 2024-01-01 21:01 UTC/,
  ],
  [
    "failed, the retry is due",
    { record: { ...none, ...failed(2, late) }, now: late },
    "failed",
    "due",
    "failed",
    true,
    undefined,
    /the disk is full/,
  ],
  [
    "a new desired hash resets attempts",
    { touches: [A, B], record: { ...none, ...failed(9, late + HOUR) }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /ready/,
  ],
  [
    "failed, but its window is not settled any more",
    { record: { ...none, ...failed(1, late) }, settings: { ...wait, subjectToChange: 20 * HOUR }, now: late },
    "settling",
    "settling",
    "failed",
    false,
    end + 20 * HOUR + 1,
    /may still/,
  ],
  [
    "history 16: failed, then withdrawn to the built set",
    { record: { ...changed, ...failed(3, late + HOUR) }, now: late },
    "built",
    "none",
    "idle",
    false,
    undefined,
    /revision 1/,
  ],
  [
    "a retry that the clock left two hours ahead",
    { record: { ...none, ...failed(1, late + 2 * HOUR) }, now: late },
    "failed",
    "due",
    "failed",
    true,
    late + 2 * HOUR,
    /disk/,
  ],

  // A person's reprocess.
  [
    "reprocess: no settling",
    { record: { ...none, reprocess: "asked" }, now: start },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /somebody asked/,
  ],
  [
    "reprocess: no quiet time",
    { touches: [A, B], record: { ...changed, reprocess: "asked" }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /somebody asked/,
  ],
  [
    "reprocess of what is built",
    { record: { ...built, reprocess: "asked" }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /somebody asked/,
  ],
  [
    "reprocess: unbuilt and waiting, not forced",
    { claims: half, record: { ...none, reprocess: "asked" }, now: late },
    "waiting",
    "waiting",
    "idle",
    false,
    undefined,
    /no delivery/,
  ],
  [
    "reprocess: unbuilt and waiting, forced",
    { claims: half, record: { ...none, reprocess: "forced" }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /somebody asked/,
  ],
  [
    "reprocess: incomplete, not forced",
    { claims: half, record: { ...built, reprocess: "asked" }, now: late },
    "queued",
    "due",
    "queued",
    true,
    undefined,
    /somebody asked/,
  ],
  [
    "reprocess: a live build is not disturbed",
    { record: { ...built, reprocess: "asked", leaseUntil: late + 1 }, now: late },
    "building",
    "due",
    "running",
    false,
    late + 1,
    /lease/,
  ],

  // Sealed.
  [
    "sealed: too late",
    { touches: [A, B], record: { ...changed, sealed: true }, now: late },
    "too-late",
    "sealed",
    "idle",
    false,
    undefined,
    /too late/,
  ],
  [
    "sealed and nothing owed",
    { record: { ...built, sealed: true }, now: late },
    "built",
    "none",
    "idle",
    false,
    undefined,
    /revision 1/,
  ],

  // History 14.
  [
    "history 14: clock back an hour",
    { record: built, now: end - HOUR },
    "built",
    "none",
    "idle",
    false,
    undefined,
    /revision 1/,
  ],
  [
    "history 14: subject-to-change raised",
    { record: built, settings: { ...wait, subjectToChange: 100 * HOUR }, now: late },
    "built",
    "none",
    "idle",
    false,
    undefined,
    /revision 1/,
  ],
];

describe("judge", () => {
  it.each(rows)("%s", (_name, given, state, need, work, buildNow, lookAgainAt, reason) => {
    const found = judged(given);
    expect({
      state: found.state,
      need: found.need.kind,
      work: found.work.kind,
      buildNow: found.buildNow,
      lookAgainAt: found.lookAgainAt,
    }).toEqual({ state, need, work, buildNow, lookAgainAt });
    expect(found.reason).toMatch(reason);
    expect(found.exists).toBe(true);
  });

  it.each(rows)(
    "%s: judging what was stored changes nothing, and nothing changes before lookAgainAt",
    (_name, given) => {
      const first = judged(given);
      const stored = { ...(given.record ?? none), ...marks(first) };
      expect(judged({ ...given, record: stored })).toEqual(first);
      if (first.lookAgainAt === undefined) return;
      const shown = ({ reason: _reason, ...rest }: Judgement) => rest;
      const justBefore = judged({ ...given, record: stored, now: first.lookAgainAt - 1 });
      if (given.now < first.lookAgainAt - HOUR) return;
      expect(shown(justBefore)).toEqual(shown(first));
      expect(shown(judged({ ...given, record: stored, now: first.lookAgainAt }))).not.toEqual(shown(first));
    },
  );

  it("is stale when a revision exists and something is owed", () => {
    const stale = (given: Case) => judged(given).stale;
    expect(stale({ record: built, now: late })).toBe(false);
    expect(stale({ touches: [A, B], record: built, now: late })).toBe(true);
    expect(stale({ touches: [A, B], record: { ...built, sealed: true }, now: late })).toBe(true);
    expect(stale({ record: none, now: late })).toBe(false);
  });

  it.each<[string, Partial<WindowFacts["asked"]>, string]>([
    ["nothing odd", {}, "asked, and nothing came"],
    [
      "all rejected",
      { rejecting: 1, rejectedRows: 1200 },
      "asked, and no usable row is left: 1200 rows of 1 delivery rejected",
    ],
    ["withdrawn", { withdrawn: 2 }, "asked, and no usable row is left: 2 deliveries withdrawn"],
    [
      "both",
      { withdrawn: 1, rejecting: 2, rejectedRows: 1 },
      "asked, and no usable row is left: 1 delivery withdrawn, 1 row of 2 deliveries rejected",
    ],
    [
      "damaged",
      { damaged: { files: 1, example: "a.csv" } },
      "asked, and no usable row is left: 1 file of what was collected damaged (a.csv)",
    ],
    [
      "several damaged, rows rejected",
      { rejecting: 1, rejectedRows: 3, damaged: { files: 2, example: "a.csv" } },
      "asked, and no usable row is left: 3 rows of 1 delivery rejected, 2 files of what was collected damaged (such as a.csv)",
    ],
  ])("says why there are no rows: %s", (_name, asked, words) => {
    const empty: WindowRecord = { ...built, desiredHash: hash(), builtHash: hash(), output: "empty" };
    const given = { touches: [], asked: { ...nothingOdd, ...asked }, now: late };
    expect(judged({ ...given, record: empty }).reason).toBe(words);
    expect(judged(given).reason).toBe(`ready: ${words}`);
    expect(judged({ ...given, claims: half }).reason).toContain(`${words}; no delivery for`);
  });

  it("says nothing of new data when deliveries left, and writes numbers that a script can read", () => {
    expect(judged({ touches: [], record: built, now: late }).reason).toMatch(/^its deliveries changed/);
    const many = { ...A, rows: 1234567 };
    expect(judged({ touches: [many], claims: half, now: late }).reason).toMatch(
      /^1 delivery with 1234567 rows/,
    );
  });

  it("does not exist without claim, touch or build", () => {
    const gone = judged({ touches: [], claims: [], record: { ...none, ...failed(3, late) }, now: late });
    expect([gone.exists, gone.buildNow, gone.lookAgainAt]).toEqual([false, false, undefined]);
    expect(judged({ touches: [], claims: [], record: undefined, now: late }).exists).toBe(false);
    expect(judged({ touches: [], claims: [], record: built, now: late }).exists).toBe(true);
  });

  it("stays while a build runs, so that nobody starts a second one beside it", () => {
    const running = { touches: [], claims: [], record: { ...none, leaseUntil: late + SECOND }, now: late };
    expect(judged(running)).toMatchObject({ exists: true, state: "building", lookAgainAt: late + SECOND });
    expect(judged({ ...running, now: late + SECOND }).exists).toBe(false);
  });

  it("keeps the change marks: first change stays, last change moves, both go when nothing is owed", () => {
    const first = judged({ touches: [A, B], record: built, now: late });
    expect([first.firstChange, first.lastChange]).toEqual([late, late]);
    const record = { ...built, ...marks(first) };
    const second = judged({ touches: [B], record, now: late + SECOND });
    expect([second.firstChange, second.lastChange]).toEqual([late, late + SECOND]);
    const back = judged({ touches: [A], record: { ...record, ...marks(second) }, now: late + 2 * SECOND });
    expect([back.firstChange, back.lastChange]).toEqual([undefined, undefined]);
  });

  it("does not forget a return to the built hash while a build of something else runs", () => {
    const record = { ...changed, firstChange: undefined, lastChange: undefined, leaseUntil: late + MINUTE };
    const back = judged({ touches: [A], record, now: late + SECOND });
    expect([back.firstChange, back.lastChange]).toEqual([late + SECOND, late + SECOND]);
  });
});

function marks(judgement: Judgement) {
  const { desiredHash: desired, firstChange, lastChange, attempts, error, retryAt } = judgement;
  return { desiredHash: desired, firstChange, lastChange, attempts, error, retryAt };
}
