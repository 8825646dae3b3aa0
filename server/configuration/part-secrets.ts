import { isSealed } from "../ports/secret-box";
import { isSecretSetting } from "../secret-name";
import { isBlock } from "./sealing";

const isSecret = (key: string, value: unknown) => isSealed(value) || isSecretSetting(key, value);

/** A configuration in two: without its secrets, and the paths of these. */
export function partSecrets(
  config: unknown,
  path: readonly string[] = [],
): { readonly open: unknown; readonly secrets: readonly (readonly string[])[] } {
  if (!isBlock(config)) return { open: config, secrets: [] };
  const open: [string, unknown][] = [];
  const secrets: (readonly string[])[] = [];
  for (const [key, value] of Object.entries(config)) {
    if (isSecret(key, value)) secrets.push([...path, key]);
    else {
      const inner = partSecrets(value, [...path, key]);
      open.push([key, inner.open]);
      secrets.push(...inner.secrets);
    }
  }
  return { open: Object.fromEntries(open), secrets };
}

/**
 * A configuration of a settings file with the secrets of the catalogue's that it leaves out: exported files have none (SEMANTICS 8), and taking one
 * over must not lose them. One that is to go is written down empty.
 */
export function withKeptSecrets(wanted: unknown, present: unknown): unknown {
  if (!isBlock(wanted) || !isBlock(present)) return wanted;
  const kept = Object.entries(onlySecrets(present)).filter(([key]) => !Object.hasOwn(wanted, key));
  const named = Object.entries(wanted).map(([key, value]) => [
    key,
    Object.hasOwn(present, key) ? withKeptSecrets(value, present[key]) : value,
  ]);
  return Object.fromEntries([...named, ...kept]);
}

/** A block with nothing but its secrets, and the blocks that these stand in. */
function onlySecrets(block: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(block).flatMap(([key, value]): [string, unknown][] => {
    if (isSecret(key, value)) return [[key, value]];
    if (!isBlock(value)) return [];
    const inner = onlySecrets(value);
    return Object.keys(inner).length > 0 ? [[key, inner]] : [];
  });
  return Object.fromEntries(entries);
}
