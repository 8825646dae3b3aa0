import { DAY, HOUR, MINUTE, type Micros, parseInstant } from "../server/observation/time";
import { type Random, randomOf } from "./random";

/** What a person does. Ranges, keys and values are fixed, so that doing all of it ends in one state, whatever happens on the way. */
export type Operation =
  | {
      readonly kind: "run";
      readonly name: string;
      readonly start: Micros;
      readonly end: Micros;
      readonly requestKey: string;
    }
  /** One of these, by the key of its request; its range is asked for once more right after, so that all ends in one state however far it came. */
  | { readonly kind: "cancel run"; readonly name: string; readonly requestKey: string }
  | {
      readonly kind: "reprocess";
      readonly dataset: string;
      readonly start: Micros;
      readonly end: Micros;
      readonly requestKey: string;
    }
  /** All windows that share an instant with a range, as one reprocess: a thing of its own, which goes on behind what is live. */
  | {
      readonly kind: "reprocess range";
      readonly dataset: string;
      readonly start: Micros;
      readonly end: Micros;
      readonly depth: "projections" | "dataset";
      readonly requestKey: string;
    }
  /** One of these, by the key of its request; what it has not reached stays as it is. */
  | { readonly kind: "cancel reprocess"; readonly requestKey: string }
  /** The delivery of a run that was asked for before; there is one, since IonCannon's payload is a function of the range. */
  | {
      readonly kind: "withdraw" | "restore";
      readonly dataset: string;
      readonly start: Micros;
      readonly end: Micros;
      /** A window of it is sealed: it must be refused. */
      readonly sealed?: true;
    }
  /** What was received of windows before this instant is made two years old, as if the time had gone by. */
  | { readonly kind: "age"; readonly dataset: string; readonly before: Micros }
  | {
      readonly kind: "set";
      readonly dataset: string;
      readonly policy?: string;
      readonly subjectToChange?: string;
      readonly deleteAfterExport?: boolean;
      readonly keepPoints?: string;
      readonly keepPayloads?: string;
      readonly keepRevisions?: string;
    }
  | { readonly kind: "enable"; readonly name: string; readonly enabled: boolean };

/** All that is asked for lies after this instant and before the schedules' windows. */
export const FIRST: Micros = parseInstant("2026-03-01T00:00:00Z") ?? 0;
/** Profiles of IonCannon, each a source of its own on days of its own, before all else that is asked of IonCannon. */
export const PROFILES_TRIED = ["hostile", "duplicates", "outage", "drift"] as const;
/** Nothing that is asked of IonCannon lies before. */
export const EARLIEST: Micros = FIRST - 30 * DAY;
/** As many as are taken while the product is down half of the time: a run of an hour comes to deletion with a third of it left. */
const PER_MINUTE = 15;

export type Run = Extract<Operation, { kind: "run" }>;

/**
 * The operations of one chaos run, in order: collections of overlapping and late ranges, doubled and repeated ones, days of the archive, reprocesses,
 * withdrawals and restores, collections of networks that misbehave, and changes of settings; the last ones set every setting to a fixed end.
 * @param days first instants of the archive's days
 */
export function planOperations(seed: number, minutes: number, days: readonly Micros[]): Operation[] {
  const random = randomOf(seed, "operations");
  const count = Math.max(30, Math.round(minutes * PER_MINUTE));
  const hours = Math.max(6, Math.ceil(count / 3));
  const runs: Run[] = [];
  const withdrawn: Run[] = [];
  const operations: Operation[] = [];
  for (let n = 0; n < count; n += 1) {
    const operation = draw(random, n, hours, days, runs, withdrawn, operations);
    if (operation.kind === "run" && operation.name === "ioncannon") runs.push(operation);
    if (operation.kind === "cancel run")
      operations.push(...cancelled(operation, freshRun(random, n, hours), n, runs));
    else operations.push(operation);
  }
  return [...operations, ...ending(withdrawn, random)];
}

function draw(
  random: Random,
  n: number,
  hours: number,
  days: readonly Micros[],
  runs: readonly Run[],
  withdrawn: Run[],
  before: readonly Operation[],
): Operation {
  const kind = ALWAYS.get(n) ?? (n < 8 ? "run" : random.weighted(WEIGHTS));
  const earlier = runs.length > 0 ? random.pick(runs) : undefined;
  switch (kind) {
    case "archive": {
      const day = random.pick(days);
      const name = "sensor_community";
      return { kind: "run", name, start: day, end: day + DAY, requestKey: `archive ${n}` };
    }
    case "profile":
      return profileRun(random, n);
    case "same click":
      return earlier ?? freshRun(random, n, hours);
    case "same range":
      return earlier ? { ...earlier, requestKey: `again ${n}` } : freshRun(random, n, hours);
    case "reprocess": {
      if (!earlier) return freshRun(random, n, hours);
      const start = Math.floor(earlier.start / HOUR) * HOUR;
      const requestKey = `reprocess ${n}`;
      return { kind: "reprocess", dataset: "ioncannon", start, end: start + HOUR, requestKey };
    }
    case "reprocess range":
      if (!earlier) return freshRun(random, n, hours);
      return {
        kind,
        dataset: "ioncannon",
        start: earlier.start - random.between(0, 3) * HOUR,
        end: earlier.end + random.between(0, 3) * HOUR,
        depth: random.pick(["projections", "dataset"]),
        requestKey: `range ${n}`,
      };
    case "cancel reprocess": {
      const last = before.findLast((each) => each.kind === "reprocess range");
      return last ? { kind, requestKey: last.requestKey } : freshRun(random, n, hours);
    }
    case "cancel run":
      return { kind, name: "ioncannon", requestKey: `cancelled ${n}` };
    case "withdraw":
      if (!earlier) return freshRun(random, n, hours);
      withdrawn.push(earlier);
      return deliveryOf("withdraw", earlier);
    case "restore": {
      const [back] = withdrawn.splice(0, 1);
      return back ? deliveryOf("restore", back) : freshRun(random, n, hours);
    }
    case "set":
      return settings(random);
    case "enable":
      return { kind: "enable", name: "sensor_community", enabled: random.happens(0.5) };
    default:
      return freshRun(random, n, hours);
  }
}

/** What even the shortest trial does. */
const ALWAYS: ReadonlyMap<number, "archive" | "reprocess range" | "cancel reprocess" | "cancel run"> =
  new Map([
    [4, "archive"],
    [9, "cancel run"],
    [12, "reprocess range"],
    [18, "reprocess range"],
    [19, "cancel reprocess"],
    [25, "reprocess range"],
  ]);

const WEIGHTS = [
  [50, "run"],
  [6, "archive"],
  [8, "same click"],
  [8, "same range"],
  [7, "reprocess"],
  [5, "reprocess range"],
  [2, "cancel reprocess"],
  [5, "cancel run"],
  [7, "withdraw"],
  [5, "restore"],
  [5, "set"],
  [6, "profile"],
  [2, "enable"],
] as const;

/** Ranges of all kinds: an hour and a half as of an archive, minutes as of a live feed whose late rows fall into the window before, several hours. */
function freshRun(random: Random, n: number, hours: number): Run {
  const at = FIRST + random.between(0, hours - 1) * HOUR;
  const [start, length] = random.weighted([
    [5, [at, 1.5 * HOUR]],
    [3, [at + random.between(0, 11) * 5 * MINUTE, random.between(1, 3) * 5 * MINUTE]],
    [1, [at, random.between(2, 6) * HOUR]],
  ] as const);
  return { kind: "run", name: "ioncannon", start, end: start + length, requestKey: `run ${n}` };
}

/** A run, its cancelling, and the run that is asked for in its place. */
function cancelled(
  cancel: Extract<Operation, { kind: "cancel run" }>,
  run: Run,
  n: number,
  runs: Run[],
): Operation[] {
  const instead = { ...run, requestKey: `instead ${n}` };
  runs.push(instead);
  return [{ ...run, requestKey: cancel.requestKey }, cancel, instead];
}

function profileRun(random: Random, n: number): Run {
  const which = random.between(0, PROFILES_TRIED.length - 1);
  const start = EARLIEST + (2 + which * 6) * DAY + random.between(0, 23) * HOUR;
  const name = `ioncannon_${PROFILES_TRIED[which]}`;
  return {
    kind: "run",
    name,
    start,
    end: start + random.between(1, 4) * 30 * MINUTE,
    requestKey: `run ${n}`,
  };
}

function deliveryOf(kind: "withdraw" | "restore", run: Run): Operation {
  return { kind, dataset: "ioncannon", start: run.start, end: run.end };
}

function settings(random: Random): Operation {
  const dataset = random.pick(["ioncannon", "sensor.community"]);
  if (random.happens(0.25)) return { kind: "set", dataset, deleteAfterExport: random.happens(0.7) };
  if (random.happens(0.5)) return { kind: "set", dataset, policy: random.pick(["wait", "PT0S", "PT6H"]) };
  return { kind: "set", dataset, subjectToChange: random.pick(["PT0S", "PT30M", "P1D", "P366D"]) };
}

const FIXED = { policy: "PT0S", subjectToChange: "PT0S", deleteAfterExport: true } as const;

/** Windows with gaps are built as they are, for whether one was built before its gaps were known is a matter of time; half of what was withdrawn comes back. */
function ending(withdrawn: readonly Run[], random: Random): Operation[] {
  const restored = withdrawn.filter(() => random.happens(0.5)).map((run) => deliveryOf("restore", run));
  const fixed = ["ioncannon", "sensor.community"].map(
    (dataset) => ({ kind: "set", dataset, ...FIXED }) as const,
  );
  return [...restored, ...fixed, { kind: "enable", name: "sensor_community", enabled: false }];
}

/** One line for the list of operations. */
export function describeOperation(operation: Operation): string {
  const { kind, ...rest } = operation;
  return `${kind} ${JSON.stringify(rest)}`;
}
