import { type Rational, rational, times } from "./rational";
import { numberUnit, prefixed, type Unit } from "./unit";
import { BASE_UNITS, PREFIXES, UNITS } from "./unit-table";

const definitions = { names: new Map<string, string>(), symbols: new Map<string, string>() };
for (const [definition, names, symbols] of UNITS) {
  // A base unit is its own definition, by its symbol.
  const meaning = definition === "" ? (symbols.split(" ")[0] ?? "") : definition;
  for (const entry of words(names)) {
    const [singular = "", plural = pluralOf(singular)] = entry.split(":");
    definitions.names.set(singular.toLowerCase(), meaning);
    definitions.names.set(plural.toLowerCase(), meaning);
  }
  for (const symbol of words(symbols)) definitions.symbols.set(symbol, meaning);
}

interface Prefix {
  readonly text: string;
  readonly factor: Rational;
}
const longestFirst = (a: Prefix, b: Prefix) => b.text.length - a.text.length;
const prefixNames = PREFIXES.map(([factor, text]) => ({ text, factor: rational(factor) })).sort(longestFirst);
const prefixSymbols = PREFIXES.flatMap(([factor, , symbols]) =>
  words(symbols).map((text) => ({ text, factor: rational(factor) })),
).sort(longestFirst);

const known = new Map<string, Unit>();

/**
 * The unit of a name or symbol, with or without prefixes; undefined when there is none. As in UDUNITS the whole word goes before its parts,
 * names may have several prefixes by name, and one prefix by symbol.
 * @param parse reads the definition of a unit
 */
export function unitOfWord(word: string, parse: (definition: string) => Unit): Unit | undefined {
  let rest = word;
  let prefix = rational("1");
  let symbolSeen = false;
  while (rest !== "") {
    const definition = definitions.names.get(rest.toLowerCase()) ?? definitions.symbols.get(rest);
    if (definition !== undefined) return prefixed(unitOfDefinition(definition, parse), prefix);
    const lower = rest.toLowerCase();
    const byName = prefixNames.find(({ text }) => lower.startsWith(text));
    const bySymbol = symbolSeen ? undefined : prefixSymbols.find(({ text }) => rest.startsWith(text));
    const found = byName ?? bySymbol;
    if (found === undefined) return undefined;
    symbolSeen ||= byName === undefined;
    prefix = times(prefix, found.factor);
    rest = rest.slice(found.text.length);
  }
  return undefined;
}

function unitOfDefinition(definition: string, parse: (definition: string) => Unit): Unit {
  const seen = known.get(definition);
  if (seen !== undefined) return seen;
  const base = BASE_UNITS.find((each) => each === definition);
  const unit =
    base === undefined ? parse(definition) : { ...numberUnit(rational("1")), dimension: { [base]: 1 } };
  known.set(definition, unit);
  return unit;
}

function words(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** The plural that UDUNITS forms of a name. */
function pluralOf(name: string): string {
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/i.test(name) ? `${name}es` : `${name}s`;
}
