import type { z } from "zod";
import { errorText, Invalid, IonbeamError, Transient } from "../errors";
import { isSealed, type Sealed, type SecretBox } from "../ports/secret-box";
import { isSecretSetting } from "../secret-name";
import { secretPaths } from "./describe";

type Fields = Readonly<Record<string, unknown>>;

/** A block of settings; neither a list nor a sealed secret. */
export function isBlock(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isSealed(value);
}

/**
 * A configuration as it is stored: each secret in it (declared by the schema, known by its name, or a password in an address) is sealed. Nothing that
 * is empty is a secret.
 * @param schema of its kind, where this version has that @param present what is stored until now: a secret that stays the same keeps its sealed form
 */
export async function sealConfig(
  config: unknown,
  schema: z.ZodType | undefined,
  box: SecretBox,
  present?: unknown,
): Promise<unknown> {
  const declared = new Set((schema ? secretPaths(schema) : []).map(nameOf));
  const sealOne = async (value: unknown, before: unknown) => {
    const text = JSON.stringify(value);
    if (isSealed(before) && (await openOne(before, box)) === text) return before;
    return box.seal(text);
  };
  const sealBlock = async (block: Fields, before: unknown, above: readonly string[]): Promise<Fields> => {
    const entries = Object.entries(block).map(async ([key, value]) => {
      const path = [...above, key];
      const stood = isBlock(before) && Object.hasOwn(before, key) ? before[key] : undefined;
      if (isEmpty(value) || isSealed(value)) return [key, value] as const;
      if (declared.has(nameOf(path)) || isSecretSetting(key, value))
        return [key, await sealOne(value, stood)] as const;
      return [key, isBlock(value) ? await sealBlock(value, stood, path) : value] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  return isBlock(config) ? sealBlock(config, present, []) : config;
}

/** A configuration with its secrets in clear; for the plug-in's schema, and for nobody's eyes. Those that are lost stay sealed. @throws Transient when the key cannot be read */
export async function openConfig(
  config: unknown,
  box: Pick<SecretBox, "open">,
): Promise<{ readonly config: unknown; readonly lost: readonly (readonly string[])[] }> {
  const lost: (readonly string[])[] = [];
  const open = async (value: unknown, path: readonly string[]): Promise<unknown> => {
    if (isSealed(value)) {
      const text = await openOne(value, box);
      if (text !== undefined) return JSON.parse(text);
      lost.push(path);
      return value;
    }
    if (!isBlock(value)) return value;
    const entries = Object.entries(value).map(
      async ([key, inner]) => [key, await open(inner, [...path, key])] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  return { config: await open(config, []), lost };
}

/** @returns undefined for one that is lost. @throws Transient when the key cannot be read: nothing is lost by that */
export async function openOne(sealed: Sealed, box: Pick<SecretBox, "open">): Promise<string | undefined> {
  try {
    return await box.open(sealed);
  } catch (error) {
    if (error instanceof Invalid) return undefined;
    if (error instanceof IonbeamError) throw error;
    throw new Transient(`the secrets cannot be opened now: ${errorText(error)}`, { cause: error });
  }
}

/** The sentence of secrets that cannot be opened. @param what such as `source "netatmo"` */
export function lostSentence(what: string, lost: readonly (readonly string[])[]): string {
  const names = lost.map((path) => path.join(".")).join(", ");
  return `the configuration of ${what} has ${lost.length === 1 ? "a secret" : "secrets"} that cannot be opened with this installation's key: ${names}. Enter it anew on its page or with the command line, or bring back the key (secret.key, IONBEAM_SECRET_KEY), and ask again`;
}

/** Whether a stored configuration still has a secret in clear, as versions before this one stored them. */
export async function isSealedThroughout(config: unknown, schema: z.ZodType | undefined): Promise<boolean> {
  let found = false;
  const finder: SecretBox = {
    seal: async () => {
      found = true;
      return { sealed: "" };
    },
    open: async () => "",
  };
  await sealConfig(config, schema, finder);
  return !found;
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A path as one text that no other path has. */
export function nameOf(path: readonly string[]): string {
  return JSON.stringify(path);
}
