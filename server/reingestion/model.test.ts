import { expect, it } from "vitest";
import { nothingRuns, stateWords } from "./model";

const span = (start: number, end: number) => `${start} to ${end}`;

it.each([
  [[], { start: 1, end: 9 }, /brought no delivery in this range; it has kept payloads from 1 to 9: choose/],
  [[], undefined, /no payload of it is kept; run the source over the range/],
  [[{ reason: "sealed", deliveries: 2 }], { start: 1, end: 9 }, /ingested: 2 of them: sealed; it has kept/],
  [[{ reason: "sealed", deliveries: 2 }], undefined, /ingested: 2 of them: sealed$/],
])("left out %j, kept %j: it is said why nothing runs, and what to do", (leftOut, kept, said) => {
  expect(nothingRuns({ leftOut, kept }, span)).toMatch(said);
});

it("what is done says whether some of it failed", () => {
  const outcomes = { ingested: 1, failed: 1, "left-out": 0, cancelled: 0 };
  expect(stateWords({ state: "done", outcomes })).toBe("done, some failed");
  expect(stateWords({ state: "running", outcomes })).toBe("running");
  expect(stateWords({ state: "done", outcomes: { ...outcomes, failed: 0 } })).toBe("done");
});
