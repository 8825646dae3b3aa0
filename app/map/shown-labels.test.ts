import { expect, it } from "vitest";
import { lineAt, placeOfLabel } from "./shown-labels";

const names = ["st-1", "Köln, 7", ""];
const parts = names.map((name) => new TextEncoder().encode(name));
const numbers = Float64Array.of(1, 2, 3);
const shown = {
  labels: Uint8Array.from(parts.flatMap((part) => [...part])),
  ends: Uint32Array.from(parts, (_, i) => parts.slice(0, i + 1).reduce((sum, part) => sum + part.length, 0)),
  lon: numbers,
  lat: numbers,
  value: numbers,
  time: numbers,
  vertices: new Float32Array(),
  passedOver: [],
  observations: 3,
  unplaced: 0,
  missing: 0,
  box: undefined,
  fit: undefined,
};

it("a place has its name, and a name its place", () => {
  expect(names.map((_, place) => lineAt(shown, place)?.label)).toEqual(names);
  expect(names.map((name) => placeOfLabel(shown, name))).toEqual([0, 1, 2]);
});

it("there is no other place and no other name", () => {
  expect(lineAt(shown, 3)).toBeUndefined();
  expect(lineAt(shown, -1)).toBeUndefined();
  expect(placeOfLabel(shown, "st-")).toBe(-1);
});
