import { expect, it } from "vitest";
import { concerned, debouncedNouns, NOUNS } from "./nouns";

it.each([
  ['{"noun":"run","key":"x"}', ["source", "line"]],
  ['{"noun":"dead-letter"}', ["deadLetter", "line"]],
  ['{"noun":"of a later version"}', NOUNS],
  ["{}", NOUNS],
  ["not JSON", NOUNS],
])("%s concerns %j", (data, routers) => {
  expect(concerned(data)).toEqual(routers);
});

it("tells once of all that was gathered", async () => {
  const told = await new Promise<readonly string[]>((resolve) => {
    const gather = debouncedNouns(1, resolve);
    gather.add('{"noun":"outbox"}');
    gather.add('{"noun":"inbox"}');
    gather.add('{"noun":"source"}');
  });
  expect(told).toEqual(["line", "source"]);
});
