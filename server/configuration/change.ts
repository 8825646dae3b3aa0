import { z } from "zod";
import { Conflict, WrongFields } from "../errors";
import { isSealed, type SecretBox } from "../ports/secret-box";
import { holdsSecret, isSecretName, isSecretSetting, withoutSecrets } from "../secret-name";
import { describeForm } from "./describe";
import { type FieldIssue, type SettingChange, samePath } from "./model";
import { isBlock, isEmpty, openConfig } from "./sealing";
import { valueAt, versionOf } from "./state";
import { wantedBy } from "./wanted";

const LONGEST_TEXT = 100_000;

/** Values at paths; one without a value goes back to its default. */
export const SettingChanges = z
  .array(
    z.object({
      path: z.array(z.string().min(1).max(200)).min(1).max(10),
      value: z
        .json()
        .refine((value) => JSON.stringify(value).length <= LONGEST_TEXT, "is longer than any setting")
        .optional(),
    }),
  )
  .max(500);

/** What a change of settings comes to. */
export interface ChangedConfig {
  /** As it is to be stored; secrets that were entered now stand in clear. */
  readonly config: unknown;
  /** Parsed by the kind's schema; undefined for a kind that this version does not have. */
  readonly parsed: unknown;
  /** What was and is, of what changed, without secrets: for the audit. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/**
 * Applies changes to a stored configuration; what they do not name stays, also what the schema does not know.
 * @param version of the configuration that the form was filled from; undefined: whatever stands
 * @returns undefined when nothing changes
 * @throws Conflict when somebody saved another one since; WrongFields naming each wrong setting
 */
export async function changeConfig(
  stored: unknown,
  changes: readonly SettingChange[],
  version: string | undefined,
  schema: z.ZodType | undefined,
  box: Pick<SecretBox, "open">,
): Promise<ChangedConfig | undefined> {
  if (version !== undefined && version !== versionOf(stored))
    throw new Conflict(
      "somebody else has saved other settings since this form was filled: look at theirs, then change and save again",
    );
  refuseUnknown(stored, changes, schema);
  const { config: opened } = await openConfig(stored, box);
  const real = changes.filter(({ path, value }) => !isSame(valueAt(opened, path), value));
  if (real.length === 0) return undefined;
  const config = real.reduce((block, { path, value }) => withValue(block, path, value), stored);
  const parsed = schema ? await parse(config, schema, box) : undefined;
  const secret = real.filter(({ path, value }) => isSecretAt(path, [valueAt(stored, path), value], schema));
  const told = (of: unknown, anew: boolean) => {
    const open = real.filter((change) => !secret.includes(change));
    const values = open.map(
      ({ path }) => [path.join("."), withoutSecrets(valueAt(of, path) ?? null)] as const,
    );
    // Apart from the values, under a name that is no secret's: what is told of them is shown.
    const secrets = secret.map(({ path }) => `${path.join(".")}: ${toldOfSecret(valueAt(of, path), anew)}`);
    return { ...Object.fromEntries(values), ...(secrets.length > 0 ? { secrets } : {}) };
  };
  return { config, parsed, before: told(stored, false), after: told(config, true) };
}

async function parse(config: unknown, schema: z.ZodType, box: Pick<SecretBox, "open">): Promise<unknown> {
  const { config: opened, lost } = await openConfig(config, box);
  const declared = describeForm(schema);
  const anew = lost
    .filter((path) => declared.some((field) => samePath(field.path, path)))
    .map((path) => ({ path, message: "was sealed with another key: enter it anew, or remove it" }));
  if (anew.length > 0) throw new WrongFields(sentence(anew), anew);
  const result = schema.safeParse(opened, wantedBy(schema));
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.map(String), message }));
  throw new WrongFields(sentence(issues), issues);
}

/** What no schema names may only go, or be replaced where it is a secret. @throws WrongFields */
function refuseUnknown(
  stored: unknown,
  changes: readonly SettingChange[],
  schema: z.ZodType | undefined,
): void {
  const declared = schema ? describeForm(schema) : [];
  const wrong = changes
    .filter(({ path }) => !declared.some((field) => samePath(field.path, path)))
    .filter(({ path, value }) => {
      const stands = valueAt(stored, path);
      if (isSecretName(path.at(-1) ?? "") || isSealed(stands) || isSecretSetting("", stands))
        return schema !== undefined && stands === undefined;
      return value !== undefined || stands === undefined;
    });
  if (wrong.length === 0) return;
  const names = declared.map(({ path }) => path.join("."));
  const issues = wrong.map(({ path }) => ({
    path,
    message: schema
      ? `is no setting of this kind; there are: ${names.join(", ") || "none"}`
      : "cannot be changed before this version has its kind: it is kept as it is",
  }));
  throw new WrongFields(sentence(issues), issues);
}

/** @returns the block with a value, or without one where that is undefined; a block that is left with nothing goes */
function withValue(block: unknown, path: readonly string[], value: unknown): unknown {
  const [key = "", ...rest] = path;
  const fields = isBlock(block) ? block : {};
  const others = Object.entries(fields).filter(([name]) => name !== key);
  const stands = Object.hasOwn(fields, key) ? fields[key] : undefined;
  const inner = rest.length === 0 ? value : withValue(stands, rest, value);
  const gone = inner === undefined || (rest.length > 0 && isBlock(inner) && Object.keys(inner).length === 0);
  if (gone) return Object.fromEntries(others);
  const place = Object.keys(fields).indexOf(key);
  const entries = Object.entries(fields);
  if (place < 0) return Object.fromEntries([...entries, [key, inner]]);
  return Object.fromEntries(entries.map(([name, each]) => [name, name === key ? inner : each]));
}

function isSame(present: unknown, wanted: unknown): boolean {
  return present === wanted || JSON.stringify(present) === JSON.stringify(wanted);
}

function isSecretAt(
  path: readonly string[],
  values: readonly unknown[],
  schema: z.ZodType | undefined,
): boolean {
  const declared = schema && describeForm(schema).find((field) => samePath(field.path, path));
  if (declared?.kind === "secret") return true;
  return values.some((value) => holdsSecret(value) || isSecretSetting(path.at(-1) ?? "", value));
}

function toldOfSecret(value: unknown, anew: boolean): string {
  if (isEmpty(value)) return "not set";
  return anew ? "set anew" : "set";
}

function sentence(issues: readonly FieldIssue[]): string {
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
