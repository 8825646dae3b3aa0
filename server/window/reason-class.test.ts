import { expect, it } from "vitest";
import { HOUR, MINUTE, type Micros, parseInstant } from "../observation/time";
import { desiredHash } from "./desired";
import type { Asked, ReasonClass, Touch, WindowFacts, WindowRecord, WindowSettings } from "./model";
import { judge, UNKNOWN } from "./readiness";

const start = parseInstant("2024-01-01T10:00:00Z") ?? Number.NaN;
const end = start + HOUR;
const window = { dataset: "d", start, end };
const A: Touch = { deliveryId: 1, deliveryKey: "a", generation: "g", rows: 60, stations: 3 };
const B: Touch = { ...A, deliveryId: 2, deliveryKey: "b" };
const hash = (...touches: Touch[]) => desiredHash(window, touches, []);
const whole = [{ start, end }];
const half = [{ start, end: start + 30 * MINUTE }];
const late = end + 10 * HOUR;
const settings: WindowSettings = { subjectToChange: HOUR, policy: { kind: "wait" } };

const none: WindowRecord = { ...UNKNOWN, desiredHash: hash(A) };
const built: WindowRecord = { ...none, builtHash: hash(A), output: "revision", lastRevision: 1 };
const empty: WindowRecord = {
  ...UNKNOWN,
  desiredHash: hash(),
  builtHash: hash(),
  output: "empty",
  lastRevision: 1,
};
const asked = (record: WindowRecord): WindowRecord => ({ ...record, reprocess: "asked" });
const running = (record: WindowRecord): WindowRecord => ({ ...record, leaseUntil: late + MINUTE });

interface Case {
  readonly touches?: readonly Touch[];
  readonly claims?: WindowFacts["claims"];
  readonly asked?: Partial<Asked>;
  readonly record?: WindowRecord;
  readonly now?: Micros;
}

function judged(given: Case) {
  const facts: WindowFacts = {
    window,
    touches: given.touches ?? [A],
    claims: given.claims ?? whole,
    asked: { withdrawn: 0, rejecting: 0, rejectedRows: 0, ...given.asked },
    exclusions: [],
    record: given.record ?? none,
  };
  return judge(facts, settings, given.now ?? late);
}

it.each<[ReasonClass, string, Case]>([
  ["collecting", "open", { now: end - MINUTE }],
  ["may-change", "settling", { now: end + MINUTE }],
  ["missing", "waiting", { claims: half }],
  ["missing", "incomplete", { claims: half, record: built }],
  ["nothing-came", "empty", { touches: [], record: empty }],
  ["withdrawn", "empty", { touches: [], record: empty, asked: { withdrawn: 1 } }],
  [
    "rejected",
    "empty",
    { touches: [], record: empty, asked: { withdrawn: 1, rejecting: 1, rejectedRows: 5 } },
  ],
  ["damaged", "empty", { touches: [], record: empty, asked: { damaged: { files: 1, example: "f" } } }],
  ["excluded", "empty", { record: { ...built, output: "empty" } }],
  ["first-build", "queued", {}],
  ["first-build", "building", { record: running(none) }],
  ["newer-data", "queued", { touches: [A, B], record: built }],
  ["newer-data", "building", { touches: [A, B], record: running(built) }],
  ["asked", "queued", { record: asked(built) }],
  ["asked", "building", { record: running(asked(built)) }],
  ["restoring", "queued", { touches: [{ ...A, gone: true }], record: asked(built) }],
  ["build-failed", "failed", { record: { ...none, attempts: 1, error: "no room", retryAt: late + MINUTE } }],
  ["too-late", "too-late", { touches: [A, B], record: { ...built, sealed: true } }],
  ["sealed", "built", { record: { ...built, sealed: true } }],
  ["complete", "built", { record: built }],
])("%s is why a window is %s", (reasonClass, state, given) => {
  expect(judged(given)).toMatchObject({ reasonClass, state });
});

it("tells what is stale because of newer data from what somebody asked to make again", () => {
  const { stale, askedAgain } = judged({ record: asked(built) });
  expect([stale, askedAgain]).toEqual([true, true]);
  expect(judged({ record: running(asked(built)) }).askedAgain).toBe(true);
  // Both at once: the newer data is what counts.
  expect(judged({ touches: [A, B], record: asked(built) })).toMatchObject({ stale: true, askedAgain: false });
  expect(judged({ record: asked(none) })).toMatchObject({ stale: false, askedAgain: false });
  expect(judged({ record: built })).toMatchObject({ stale: false, askedAgain: false });
});
