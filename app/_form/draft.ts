import {
  type ConfiguredField,
  type FieldIssue,
  type SettingChange,
  samePath,
} from "../../server/configuration/model";
import { DURATION_FORM, readDuration } from "../datasets/typed-duration";

/** What a person has typed so far, by `keyOf` a field: its text, or null to go back to the default (for a secret: to remove it). */
export type Draft = Readonly<Record<string, string | null>>;

export function keyOf({ path }: { readonly path: readonly string[] }): string {
  return JSON.stringify(path);
}

/** The text that a field's control shows. */
export function shownText(field: ConfiguredField, draft: Draft): string {
  const typed = draft[keyOf(field)];
  if (typeof typed === "string") return typed;
  if (field.kind === "secret") return "";
  const entered = typed === null ? undefined : field.entered;
  return valueText(field, entered ?? field.default);
}

/** A value as it is typed. */
export function valueText({ kind }: Pick<ConfiguredField, "kind">, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "texts" && Array.isArray(value)) return value.join("\n");
  if (typeof value === "string" && kind !== "json") return value;
  return JSON.stringify(value);
}

export type FieldReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/** Reads what is typed in a field. An undefined value stands for nothing entered. The server reads it again by the kind's own schema. */
export function readField(field: ConfiguredField, text: string): FieldReading {
  const typed = text.trim();
  if (typed === "" && field.kind !== "texts") {
    if (field.required && field.kind !== "secret") return { ok: false, error: "give a value" };
    return { ok: true, value: undefined };
  }
  switch (field.kind) {
    case "number":
    case "integer":
      return readNumber(field, typed);
    case "duration": {
      const value = readDuration(typed);
      return value === undefined ? { ok: false, error: DURATION_FORM } : { ok: true, value };
    }
    case "switch":
      return { ok: true, value: typed === "true" };
    case "texts":
      return { ok: true, value: text.split("\n").flatMap((line) => line.trim() || []) };
    case "json":
      try {
        return { ok: true, value: JSON.parse(typed) };
      } catch {
        return { ok: false, error: "write it as JSON: texts between quotation marks" };
      }
    case "secret":
      // A key may begin or end with a space.
      return { ok: true, value: text };
    default:
      return { ok: true, value: typed };
  }
}

function readNumber({ kind, minimum, maximum }: ConfiguredField, typed: string): FieldReading {
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(typed))
    return { ok: false, error: "write a number, with a point before its decimals" };
  const value = Number(typed);
  if (kind === "integer" && !Number.isSafeInteger(value)) return { ok: false, error: "write a whole number" };
  if (minimum !== undefined && value < minimum) return { ok: false, error: `not less than ${minimum}` };
  if (maximum !== undefined && value > maximum) return { ok: false, error: `not more than ${maximum}` };
  return { ok: true, value };
}

/** A change of a form, as it is asked for and as people read it. */
export interface DraftChange {
  readonly field: ConfiguredField;
  readonly change: SettingChange;
  /** `400 to 500`, `back to the default, 400`; nothing of a secret. */
  readonly words: string;
}

/** What a draft changes, and which fields cannot be read. What is typed as it stands is no change. */
export function draftChanges(
  fields: readonly ConfiguredField[],
  draft: Draft,
): { readonly changes: readonly DraftChange[]; readonly wrong: readonly FieldIssue[] } {
  const changes: DraftChange[] = [];
  const wrong: FieldIssue[] = [];
  for (const field of fields) {
    const typed = draft[keyOf(field)];
    if (typed === undefined) continue;
    const reading = typed === null ? { ok: true as const, value: undefined } : readField(field, typed);
    if (!reading.ok) wrong.push({ path: field.path, message: reading.error });
    else if (isChange(field, typed, reading.value))
      changes.push({
        field,
        change: { path: field.path, ...(reading.value === undefined ? {} : { value: reading.value }) },
        words: words(field, reading.value),
      });
  }
  return { changes, wrong };
}

function isChange(field: ConfiguredField, typed: string | null, value: unknown): boolean {
  if (field.kind === "secret") return typed === null ? field.secret !== "unset" : value !== undefined;
  if (JSON.stringify(value) === JSON.stringify(field.entered)) return false;
  // The default typed out where it holds anyway, or a field that was emptied again.
  const stands = field.entered === undefined ? (field.default ?? undefined) : field.entered;
  return typed === null || JSON.stringify(value) !== JSON.stringify(stands);
}

function words(field: ConfiguredField, value: unknown): string {
  if (field.kind === "secret") {
    if (value === undefined) return "removed";
    return field.secret === "unset" ? "set" : "replaced";
  }
  const was = valueText(field, field.entered ?? field.default) || "nothing";
  if (value !== undefined) return `${was} to ${valueText(field, value) || "nothing"}`;
  const standard = valueText(field, field.default);
  return standard === "" ? `${was} to nothing` : `${was} back to the default, ${standard}`;
}

/** What is wrong with a field, or with something inside it. */
export function issueOf(
  field: ConfiguredField,
  ...lists: readonly (readonly FieldIssue[])[]
): string | undefined {
  const found = lists
    .flat()
    .filter(({ path }) => samePath(path.slice(0, field.path.length), field.path))
    .map(({ message }) => message);
  return found.length === 0 ? undefined : found.join("; ");
}
