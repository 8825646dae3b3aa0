import { expect, it } from "vitest";
import { ReasonClass } from "../../server/window/model";
import { REASON_WORDS, reasonsOf } from "./reason-words";

it("has words of its own for every class", () => {
  expect(Object.keys(REASON_WORDS).toSorted()).toEqual(ReasonClass.options.toSorted());
  expect(new Set(Object.values(REASON_WORDS)).size).toBe(ReasonClass.options.length);
});

it.each([
  [null, undefined],
  ["", undefined],
  ["no-such-class", undefined],
  ["rejected", ["rejected"]],
  ["rejected,missing,no-such-class,rejected", ["missing", "rejected"]],
])("reads %s off an address", (text, reasons) => {
  expect(reasonsOf(text)).toEqual(reasons);
});
