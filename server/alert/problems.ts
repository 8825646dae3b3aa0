import { DAY, formatInstant, HOUR, MINUTE, type Micros, SECOND } from "../observation/time";
import type { AlertFacts } from "../ports/alerts";
import { todoOfRun } from "../source/model";
import { type AlertRule, type AlertSettings, silenceOf } from "./model";

/** Something that is wrong now. One rule and subject are one problem, however often it is seen. */
export interface Problem {
  readonly rule: AlertRule;
  readonly subject: string;
  readonly sentence: string;
  readonly href: string;
  readonly since: Micros | undefined;
  /** After how long it is one, µs; undefined for what is counted. */
  readonly after: Micros | undefined;
}

export const keyOf = ({ rule, subject }: Pick<Problem, "rule" | "subject">): string => `${rule} ${subject}`;

/** What is wrong, and what was looked at: a problem whose subject is not among that has come to its end because nobody watches it any more. */
export interface Judgement {
  readonly problems: readonly Problem[];
  readonly watched: ReadonlySet<string>;
  /** What may be no problem by what was found, while nothing shows either that it is over: what is open of that and watched stays so. */
  readonly undecided: ReadonlySet<string>;
  /** What is to be said of the end of one, where there is more to say than that it ended. */
  readonly endings: ReadonlyMap<string, string>;
}

const AGED =
  "No window of the last 7 days is late any more. Older ones still are, and are not watched: a reprocessing or a run over their range brings them.";

const REMOVED = "The source was removed.";

/** Judges what was found by the settings. Pure: the same facts are the same problems. */
export function judge(facts: AlertFacts, settings: AlertSettings): Judgement {
  const watched = new Set<string>();
  const problems: Problem[] = [];
  const look = (rule: AlertRule, subject: string, problem: Omit<Problem, "rule" | "subject"> | undefined) => {
    watched.add(keyOf({ rule, subject }));
    if (problem) problems.push({ rule, subject, ...problem });
  };
  for (const source of facts.sources) {
    if (settings.silence && source.enabled) {
      const limit = settings.silentAfter[source.name];
      if (limit !== "off" && (limit !== undefined || source.schedules.length > 0))
        look("silence", source.name, silence(source, limit, facts.now));
    }
    if (settings.failures && source.enabled) look("runs", source.name, runs(source, settings.failuresInRow));
  }
  for (const dataset of facts.datasets) {
    const limit = settings.lateAfterOf[dataset.name] ?? settings.lateAfter;
    if (settings.late && limit !== "off") look("late", dataset.name, late(dataset, limit));
    if (settings.failures) look("builds", dataset.name, builds(dataset, settings.failuresInRow));
  }
  for (const projection of facts.projections)
    if (settings.failures)
      look("projections", projection.name, projections(projection, settings.failuresInRow));
  // What waits, or was stopped, is no success.
  const unproven = facts.sources.filter(({ runs }) => !runs.some(({ state }) => state === "done"));
  const aged = facts.datasets
    .filter((dataset) => dataset.aged)
    .map(({ name }) => keyOf({ rule: "late", subject: name }))
    .filter((key) => watched.has(key));
  const removed = facts.removedSources.flatMap((subject) => [
    keyOf({ rule: "silence", subject }),
    keyOf({ rule: "runs", subject }),
  ]);
  return {
    problems,
    watched,
    undecided: new Set(unproven.map(({ name }) => keyOf({ rule: "runs", subject: name }))),
    endings: new Map([
      ...aged.map((key) => [key, AGED] as const),
      ...removed.map((key) => [key, REMOVED] as const),
    ]),
  };
}

type SourceRun = AlertFacts["sources"][number]["runs"][number];

/** Whoever is told by a webhook sees no page beside it. */
function todoOf(run: SourceRun | undefined): string {
  const todo = run && todoOfRun(run);
  return todo === undefined ? "" : `; ${todo}`;
}

type Found = Omit<Problem, "rule" | "subject"> | undefined;

/** Nothing has been heard since the newest observation that it brought, for longer than one of its schedules explains: each has a limit and a lag of its own, and counts from when it was turned on. */
function silence(source: AlertFacts["sources"][number], set: Micros | undefined, now: Micros): Found {
  const { name, heard, watchedSince, schedules, newestError } = source;
  const from = Math.max(heard ?? 0, watchedSince);
  const terms =
    schedules.length > 0
      ? schedules.map((each) => ({
          since: Math.max(from, each.since),
          limit: set ?? silenceOf(each),
          lag: each.lag,
        }))
      : [{ since: from, limit: set ?? 0, lag: 0 }];
  const over = terms.find(({ since, limit, lag }) => now - lag - since > limit);
  if (!over) return undefined;
  const { since, limit } = over;
  const what =
    heard === undefined
      ? `${name} has brought no observations yet`
      : `${name} has brought no observation of later than ${toSecond(heard)}`;
  const why =
    newestError === undefined ? "" : ` Its newest run says: ${newestError}${todoOf(source.runs[0])}`;
  return {
    sentence: `${what}: silent for longer than ${inWords(limit)}.${why}`,
    href: `/sources/${encodeURIComponent(name)}`,
    since,
    after: limit,
  };
}

function runs(source: AlertFacts["sources"][number], most: number): Found {
  let failures = 0;
  let failed = 0;
  let newest: SourceRun | undefined;
  for (const run of source.runs) {
    if (run.state === "done") break;
    const attempts = failedAttempts(run);
    failures += attempts;
    if (attempts > 0) failed += 1;
    if (run.state !== "running" && attempts > 0 && run.error !== undefined) newest ??= run;
  }
  if (failures < most) return undefined;
  return {
    sentence: `${failed === 1 ? `A run of ${source.name}` : `${failed} runs of ${source.name}`} failed in ${failures} attempts in a row.${newest === undefined ? "" : ` The newest says: ${newest.error}${todoOf(newest)}`}`,
    href: `/sources/${encodeURIComponent(source.name)}`,
    since: undefined,
    after: undefined,
  };
}

/** One that is tried again has failed before. */
function failedAttempts({ state, attempts }: Pick<SourceRun, "state" | "attempts">): number {
  if (state === "running") return Math.max(0, attempts - 1);
  return state === "failed" || state === "refused" ? Math.max(1, attempts) : 0;
}

function late(dataset: AlertFacts["datasets"][number], limit: Micros): Found {
  const { name, late: windows } = dataset;
  if (!windows) return undefined;
  const { count, waiting, start, reason, since } = windows;
  const number = count === 1 ? "A window" : `${count} windows`;
  const than = `more than ${inWords(limit)}`;
  const what =
    waiting === 0
      ? `could have been built ${than} ago`
      : waiting < count
        ? `could have been built ${than} ago, or were to be complete then and wait for a delivery (${waiting} of them)`
        : `${count === 1 ? "waits" : "wait"} for a delivery ${than} after ${count === 1 ? "it was" : "they were"} to be complete`;
  return {
    sentence: `${number} of ${name} ${what}. The oldest is that of ${toSecond(start)}: ${reason}`,
    href: `/windows/${encodeURIComponent(name)}/${formatInstant(start)}`,
    since,
    after: limit,
  };
}

function builds(dataset: AlertFacts["datasets"][number], most: number): Found {
  const failing = dataset.failing;
  if (!failing || failing.attempts < most) return undefined;
  return {
    sentence: `The window of ${dataset.name} at ${toSecond(failing.start)} could not be built ${failing.attempts} times in a row${failing.error === undefined ? "." : `: ${failing.error}`}`,
    href: `/windows/${encodeURIComponent(dataset.name)}/${formatInstant(failing.start)}`,
    since: undefined,
    after: undefined,
  };
}

function projections(projection: AlertFacts["projections"][number], most: number): Found {
  const { name, failing } = projection;
  if (!failing || failing.attempts < most) return undefined;
  return {
    sentence: `${name} could not project the window of ${failing.dataset} at ${toSecond(failing.start)} ${failing.attempts} times in a row${failing.error === undefined ? "." : `: ${failing.error}`}`,
    href: `/windows/${encodeURIComponent(failing.dataset)}/${formatInstant(failing.start)}`,
    since: undefined,
    after: undefined,
  };
}

/** As people read it. */
function toSecond(instant: Micros): string {
  const text = formatInstant(Math.floor(instant / SECOND) * SECOND);
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

/** `1 h 30 min`, without what is zero. */
function inWords(duration: Micros): string {
  const parts: string[] = [];
  let rest = duration;
  for (const [unit, word] of [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
    [SECOND, "s"],
  ] as const) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return parts.join(" ") || "0 s";
}
