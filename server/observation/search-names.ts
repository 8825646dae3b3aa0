import { DESCRIBED_NAMES, nameDescription, officialEntry } from "./name-descriptions";
import { networkPhrases } from "./network-phrases";
import { CF_ALIASES, CF_NAMES } from "./standard-name";
import { unitFault } from "./unit-fault";

/** A standard name that was found. */
export interface FoundName {
  readonly name: string;
  readonly canonicalUnit: string;
  /** Ours, for the names that weather networks use. */
  readonly description: string | undefined;
  /** The deprecated spelling that was asked for, where that is what was found. */
  readonly alias: string | undefined;
  /** Where CF's table says it in full. */
  readonly link: string;
}

interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly description: string | undefined;
  /** Place among the names that have a description, the commonest first; behind them by length. */
  readonly rank: number;
  readonly words: readonly string[];
  /** Of our description, and of what networks call it. */
  readonly described: readonly string[];
  readonly phrases: readonly string[];
  readonly aliases: readonly { readonly alias: string; readonly words: readonly string[] }[];
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[^a-z0-9.µ]+/)
    .filter((word) => word !== "");

/** What people say, and the word of CF's names. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  temp: ["temperature"],
  rh: ["relative", "humidity"],
  dewpoint: ["dew", "point"],
  humid: ["humidity"],
  rain: ["rain", "rainfall", "precipitation"],
  noise: ["noise", "sound"],
  sun: ["sun", "sunshine", "solar", "shortwave"],
  solar: ["solar", "shortwave"],
  global: ["global", "shortwave"],
  uv: ["uv", "ultraviolet"],
  sulphur: ["sulfur"],
  baro: ["pressure"],
  vapour: ["vapor", "vapour"],
};

let entries: readonly Entry[] | undefined;

/** Cut into words once, when somebody searches: five thousand names. */
function allEntries(): readonly Entry[] {
  if (entries) return entries;
  const aliasesOf = new Map<string, { alias: string; words: string[] }[]>();
  for (const [alias, name] of CF_ALIASES)
    aliasesOf.set(name, [...(aliasesOf.get(name) ?? []), { alias, words: wordsOf(alias) }]);
  entries = [...CF_NAMES].map(([name, unit]) => {
    const description = nameDescription(name);
    const phrases = networkPhrases(name);
    return {
      name,
      unit,
      description,
      rank: description === undefined ? DESCRIBED_NAMES.length + name.length : DESCRIBED_NAMES.indexOf(name),
      words: wordsOf(name),
      described: wordsOf([description ?? "", ...phrases].join(" ")),
      phrases,
      aliases: aliasesOf.get(name) ?? [],
    };
  });
  return entries;
}

/** A word without what English puts behind it: `gusts`, `raining` and `cloudy` find gust, rain and cloud. */
function stemOf(word: string): string {
  const stem = word.replace(/(?:iness|ness|ings?|es|s|ed|y)$/, "");
  return stem.length < SHORTEST_STEM ? word : stem;
}
const SHORTEST_STEM = 4;

/**
 * Searches the whole table by words of names, of our descriptions, of what networks call them and of deprecated spellings, and by units: `temperature degF`
 * finds temperatures. Every word must be found, if need be by its stem; those that begin a name's own word count most, and what weather networks use comes first.
 */
export function searchNames(asked: string, limit: number): readonly FoundName[] {
  const text = asked.trim().toLowerCase().slice(0, 200);
  const words = asked
    .trim()
    .slice(0, 200)
    .split(/[\s_,]+/)
    .filter((word) => word !== "");
  const looks = words.map((word) => ({
    word,
    starts: SAID[word.toLowerCase()] ?? [word.toLowerCase()],
    stems: [stemOf(word.toLowerCase())],
    fits: fitting(word),
  }));
  const found = allEntries().flatMap((entry) => {
    const scored = scoreOf(entry, looks, text.replaceAll(/\s+/g, "_"), asked.trim());
    return scored === undefined ? [] : [{ entry, ...scored }];
  });
  found.sort(
    (a, b) => b.score - a.score || a.entry.rank - b.entry.rank || (a.entry.name < b.entry.name ? -1 : 1),
  );
  return found.slice(0, limit).map(({ entry: { name, unit, description }, alias }) => ({
    name,
    canonicalUnit: unit,
    description,
    alias,
    link: officialEntry(name),
  }));
}

/** More than any words of a name come to, and less than a name that is asked for in full. */
const UNIT_ASKED = 15;
/** What is asked for is what networks call it, word for word. */
const PHRASE_ASKED = 10;

interface Look {
  /** As it was typed: units know capitals. */
  readonly word: string;
  /** Beginnings of words, any of which will do. */
  readonly starts: readonly string[];
  /** The same without the word's ending: counts less. */
  readonly stems: readonly string[];
  /** Whether it is a unit for values of this canonical unit. */
  readonly fits: (canonicalUnit: string) => boolean;
}

function scoreOf(
  entry: Entry,
  looks: readonly Look[],
  whole: string,
  asked: string,
): { score: number; alias: string | undefined } | undefined {
  let score = entry.description === undefined ? 0 : 3;
  let alias: string | undefined;
  // A unit as it is spelt is meant as that: `K` is no beginning of `kinetic`.
  if (asked === entry.unit) return { score: score + UNIT_ASKED - entry.words.length / 10, alias };
  for (const { starts, stems, fits, word } of looks) {
    const begins = (words: readonly string[], by = starts) =>
      words.some((word) => by.some((start) => word.startsWith(start)));
    if (word === entry.unit) score += 4;
    else if (starts.some((start) => entry.words.includes(start))) score += 3;
    else if (begins(entry.words)) score += 2;
    else if (begins(entry.described) || begins(entry.words, stems)) score += 1.5;
    else if (begins(entry.described, stems)) score += 1.2;
    else if (fits(entry.unit)) score += 1;
    else {
      const former = entry.aliases.find(({ words }) => begins(words));
      if (former === undefined) return undefined;
      alias = former.alias;
    }
  }
  const former = entry.aliases.find((each) => each.alias === whole)?.alias;
  if (entry.phrases.includes(asked.toLowerCase().replaceAll(/[\s_]+/g, " "))) score += PHRASE_ASKED;
  if (entry.name === whole || former !== undefined) score += 20;
  // Of two names that hold all words, the one of fewer words is meant.
  return { score: score - entry.words.length / 10, alias: former ?? alias };
}

/** Of a word that is a unit with a dimension: which canonical units it fits. There are a hundred of them for five thousand names. */
function fitting(word: string): Look["fits"] {
  if (/^[\d.]+$/.test(word)) return () => false;
  const known = new Map<string, boolean>();
  return (canonicalUnit) => {
    const before = known.get(canonicalUnit);
    if (before !== undefined) return before;
    const fits = unitFault(word, canonicalUnit) === undefined;
    known.set(canonicalUnit, fits);
    return fits;
  };
}
