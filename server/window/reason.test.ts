import { expect, it } from "vitest";
import { HOUR, MINUTE, type Micros, parseInstant } from "../observation/time";
import { desiredHash } from "./desired";
import type { Touch, WindowFacts, WindowRecord, WindowSettings } from "./model";
import { judge, UNKNOWN } from "./readiness";

/** Each state names its cause, and what comes next and when. */

const start = parseInstant("2024-01-01T10:00:00Z") ?? Number.NaN;
const end = start + HOUR;
const window = { dataset: "d", start, end };
const A: Touch = { deliveryId: 1, deliveryKey: "a", generation: "g", rows: 60, stations: 3 };
const B: Touch = { ...A, deliveryId: 2, deliveryKey: "b" };
const hash = (...touches: Touch[]) => desiredHash(window, touches, []);
const whole = [{ start, end }];
const half = [{ start, end: start + 30 * MINUTE }];
const late = end + 10 * HOUR;

const atOnce: WindowSettings = { subjectToChange: 0, policy: { kind: "wait" } };
const anHour: WindowSettings = { ...atOnce, subjectToChange: HOUR };
const none: WindowRecord = { ...UNKNOWN, desiredHash: hash(A) };
const built: WindowRecord = { ...none, builtHash: hash(A), output: "revision", lastRevision: 1 };

interface Case {
  readonly touches?: readonly Touch[];
  readonly claims?: WindowFacts["claims"];
  readonly record?: WindowRecord;
  readonly settings?: WindowSettings;
  readonly now?: Micros;
}

it.each<[string, Case, string]>([
  [
    "open",
    { claims: half, now: start + 30 * MINUTE, settings: atOnce },
    "collecting until 2024-01-01 11:00 UTC, then it is built when nothing is missing",
  ],
  [
    "open",
    { claims: half, now: start + 30 * MINUTE },
    "collecting until 2024-01-01 11:00 UTC; may still change until 2024-01-01 12:00 UTC, then it is built when nothing is missing",
  ],
  [
    "open",
    { touches: [A, B], record: built, now: start + 30 * MINUTE, settings: atOnce },
    "collecting until 2024-01-01 11:00 UTC, then it is built again",
  ],
  ["settling", { now: end }, "may still change until 2024-01-01 12:00 UTC, then it is built"],
  [
    "settling",
    { claims: half, now: end },
    "may still change until 2024-01-01 12:00 UTC; so far no delivery for 2024-01-01 10:30 UTC to 2024-01-01 11:00 UTC",
  ],
  [
    "waiting",
    { claims: half },
    "1 delivery with 60 rows received; no delivery for 2024-01-01 10:30 UTC to 2024-01-01 11:00 UTC; it is built when that comes",
  ],
  [
    "waiting",
    { claims: [{ start, end: start + 30 * MINUTE + 1_250_001 }] },
    "1 delivery with 60 rows received; no delivery for 2024-01-01 10:30:01 UTC to 2024-01-01 11:00 UTC; it is built when that comes",
  ],
  [
    "waiting",
    {
      claims: half,
      settings: { ...anHour, policy: { kind: "build-after", after: 24 * HOUR } },
    },
    "1 delivery with 60 rows received; no delivery for 2024-01-01 10:30 UTC to 2024-01-01 11:00 UTC; it is built without that after 2024-01-02 12:00 UTC",
  ],
  ["queued", {}, "ready: 1 delivery with 60 rows to build from; its build is queued"],
  [
    "queued",
    { touches: [A, B], record: built },
    "its deliveries changed; it is built again when nothing more comes, quiet until 2024-01-01 21:01 UTC",
  ],
  [
    "building",
    { record: { ...none, leaseUntil: late + MINUTE } },
    "a build of 1 delivery with 60 rows runs; should it die, another may begin when its lease ends at 2024-01-01 21:01 UTC",
  ],
  ["built", { record: built }, "revision 1 from 1 delivery with 60 rows"],
  [
    "incomplete",
    { record: built, claims: half },
    "revision 1 from 1 delivery with 60 rows; 50 % covered, no delivery for 2024-01-01 10:30 UTC to 2024-01-01 11:00 UTC; it is built again when more comes",
  ],
  [
    "failed",
    { record: { ...none, attempts: 2, error: "the disk is full.", retryAt: late + MINUTE } },
    "the disk is full (attempt 2); the next attempt is at 2024-01-01 21:01 UTC",
  ],
  [
    "too-late",
    { touches: [A, B], record: { ...built, sealed: true } },
    "what came was too late: points of this window are gone and so are their payloads, so it is not built from what is left; revision 1 stays as it is",
  ],
])("%s", (state, { touches = [A], claims = whole, record = none, settings = anHour, now = late }, reason) => {
  const asked = { withdrawn: 0, rejecting: 0, rejectedRows: 0 };
  const judged = judge({ window, touches, claims, asked, exclusions: [], record }, settings, now);
  expect([judged.state, judged.reason]).toEqual([state, reason]);
});
