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
  const built = async () => (await windows()).filter(({ state }) => state === "built").length;
  await line.until(async () => (await built()) >= 6 && (await isQuiet(line)), "the first fill");
  const found = await windows();
  expect(found.filter(({ state }) => state === "waiting")).toEqual([]);
  expect(found.length).toBeGreaterThanOrEqual(6);
  expect(found.length).toBeLessThanOrEqual(8);
});
