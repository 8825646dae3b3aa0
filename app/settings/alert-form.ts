import { formatDuration, parseDuration } from "../../server/observation/time";
import type { AlertSettingsView } from "../_trpc/outputs";
import { readDuration, typedDuration } from "../datasets/typed-duration";

type Settings = AlertSettingsView["settings"];

/** The settings as they are typed. An empty limit is the usual one, `off` is none. */
export interface AlertForm {
  readonly silence: boolean;
  readonly silentAfter: Readonly<Record<string, string>>;
  readonly late: boolean;
  readonly lateAfter: string;
  readonly lateAfterOf: Readonly<Record<string, string>>;
  readonly failures: boolean;
  readonly failuresInRow: string;
}

export function asTyped({ settings, sources, datasets }: AlertSettingsView): AlertForm {
  const typed = (names: readonly string[], limits: Settings["silentAfter"]) =>
    Object.fromEntries(names.map((name) => [name, typedLimit(limits[name])]));
  return {
    silence: settings.silence,
    silentAfter: typed(
      sources.map(({ name }) => name),
      settings.silentAfter,
    ),
    late: settings.late,
    lateAfter: typedLimit(settings.lateAfter),
    lateAfterOf: typed(datasets, settings.lateAfterOf),
    failures: settings.failures,
    failuresInRow: String(settings.failuresInRow),
  };
}

function typedLimit(limit: number | "off" | undefined): string {
  if (limit === undefined || limit === "off") return limit ?? "";
  return typedDuration(formatDuration(limit));
}

/** What is wrong with a typed limit; undefined when it can be read. */
export function limitProblem(text: string, mayBeNone: boolean): string | undefined {
  const typed = text.trim().toLowerCase();
  if (mayBeNone && (typed === "" || typed === "off")) return undefined;
  const limit = limitOf(text);
  if (limit === undefined)
    return mayBeNone ? "write it as 30 min, 6 h or 2 d, or off" : "write it as 30 min, 6 h or 2 d";
  return limit < 1_000_000 ? "give at least 1 s" : undefined;
}

export function countProblem(text: string): string | undefined {
  return /^[1-9]\d{0,2}$/.test(text.trim()) ? undefined : "give a whole number from 1 to 999";
}

function limitOf(text: string): number | undefined {
  const iso = readDuration(text);
  return iso === undefined ? undefined : parseDuration(iso);
}

/** What to save; undefined while a field cannot be read. */
export function settingsOf(form: AlertForm): Settings | undefined {
  const limits = (typed: AlertForm["silentAfter"]) =>
    Object.values(typed).map((text) => limitProblem(text, true));
  const wrong = [
    ...limits(form.silentAfter),
    ...limits(form.lateAfterOf),
    limitProblem(form.lateAfter, false),
    countProblem(form.failuresInRow),
  ].some((problem) => problem !== undefined);
  if (wrong) return undefined;
  return {
    silence: form.silence,
    silentAfter: limitsOf(form.silentAfter),
    late: form.late,
    lateAfter: limitOf(form.lateAfter) ?? 0,
    lateAfterOf: limitsOf(form.lateAfterOf),
    failures: form.failures,
    failuresInRow: Number(form.failuresInRow),
  };
}

function limitsOf(typed: AlertForm["silentAfter"]): Settings["silentAfter"] {
  return Object.fromEntries(
    Object.entries(typed).flatMap(([name, text]): [string, number | "off"][] => {
      if (text.trim() === "") return [];
      if (text.trim().toLowerCase() === "off") return [[name, "off"]];
      return [[name, limitOf(text) ?? 0]];
    }),
  );
}

const NAMES = {
  silence: "alerts of silent sources",
  late: "alerts of late windows",
  lateAfter: "late after",
  failures: "alerts of failures in a row",
  failuresInRow: "too many from",
} as const;

/** Which settings two answers have otherwise, as the form writes them, each with both values. */
export function alertDifferences(before: AlertSettingsView, now: AlertSettingsView): readonly string[] {
  const [was, is] = [asTyped(before), asTyped(now)];
  const said = (name: string, old: string | boolean | undefined, held: string | boolean | undefined) =>
    old === held ? [] : [`${name}: ${inWords(old)}, now ${inWords(held)}`];
  const each = (word: string, old: AlertForm["silentAfter"], held: AlertForm["silentAfter"]) =>
    Object.keys({ ...old, ...held }).flatMap((name) =>
      said(`${name} ${word}`, old[name] ?? "", held[name] ?? ""),
    );
  return [
    ...(Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((field) =>
      said(NAMES[field], was[field], is[field]),
    ),
    ...each("silent after", was.silentAfter, is.silentAfter),
    ...each("late after", was.lateAfterOf, is.lateAfterOf),
  ];
}

function inWords(value: string | boolean | undefined): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return value || "as usual";
}

/** What is typed, on other settings than it was typed over: a field that was left as it stood follows them. */
export function onTop(typed: AlertForm, before: AlertSettingsView, now: AlertSettingsView): AlertForm {
  const [was, is] = [asTyped(before), asTyped(now)];
  const limits = (
    mine: AlertForm["silentAfter"],
    old: AlertForm["silentAfter"],
    held: AlertForm["silentAfter"],
  ) => ({
    ...held,
    ...Object.fromEntries(Object.entries(mine).filter(([name, text]) => text !== (old[name] ?? ""))),
  });
  const pick = <Key extends keyof AlertForm>(key: Key) => (typed[key] === was[key] ? is[key] : typed[key]);
  return {
    silence: pick("silence"),
    silentAfter: limits(typed.silentAfter, was.silentAfter, is.silentAfter),
    late: pick("late"),
    lateAfter: pick("lateAfter"),
    lateAfterOf: limits(typed.lateAfterOf, was.lateAfterOf, is.lateAfterOf),
    failures: pick("failures"),
    failuresInRow: pick("failuresInRow"),
  };
}
