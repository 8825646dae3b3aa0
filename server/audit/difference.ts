import { holdsPassword, isSecretName, SECRET_TEXT, withoutSecrets } from "../secret-name";

/** One field of a change as text; undefined where it was, or is, not there. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * What a change changed, field by field, nested ones by their path; fields that stayed as they were are left out. A thing that has no fields is one
 * field without a name. No verb writes secrets into the audit; should one do, they are not shown.
 */
export function difference(before: unknown, after: unknown): readonly FieldChange[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((field) => {
    const change = { field, before: was.get(field), after: is.get(field) };
    return change.before === change.after ? [] : [change];
  });
}

function fieldsOf(
  value: unknown,
  path = "",
  fields = new Map<string, string>(),
): ReadonlyMap<string, string> {
  if (value === null || value === undefined) return fields;
  if (path !== "" && isSecretName(path.slice(path.lastIndexOf(".") + 1)))
    return fields.set(path, SECRET_TEXT);
  if (typeof value === "object" && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value))
      fieldsOf(inner, path === "" ? key : `${path}.${key}`, fields);
    return fields;
  }
  return fields.set(path, text(value));
}

function text(value: unknown): string {
  if (typeof value === "string") return holdsPassword(value) ? SECRET_TEXT : value;
  if (Array.isArray(value) && value.every((each) => typeof each === "string"))
    return value.length === 0 ? "nothing" : value.map(text).join("; ");
  return JSON.stringify(withoutSecrets(value));
}
