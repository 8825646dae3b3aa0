import { errorText, Invalid } from "../errors";
import { rational } from "./rational";
import { logarithmOf, numberUnit, product, raised, type Unit } from "./unit";
import { unitOfWord } from "./unit-lookup";
import { unitSpelling } from "./unit-spelling";
import { type UnitToken, unitTokens } from "./unit-text";

export type ParsedUnit =
  /** `text` is what was read; `aliased` when that is not, or not only by its blanks, what was given. */
  | { readonly ok: true; readonly unit: Unit; readonly text: string; readonly aliased: boolean }
  | { readonly ok: false; readonly reason: string };

const LONGEST = 200;

/**
 * Reads a unit as UDUNITS 2.2.28 does (the units of CF), and besides it dB and the spellings of the networks (`unit-spelling.ts`). An empty text
 * is a plain number. A text may be a good unit and yet not the one that was meant: compare its dimension with that of the standard name
 * (`unitFault`).
 * @returns the unit, or one sentence that says why the text is none
 */
export function parseUnit(given: string): ParsedUnit {
  if (given.length > LONGEST) return { ok: false, reason: `a unit of ${given.length} characters is none` };
  const spelling = unitSpelling(given);
  if (!spelling.ok) return spelling;
  try {
    return { ok: true, unit: unitOf(spelling.text), text: spelling.text, aliased: spelling.aliased };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const why = errorText(error);
    // Of a text that is one word nothing is said twice.
    const whole = why === unknown(given.trim());
    return { ok: false, reason: whole ? `${why} as a unit` : `"${given}" is no unit: ${why}` };
  }
}

const unknown = (word: string) => `"${word}" is not known`;

interface Reader {
  readonly tokens: readonly UnitToken[];
  at: number;
}

function unitOf(text: string): Unit {
  if (text === "") return numberUnit(rational("1"));
  const reader: Reader = { tokens: unitTokens(text), at: 0 };
  const unit = shifted(reader);
  if (reader.at < reader.tokens.length) throw new Invalid("it goes on after its end");
  return unit;
}

/** product [@ number]: the number is the unit's zero, in that unit without its shift. */
function shifted(reader: Reader): Unit {
  const unit = productOf(reader);
  if (peek(reader)?.kind !== "@") return unit;
  reader.at += 1;
  const zero = next(reader);
  if (zero?.kind !== "number")
    throw new Invalid("a zero is a number; times as `days since` are no units here");
  if (unit.logarithm !== undefined) throw new Invalid("a logarithmic unit has no zero");
  return { ...unit, offset: product(numberUnit(numberOf(zero.text)), unit).scale };
}

/** Products and quotients, from left to right; a blank multiplies. */
function productOf(reader: Reader): Unit {
  let unit = powerOf(reader);
  for (;;) {
    const operator = peek(reader)?.kind;
    if (operator === undefined || operator === ")" || operator === "@") return unit;
    if (operator === "*" || operator === "/") reader.at += 1;
    unit = product(unit, powerOf(reader), operator === "/" ? -1 : 1);
  }
}

function powerOf(reader: Reader): Unit {
  const unit = basic(reader);
  const token = peek(reader);
  if (token?.kind !== "power") return unit;
  reader.at += 1;
  return raised(unit, token.exponent);
}

function basic(reader: Reader): Unit {
  const token = next(reader);
  if (token === undefined) throw new Invalid("something is missing at its end");
  switch (token.kind) {
    case "number": {
      const number = numberOf(token.text);
      if (number.top <= 0n)
        throw new Invalid(`${token.text} is no factor; a power stands right behind its unit`);
      return numberUnit(number);
    }
    case "name": {
      const unit = unitOfWord(token.text, unitOf);
      if (unit === undefined) throw new Invalid(unknown(token.text));
      return unit;
    }
    case "(":
      return closed(reader, shifted(reader));
    case "level":
      return closed(reader, logarithmOf(productOf(reader), token.base));
    default:
      throw new Invalid(`a "${token.kind}" stands where a unit is wanted`);
  }
}

function closed(reader: Reader, unit: Unit): Unit {
  if (next(reader)?.kind !== ")") throw new Invalid("a parenthesis is not closed");
  return unit;
}

function numberOf(text: string) {
  if (Math.abs(Number(/e(.*)$/i.exec(text)?.[1] ?? 0)) > 100) throw new Invalid(`${text} is beyond any use`);
  return rational(text);
}

function peek(reader: Reader): UnitToken | undefined {
  return reader.tokens[reader.at];
}

function next(reader: Reader): UnitToken | undefined {
  const token = reader.tokens[reader.at];
  reader.at += 1;
  return token;
}
