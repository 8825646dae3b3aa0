import { nameOf } from "./disturbances";
import type { Operation } from "./operations";
import type { Mark, Trial } from "./trial";

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly disturbances: Readonly<Record<string, { readonly tried: number; readonly cameAbout: number }>>;
  readonly kills: number;
  readonly starts: number;
  readonly recovery: Readonly<
    Record<string, { readonly times: number; readonly medianMs: number; readonly maxMs: number }>
  >;
  readonly requests: object;
  readonly settledMs: number;
  readonly windows: number;
  readonly files: object;
  readonly differences: readonly string[];
  readonly faults: readonly string[];
}

/** What a chaos run found, as it is written beside it. */
export function reportOf(
  what: { readonly seed: number; readonly minutes: number; readonly operations: readonly Operation[] },
  disturbed: Trial,
  undisturbed: Trial,
  differences: readonly string[],
): Report {
  const { marks, visit } = disturbed;
  const kinds = [...new Set(marks.map(({ disturbance }) => nameOf(disturbance)))].sort();
  const of = (kind: string) => marks.filter(({ disturbance }) => nameOf(disturbance) === kind);
  return {
    seed: what.seed,
    minutes: what.minutes,
    operations: counted(
      what.operations.map(({ kind, ...rest }) => ("name" in rest ? `${kind} ${rest.name}` : kind)),
    ),
    disturbances: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        { tried: of(kind).length, cameAbout: of(kind).filter(({ cameAbout }) => cameAbout).length },
      ]),
    ),
    kills: marks.filter(isDeath).length,
    starts: disturbed.starts,
    recovery: Object.fromEntries(
      [...new Set(kinds.map(familyOf))].flatMap((family) => {
        const times = marks
          .filter((mark) => mark.cameAbout && familyOf(nameOf(mark.disturbance)) === family)
          .flatMap(({ recoveredMs }) => recoveredMs ?? [])
          .sort((a, b) => a - b);
        const medianMs = Math.round(times[Math.floor(times.length / 2)] ?? 0);
        return times.length === 0
          ? []
          : [[family, { times: times.length, medianMs, maxMs: Math.round(times.at(-1) ?? 0) }]];
      }),
    ),
    requests: { ...visit?.counts, words: Object.fromEntries(visit?.words ?? []) },
    settledMs: Math.round(disturbed.settledMs),
    windows: [...disturbed.outcome.keys()].filter((key) => key.startsWith("window")).length,
    files: {
      named: disturbed.stored.named,
      deleted: disturbed.stored.deleted,
      leftovers: disturbed.stored.leftovers,
    },
    differences,
    faults: [...disturbed.faults, ...undisturbed.faults.map((fault) => `undisturbed: ${fault}`)],
  };
}

/** Something died of it. */
function isDeath({ cameAbout, disturbance }: Mark): boolean {
  return cameAbout && (disturbance.kind === "kill" || disturbance.kind === "fail-point");
}

const familyOf = (kind: string) => (kind.startsWith("fail point") ? "fail point" : kind);

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The report for a terminal. */
export function shownReport(report: Report): string {
  const lines = [
    `seed ${report.seed}, ${report.minutes} minutes: ${report.kills} deaths, ${report.starts} starts of the supervisor, settled after ${seconds(report.settledMs)} s`,
    `operations: ${JSON.stringify(report.operations)}`,
    `requests: ${JSON.stringify(report.requests, (key, value) => (key === "words" ? undefined : value))}`,
    `${report.windows} windows compared; files: ${JSON.stringify(report.files)}`,
    "",
    "disturbance                           tried  came about",
    ...Object.entries(report.disturbances).map(
      ([kind, { tried, cameAbout }]) =>
        `${kind.padEnd(36)} ${String(tried).padStart(6)} ${String(cameAbout).padStart(11)}`,
    ),
    "",
    "time to recover                       times   median      max",
    ...Object.entries(report.recovery).map(
      ([kind, { times, medianMs, maxMs }]) =>
        `${kind.padEnd(36)} ${String(times).padStart(6)} ${`${seconds(medianMs)} s`.padStart(8)} ${`${seconds(maxMs)} s`.padStart(8)}`,
    ),
    "",
  ];
  const wrong = [...report.faults, ...report.differences.map((line) => `differs: ${line}`)];
  return [
    ...lines,
    ...wrong.slice(0, 60),
    wrong.length === 0 ? "nothing differs, nothing is broken" : `${wrong.length} faults`,
  ].join("\n");
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);
