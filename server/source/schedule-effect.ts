import { durationWords } from "../observation/duration-text";
import type { Interval } from "../observation/interval";
import { formatInstant, type Micros, SECOND } from "../observation/time";
import { collectionWindow, nextFirings, type ScheduleTimes } from "./model";

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
  return [
    claims(rule, around),
    completion(rule, around),
    ...holes(rule, around),
    ...repeats(rule),
    ...change(rule, around),
  ];
}

/** In how many parts a window is claimed. */
function claims(
  { windowSize, interval }: ScheduleTimes,
  { dataset, span, declaredSpan }: ScheduleSurroundings,
) {
  const window = `${declaredSpan} window of ${dataset}`;
  const step = Math.min(windowSize, interval);
  const aligned = span % interval === 0 || interval % span === 0;
  const about = aligned ? "" : "about ";
  if (step >= span) {
    const windows = Math.max(1, Math.round(windowSize / span));
    return windows === 1
      ? `Each ${window} is claimed by ${about}one run.`
      : `Each run claims ${about}${windows} windows of ${dataset} (${declaredSpan} each).`;
  }
  return `Each ${window} is claimed in ${about}${Math.ceil(span / interval)} parts, one every ${durationWords(interval)}.`;
}

/** How soon after its end a window can be complete: with the first boundary that reaches it. */
function completion(
  { interval, lag }: ScheduleTimes,
  { span, subjectToChange }: ScheduleSurroundings,
): string {
  const first = Math.ceil(lag / interval) * interval;
  const settled =
    subjectToChange > 0
      ? `; it is built when it has settled, ${durationWords(subjectToChange)} after its end`
      : "";
  // Where windows end between boundaries, how long it takes depends on the window.
  if (span % interval === 0)
    return first === 0
      ? `A window can be complete as soon as it ends${settled}.`
      : `A window can be complete ${durationWords(first)} after its end, not earlier${settled}.`;
  return `A window can be complete ${lag > 0 ? `${durationWords(lag)} to ` : "at the latest "}${durationWords(lag + interval)} after its end${settled}.`;
}

/** Between its ranges nobody asks, unless another schedule does. */
function holes({ windowSize, interval }: ScheduleTimes, { others, waits }: ScheduleSurroundings): string[] {
  const hole = interval - windowSize;
  if (hole <= SECOND) return [];
  const what = `Of every ${durationWords(interval)}, ${durationWords(hole)} are not asked for`;
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
    `Ranges overlap by ${durationWords(twice)}: every instant is asked for up to ${times} times. What comes again makes a window new only where it differs in rows or values; of two values the one that was collected later counts.`,
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
