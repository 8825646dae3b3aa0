import { describe, expect, it } from "vitest";
import { ALL, chosenOf, isSelected, NONE, type Selection, toggled } from "./selection";

const SHOWN = ["a", "b", "c", "d", "e"];
const click = (selection: Selection, key: string, shift = false) => toggled(selection, key, SHOWN, shift);
const keys = (selection: Selection) => chosenOf(selection, SHOWN).join("");

describe("a selection of letters", () => {
  it("takes and gives back one at a time", () => {
    const one = click(NONE, "b");
    expect(keys(one)).toBe("b");
    expect(keys(click(one, "d"))).toBe("bd");
    expect(keys(click(one, "b"))).toBe("");
  });

  it("takes and gives back a range with Shift, in both directions", () => {
    expect(keys(click(click(NONE, "b"), "d", true))).toBe("bcd");
    expect(keys(click(click(NONE, "d"), "b", true))).toBe("bcd");
    const most = click(click(NONE, "a"), "e", true);
    expect(keys(click(click(most, "b"), "d", true))).toBe("ae");
    expect(keys(click(NONE, "c", true))).toBe("c");
  });

  it("of all that match is all that is shown, and without one the others that are shown", () => {
    expect(isSelected(ALL, "not shown")).toBe(true);
    const without = click(ALL, "c");
    expect(keys(without)).toBe("abde");
    expect(isSelected(without, "not shown")).toBe(false);
  });

  it("forgets what is no longer there", () => {
    expect(chosenOf(click(click(NONE, "a"), "b"), ["b", "x"])).toEqual(["b"]);
  });
});
