import { type ConfiguredField, type FieldIssue, samePath } from "../../server/configuration/model";
import { type Draft, keyOf, valueText } from "./draft";

/** What is wrong, at the field of the form where it is said, under the name that stands there. */
export interface PlacedIssue extends FieldIssue {
  readonly label: string;
}

/** Finds for each issue the field that it is about: the one that holds it, or the first one of the block that it is about. */
export function placedIssues(
  fields: readonly ConfiguredField[],
  issues: readonly FieldIssue[],
): readonly PlacedIssue[] {
  return issues.map(({ path, message }) => {
    const holds = (outer: readonly string[], inner: readonly string[]) =>
      samePath(inner.slice(0, outer.length), outer);
    const field =
      fields.find((each) => holds(each.path, path)) ?? fields.find((each) => holds(path, each.path));
    if (!field) return { path, message, label: path.join(".") };
    const whole = field.path.length > path.length ? field.group?.title : undefined;
    const label = whole ?? (field.group ? `${field.group.title}, ${field.title}` : field.title);
    return { path: field.path, message, label };
  });
}

/**
 * The settings that another save has changed since, as the form names them, each with what holds now, what held then, and what is typed here. Of a
 * secret only whether there is one; of one that is still set nothing can be seen.
 */
export function changedSince(
  before: readonly ConfiguredField[],
  now: readonly ConfiguredField[],
  draft: Draft,
): readonly string[] {
  const value = ({ entered, secret }: ConfiguredField) => JSON.stringify([entered ?? null, secret ?? null]);
  return now.flatMap((field) => {
    const stood = before.find(({ path }) => samePath(path, field.path));
    if (stood && value(stood) === value(field)) return [];
    const name = field.group ? `${field.group.title}, ${field.title}` : field.title;
    const then = stood ? `, ${heldText(stood)} when you began` : "";
    return [`${name}: ${heldText(field)} now${then}${typedWords(field, draft[keyOf(field)])}`];
  });
}

const SECRETS = {
  set: "set",
  unset: "not set",
  lost: "to be entered anew",
  unread: "not to be read",
} as const;

function heldText(field: ConfiguredField): string {
  if (field.kind === "secret") return SECRETS[field.secret ?? "unset"];
  return inWords(valueText(field, field.entered ?? field.default));
}

function typedWords(field: ConfiguredField, typed: string | null | undefined): string {
  if (typed === undefined) return "";
  if (field.kind === "secret") return typed === null ? "; you remove it" : "; you enter another";
  return `; yours ${typed === null ? "the default" : inWords(typed)}`;
}

const inWords = (text: string) => text.replaceAll("\n", ", ") || "nothing";
