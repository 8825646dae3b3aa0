import table from "./cf-table.json" with { type: "json" };

/** What CF's table says of a name. */
export type ResolvedName =
  | { readonly kind: "current"; readonly name: string; readonly canonicalUnit: string }
  /** A deprecated spelling that counts as known; `name` is the current one. */
  | { readonly kind: "alias"; readonly name: string; readonly canonicalUnit: string; readonly alias: string }
  | { readonly kind: "unknown"; readonly suggestions: readonly string[] };

/** Version of the CF standard name table in use. */
export const CF_TABLE_VERSION: number = table.version;

const unitOfName: ReadonlyMap<string, string> = new Map(
  Object.entries(table.names).flatMap(([unit, names]) =>
    names.split(" ").map((name) => [name, unit] as const),
  ),
);
const aliases: ReadonlyMap<string, string> = new Map(Object.entries(table.aliases));

/** Every current name with its canonical unit. */
export const CF_NAMES: Iterable<readonly [name: string, canonicalUnit: string]> = unitOfName;
/** Every deprecated spelling with the current name. */
export const CF_ALIASES: Iterable<readonly [alias: string, name: string]> = aliases;

/** Words that networks use where CF has another (cf-conventions appendix; spelling is American in CF). */
const SYNONYMS: Readonly<Record<string, string>> = {
  sulphur: "sulfur",
  temp: "temperature",
  humid: "humidity",
  gust: "gust",
  pm1: "pm1",
  rain: "rainfall",
  dewpoint: "dew_point",
  noise: "sound_pressure",
  sealevel: "sea_level",
};

/** Unit of a name under a modifier (CF appendix C); undefined keeps the name's own. */
const MODIFIERS: ReadonlyMap<string, string | undefined> = new Map([
  ["detection_minimum", undefined],
  ["standard_error", undefined],
  ["number_of_observations", "1"],
  ["status_flag", "1"],
]);

/**
 * Looks a standard name up; aliases are resolved to the current name (CF standard name table). A modifier behind a blank stays with the name
 * (CF 3.3: `air_temperature standard_error`).
 */
export function resolveStandardName(text: string): ResolvedName {
  const [bare = "", modifier = "", ...more] = text.split(" ");
  if (more.length > 0 || !MODIFIERS.has(modifier)) return resolveBareName(text);
  const found = resolveBareName(bare);
  if (found.kind === "unknown") return found;
  const modified = {
    name: `${found.name} ${modifier}`,
    canonicalUnit: MODIFIERS.get(modifier) ?? found.canonicalUnit,
  };
  return found.kind === "alias" ? { ...found, ...modified, alias: text } : { ...found, ...modified };
}

function resolveBareName(text: string): ResolvedName {
  const unit = unitOfName.get(text);
  if (unit !== undefined) return { kind: "current", name: text, canonicalUnit: unit };
  const current = aliases.get(text);
  if (current !== undefined) {
    return { kind: "alias", name: current, canonicalUnit: unitOfName.get(current) ?? "1", alias: text };
  }
  return { kind: "unknown", suggestions: suggestNames(text) };
}

/** The names nearest to one that CF does not know: by shared words, then by edit distance; at most `limit`. */
function suggestNames(text: string, limit = 5): readonly string[] {
  const normal = normalised(text);
  const asked = new Set(normal.split("_").filter((word) => word.length > 1));
  const scored = [...unitOfName.keys(), ...aliases.keys()].map((name) => ({
    name,
    score: overlap(asked, name),
  }));
  const near = scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 60)
    .map(({ name, score }) => ({
      name,
      score: score - distance(normal, name) / Math.max(normal.length, name.length),
    }))
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const current = near.map(({ name }) => aliases.get(name) ?? name);
  return [...new Set(current)].slice(0, limit);
}

function normalised(text: string): string {
  const words = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_")
    .split("_");
  return words.map((word) => SYNONYMS[word] ?? word).join("_");
}

/** Share of words in common; a word within one letter counts for a little less. */
function overlap(asked: ReadonlySet<string>, name: string): number {
  const words = name.split("_");
  let shared = 0;
  for (const word of words) {
    if (asked.has(word)) shared += 1;
    else if (word.length > 4 && [...asked].some((each) => each.length > 4 && distance(each, word) === 1))
      shared += 0.8;
  }
  return shared / (asked.size + words.length - shared);
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
