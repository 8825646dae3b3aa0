import { createHash } from "node:crypto";
import type { z } from "zod";
import { errorText } from "../errors";
import { isSealed, type SecretBox } from "../ports/secret-box";
import { holdsSecret, isSecretSetting } from "../secret-name";
import { describeForm } from "./describe";
import {
  type Configuration,
  type ConfiguredField,
  type FormField,
  type SecretState,
  samePath,
} from "./model";
import { isBlock, isEmpty, openOne } from "./sealing";

/** What a form shows of a stored configuration. @param schema of its kind, where this version has that */
export async function configurationOf(
  stored: unknown,
  schema: z.ZodType | undefined,
  box: Pick<SecretBox, "open">,
): Promise<Configuration> {
  const declared = schema ? describeForm(schema) : [];
  const others = leaves(stored, []).filter(({ path }) => !declared.some((field) => within(path, field.path)));
  const isSecret = ({ path, value }: Leaf) =>
    isSealed(value) || (!isEmpty(value) && isSecretSetting(path.at(-1) ?? "", value));
  const secrets = others.filter(isSecret).map(({ path }) => undeclared(path));
  const fields = [...declared, ...secrets].map((field) => entered(field, stored, box));
  return {
    version: versionOf(stored),
    known: schema !== undefined,
    fields: await Promise.all(fields),
    kept: others
      .filter((leaf) => !isSecret(leaf))
      .map(({ path, value }) => ({ path, text: JSON.stringify(value) })),
  };
}

/** Of the stored form, in which nothing of a secret can be guessed. */
export function versionOf(stored: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(stored)))
    .digest("hex")
    .slice(0, 16);
}

/** The value at a path; undefined where there is none. */
export function valueAt(config: unknown, path: readonly string[]): unknown {
  let value = config;
  for (const key of path) value = isBlock(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

async function entered(
  field: FormField,
  stored: unknown,
  box: Pick<SecretBox, "open">,
): Promise<ConfiguredField> {
  const value = valueAt(stored, field.path);
  const isSecret =
    field.kind === "secret" || holdsSecret(value) || isSecretSetting(field.path.at(-1) ?? "", value);
  if (!isSecret) return { ...field, entered: value };
  // A default would be no secret; and an address with a password is one as a whole.
  return { ...field, kind: "secret", default: undefined, ...(await secretState(value, box)) };
}

async function secretState(
  value: unknown,
  box: Pick<SecretBox, "open">,
): Promise<{ readonly secret: SecretState; readonly unread?: string }> {
  if (isEmpty(value)) return { secret: "unset" };
  if (!isSealed(value)) return { secret: "set" };
  try {
    return { secret: (await openOne(value, box)) === undefined ? "lost" : "set" };
  } catch (error) {
    return { secret: "unread", unread: errorText(error) };
  }
}

function undeclared(path: readonly string[]): FormField {
  return { path, title: path.join("."), kind: "secret", required: false };
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leaves(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (!isBlock(value)) return path.length === 0 ? [] : [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function within(path: readonly string[], outer: readonly string[]): boolean {
  return samePath(path.slice(0, outer.length), outer);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
