import { afterAll, beforeAll, expect, it } from "vitest";
import { isQuiet, openTestLine, type TestLine } from "./line.testing";

let line: TestLine;

beforeAll(async () => {
  line = await openTestLine("sources:\n  ioncannon:\n    num_stations: 40\n    late_share: 0.3\n");
  line.start();
});
afterAll(() => line.close());

it("shows a new user nothing that waits: six whole hours and the open one", async () => {
  const windows = async () => (await line.runtime.views.windows({ limit: 99 })).items;
  let found = await windows();
  const filled = async () => {
    found = await windows();
    const of = (wanted: string) => found.filter(({ state }) => state === wanted).length;
    // An hour that ends just now waits for its last five minutes, which the schedule asks for in a moment.
    return of("built") >= 6 && of("waiting") === 0 && (await isQuiet(line));
  };
  await line.until(filled, "the first fill, and nothing that waits");
  expect(found.length).toBeGreaterThanOrEqual(6);
  expect(found.length).toBeLessThanOrEqual(8);
});
