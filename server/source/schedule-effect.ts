import { durationWords } from "../observation/duration-text";
import type { Interval } from "../observation/interval";
import { greatestCommonDivisor } from "../observation/span-grid";
import { formatDuration, formatInstant, type Micros, SECOND } from "../observation/time";
import { collectionWindow, nextFirings, type ScheduleTimes } from "./model";
import { type Range, type Reach, reachOf } from "./schedule-reach";

/** What a schedule that is typed would stand among. */
export interface ScheduleSurroundings {
  /** The schedule that it replaces, with how far that one has fired. */
  readonly before: (ScheduleTimes & { readonly firedThrough: Micros; readonly enabled: boolean }) | undefined;
  /** From which boundary on it fires. */
  readonly firedThrough: Micros;
  /** The other schedules of its source that are on. */
  readonly others: readonly ScheduleTimes[];
  readonly dataset: string;
  /** µs, and as it is declared. */
  readonly span: Micros;
  readonly declaredSpan: string;
  /** µs after a window's end until which it may still change. */
  readonly subjectToChange: Micros;
  /** Whether windows that are never complete wait for ever. */
  readonly waits: boolean;
}

/** What a schedule means for the windows of its dataset, open ones first of all: a sentence each. */
export function scheduleEffect(rule: ScheduleTimes, around: ScheduleSurroundings): readonly string[] {
  const reach = reachOf(rule, around.span, around.firedThrough);
  return [
    ...claims(rule, around, reach),
    completion(around, reach),
    ...holes(rule, around),
    ...repeats(rule),
    ...change(rule, around),
  ];
}

/** Which windows are claimed, and in how many parts; how many a run claims where it is more than one. */
function claims(
  { windowSize, interval }: ScheduleTimes,
  { dataset, declaredSpan }: ScheduleSurroundings,
  { windows, runs }: Reach,
): string[] {
  const each = ofRuns(runs, dataset, declaredSpan);
  const { claimed, looked, all } = windows;
  const once = windows.runs?.most === 1;
  // Then the windows need no sentence of their own.
  if (each !== undefined && once && runs.whole && claimed === looked) return [each];
  const what = `${declaredSpan} windows of ${dataset}`;
  if (windows.runs === undefined) return [`${shareOf(0, looked, all, what)} are claimed by this schedule.`];
  const [preposition, noun] = interval < windowSize ? ["by", "runs"] : ["in", "parts"];
  const tail = once
    ? "by one run"
    : `${preposition} ${numbers(windows.runs)} ${noun}, one every ${words(interval)}`;
  if (claimed < looked) {
    const share = shareOf(claimed, looked, all, what);
    const are = share.startsWith("1 of") ? "is claimed" : "are claimed, each";
    return [`${share} ${are} ${tail}.`, ...(each ? [each] : [])];
  }
  const head = all ? `Each ${declaredSpan} window of ${dataset}` : `Each of the next ${looked} ${what}`;
  return [`${head} is claimed ${tail}.`, ...(each ? [each] : [])];
}

function ofRuns(
  { looked, all, windows, whole }: Reach["runs"],
  dataset: string,
  declaredSpan: string,
): string | undefined {
  if (windows === undefined || windows.least < 2) return undefined;
  const run = all ? "Each run" : `Each of the next ${looked} runs`;
  return `${run} claims ${whole ? "" : "time of "}${numbers(windows)} windows of ${dataset} (${declaredSpan} each).`;
}

/** How soon after its end a window can be complete. */
function completion({ subjectToChange }: ScheduleSurroundings, { windows }: Reach): string {
  const { complete, after, looked, all } = windows;
  if (after === undefined)
    return all
      ? "With this schedule alone no window can be complete."
      : `With this schedule alone none of the next ${looked} windows can be complete.`;
  const settled =
    subjectToChange > 0 ? `; it is built when it has settled, ${words(subjectToChange)} after its end` : "";
  const head =
    complete < looked
      ? `With this schedule alone ${shareOf(complete, looked, all, "windows")} can be complete`
      : all
        ? "A window can be complete"
        : `Each of the next ${looked} windows can be complete`;
  return `${head} ${delay(after)}${settled}.`;
}

function delay({ least, most }: NonNullable<Range>): string {
  if (most === 0) return "as soon as it ends";
  if (least === most) return `${words(most)} after its end, not earlier`;
  return least === 0
    ? `when it ends, or at the latest ${words(most)} after its end`
    : `${words(least)} to ${words(most)} after its end`;
}

function shareOf(some: number, looked: number, all: boolean, what: string): string {
  if (!all) return `${some === 0 ? "None" : some} of the next ${looked} ${what}`;
  const divisor = greatestCommonDivisor(some, looked);
  return `${some / divisor} of every ${looked / divisor} ${what}`;
}

function numbers({ least, most }: NonNullable<Range>): string {
  return least === most ? String(most) : `${least} to ${most}`;
}

/** In words where they are exact. */
function words(duration: Micros): string {
  return duration % SECOND === 0 ? durationWords(duration) : formatDuration(duration);
}

/** Between its ranges nobody asks, unless another schedule does. */
function holes({ windowSize, interval }: ScheduleTimes, { others, waits }: ScheduleSurroundings): string[] {
  const hole = interval - windowSize;
  if (hole <= SECOND) return [];
  const what = `Of every ${words(interval)}, ${words(hole)} are not asked for`;
  if (others.some((other) => other.interval - other.windowSize <= SECOND))
    return [`${what}: another schedule of this source asks for all of the time.`];
  return [
    `${what}: windows there have gaps and ${waits ? "wait, until somebody runs the missing range" : "are built incomplete when their time is up"}.`,
  ];
}

function repeats({ windowSize, interval }: ScheduleTimes): string[] {
  const twice = windowSize - interval;
  if (twice <= 0) return [];
  const times = Math.ceil(windowSize / interval);
  return [
    `Ranges overlap by ${words(twice)}: every instant is asked for up to ${times} times. What comes again makes a window new only where it differs in rows or values; of two values the one that was collected later counts.`,
  ];
}

/** What lies between the last range of the schedule before and the first of this one. */
function change(rule: ScheduleTimes, { before, firedThrough }: ScheduleSurroundings): string[] {
  const [next] = nextFirings(rule, firedThrough, 1);
  if (!next) return [];
  const from = `From the boundary ${instant(next.at)} on it asks for ${range(next)}`;
  if (!before?.enabled) return [`${from}, and for nothing of before.`];
  const reached = collectionWindow(before, before.firedThrough).end;
  if (next.start - reached > SECOND)
    return [
      `${from}. What was asked for until now reaches ${instant(reached)}: ${range({ start: reached, end: next.start })} is asked for by neither; run it by hand if it is wanted.`,
    ];
  if (next.start < reached)
    return [
      `${from}. ${range({ start: next.start, end: Math.min(reached, next.end) })} is asked for once more.`,
    ];
  return [`${from}, where what was asked for until now ends.`];
}

function instant(at: Micros): string {
  return `${formatInstant(at)
    .replace("T", " ")
    .replace(/(:00)?Z$/, "")} UTC`;
}

function range({ start, end }: Interval): string {
  return `${instant(start).replace(" UTC", "")} to ${instant(end)}`;
}
