import { describe, expect, it } from "vitest";
import { storable } from "./storable";

describe("a text from outside, for PostgreSQL", () => {
  it.each([
    ["as it is", "Größe 😀\n\t", "Größe 😀\n\t"],
    ["NUL", "\0a\0", "\uFFFDa\uFFFD"],
    ["halves of pairs", "a\ud83d b\ude00", "a\uFFFD b\uFFFD"],
    ["too long", "a".repeat(2_001), `${"a".repeat(1_999)}…`],
    ["cut in the middle of a pair", `${"a".repeat(1_998)}😀bc`, `${"a".repeat(1_998)}\uFFFD…`],
  ])("%s", (_, text, expected) => {
    expect(storable(text)).toBe(expected);
  });
});
