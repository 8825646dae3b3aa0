import { expect, it } from "vitest";
import { placeOf, TextTable, textAt } from "./text-table";

function tableOf(names: readonly string[]) {
  const table = new TextTable();
  const places = names.map((name) => {
    // In the midst of other bytes, as in a column.
    const bytes = new TextEncoder().encode(`<${name}>`);
    return table.add(bytes, 1, bytes.length - 1);
  });
  return { table, places };
}

it("the same text has the same place, however many there are", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `station-${i % 7_000}`);
  const { table, places } = tableOf(names);
  expect(table.length).toBe(7_000);
  expect(places).toEqual(names.map((_, i) => i % 7_000));
  expect(textAt(table.texts(), 6_999)).toBe("station-6999");
});

it("texts that begin alike, the empty one and those of many bytes are told apart", () => {
  const names = ["st", "st-1", "", "Köln, 7", "st-11", "\u{1f327}"];
  const { table, places } = tableOf(names);
  expect(places).toEqual([0, 1, 2, 3, 4, 5]);
  const all = table.texts();
  expect(names.map((_, place) => textAt(all, place))).toEqual(names);
});

it("is handed over whole, or some of it in another order and more than once", () => {
  const { table } = tableOf(["a", "", "ccc"]);
  const all = table.texts();
  expect([0, 1, 2].map((place) => textAt(all, place))).toEqual(["a", "", "ccc"]);
  expect(placeOf(all, "ccc")).toBe(2);
  expect(placeOf(all, "cc")).toBe(-1);
  const some = table.texts([2, 0, 0, 1]);
  expect([0, 1, 2, 3].map((place) => textAt(some, place))).toEqual(["ccc", "a", "a", ""]);
  expect(some.bytes).toHaveLength(5);
});
