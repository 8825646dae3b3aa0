import { DAY, formatInstant, HOUR, MINUTE, type Micros, SECOND } from "../observation/time";
import type { AlertFacts } from "../ports/alerts";
import { type AlertRule, type AlertSettings, usualSilence } from "./model";

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
}

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
      const limit = settings.silentAfter[source.name] ?? usualSilence(source.schedules);
      if (limit !== undefined && limit !== "off")
        look("silence", source.name, silence(source, limit, facts.now));
    }
    if (settings.failures) look("runs", source.name, runs(source, settings.failuresInRow));
  }
  for (const dataset of facts.datasets) {
    const limit = settings.lateAfterOf[dataset.name] ?? settings.lateAfter;
    if (settings.late && limit !== "off") look("late", dataset.name, late(dataset, limit));
    if (settings.failures) look("builds", dataset.name, builds(dataset, settings.failuresInRow));
  }
  for (const projection of facts.projections)
    if (settings.failures)
      look("projections", projection.name, projections(projection, settings.failuresInRow));
  return { problems, watched };
}

type Found = Omit<Problem, "rule" | "subject"> | undefined;

/** How long nothing has been heard: since the newest observation that it brought, beyond what its schedules ask for late anyhow. */
function silence(source: AlertFacts["sources"][number], limit: Micros, now: Micros): Found {
  const { name, heard, watchedSince, schedules, newestError } = source;
  const lag = schedules.length > 0 ? Math.min(...schedules.map((each) => each.lag)) : 0;
  const since = Math.max(heard ?? 0, watchedSince);
  if (now - lag - since <= limit) return undefined;
  const what =
    heard === undefined
      ? `${name} has brought no observations yet`
      : `${name} has brought no observation of later than ${toSecond(heard)}`;
  const why = newestError === undefined ? "" : ` Its newest run says: ${newestError}`;
  return {
    sentence: `${what}: silent for longer than ${inWords(limit)}.${why}`,
    href: `/sources/${encodeURIComponent(name)}`,
    since,
    after: limit,
  };
}

function runs(source: AlertFacts["sources"][number], most: number): Found {
  let failures = 0;
  let error: string | undefined;
  for (const run of source.runs) {
    if (run.state === "done") break;
    // A run that is tried again has failed before.
    if (run.state === "running") failures += Math.max(0, run.attempts - 1);
    if (run.state === "failed" || run.state === "refused") {
      failures += Math.max(1, run.attempts);
      error ??= run.error;
    }
  }
  if (failures < most) return undefined;
  return {
    sentence: `Runs of ${source.name} failed ${failures} times in a row.${error === undefined ? "" : ` The newest says: ${error}`}`,
    href: `/sources/${encodeURIComponent(source.name)}`,
    since: undefined,
    after: undefined,
  };
}

function late(dataset: AlertFacts["datasets"][number], limit: Micros): Found {
  const { name, late: windows } = dataset;
  if (!windows) return undefined;
  const { count, start, reason, since } = windows;
  const number = count === 1 ? "A window" : `${count} windows`;
  return {
    sentence: `${number} of ${name} could have been built more than ${inWords(limit)} ago. The oldest is that of ${toSecond(start)}: ${reason}`,
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
