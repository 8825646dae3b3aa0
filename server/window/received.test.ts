import { expect, it } from "vitest";
import { receivedOf } from "./received";

it("counts what came without what was withdrawn, and no station twice", () => {
  const answer = { rows: 60, stations: 3, withdrawn: false };
  expect(receivedOf([])).toEqual({ deliveries: 0, rows: 0, stationsAtLeast: 0 });
  expect(
    receivedOf([answer, { ...answer, stations: 5 }, { ...answer, stations: 9, withdrawn: true }]),
  ).toEqual({
    deliveries: 2,
    rows: 120,
    stationsAtLeast: 5,
  });
});
