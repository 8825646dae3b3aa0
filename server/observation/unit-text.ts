import { Invalid } from "../errors";

/** A word of a unit's text. Powers are those written right behind what they raise, or after `^` or `**`. */
export type UnitToken =
  | { readonly kind: "name" | "number"; readonly text: string }
  | { readonly kind: "power"; readonly exponent: number }
  | { readonly kind: "level"; readonly base: number }
  | { readonly kind: "*" | "/" | "(" | ")" | "@" };

// What UDUNITS takes for a letter. Digits stand inside a name (H2O), never at its end.
const LETTER = String.raw`[\p{L}_°℃℉′″]`;
const WORDS: readonly (readonly [RegExp, (text: string) => UnitToken | undefined])[] = [
  [/\s+(?:@|after|from|since|ref)\s+|\s*@\s*/iy, () => ({ kind: "@" })],
  [/\s*\/\s*|\s+per\s+/iy, () => ({ kind: "/" })],
  [/\s*[*·×]\s*|\.(?!\d)/y, () => ({ kind: "*" })],
  [/\s+/y, () => undefined],
  [/\(/y, () => ({ kind: "(" })],
  [/\)/y, () => ({ kind: ")" })],
  [/(?:log|lg)\(re:?\s+/iy, () => ({ kind: "level", base: 10 })],
  [/ln\(re:?\s+/iy, () => ({ kind: "level", base: Math.E })],
  [/lb\(re:?\s+/iy, () => ({ kind: "level", base: 2 })],
  [/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy, (text) => ({ kind: "number", text })],
  [new RegExp(`${LETTER}(?:(?:${LETTER}|\\d)*${LETTER})?|[%'"]`, "uy"), (text) => ({ kind: "name", text })],
  [/-/y, () => ({ kind: "*" })],
];
const RAISED = /\s*(?:\^|\*\*)\s*([+-]?\d+)/y;
const SUFFIX = /([+-]?\d+)/y;

/**
 * Cuts a unit's text (grammar of UDUNITS-2, without time stamps) into words.
 * @throws Invalid at a character that no word begins with, and at a broken power
 */
export function unitTokens(text: string): readonly UnitToken[] {
  const tokens: UnitToken[] = [];
  let at = 0;
  let raisable = false;
  while (at < text.length) {
    const exponent = matched(RAISED, text, at) ?? (raisable ? matched(SUFFIX, text, at) : undefined);
    if (exponent !== undefined) {
      at += exponent[0].length;
      if (/^\.\d/.test(text.slice(at))) throw new Invalid("powers are whole numbers");
      tokens.push({ kind: "power", exponent: Number(exponent[1]) });
      raisable = false;
      continue;
    }
    const [word, token] = wordAt(text, at);
    if (token !== undefined) tokens.push(token);
    at += word.length;
    raisable = token?.kind === "name" || token?.kind === ")";
  }
  return tokens;
}

function wordAt(text: string, at: number): readonly [string, UnitToken | undefined] {
  for (const [pattern, token] of WORDS) {
    const word = matched(pattern, text, at)?.[0];
    if (word !== undefined) return [word, token(word)];
  }
  throw new Invalid(`"${String.fromCodePoint(text.codePointAt(at) ?? 0)}" has no meaning in a unit`);
}

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
