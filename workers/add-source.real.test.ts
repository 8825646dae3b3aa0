import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR, parseInstant } from "../server/observation/time";
import { commandsOn, QUIET_YAML } from "./cli.testing";
import { openTestLine, type TestLine } from "./line.testing";

let line: TestLine;
const { ask, json } = commandsOn(() => line);
const START = parseInstant("2026-11-01T00:00:00Z") ?? 0;

beforeAll(async () => {
  line = await openTestLine(QUIET_YAML);
  line.start();
  await line.until(async () => (await line.runtime.catalog.sources()).length > 0, "the first content");
});
afterAll(() => line.close());

it("another source of a kind works at once, into a dataset of its own, and survives an export", async () => {
  expect(await json("source", "add", "north", "--kind", "ioncannon", "--dataset", "north_air")).toEqual({
    name: "north",
    dataset: "north_air",
  });
  await json("source", "configure", "north", "num_stations=2", "late_share=0");
  await json("source", "run", "north", "--from", "2026-11-01T00:00:00Z", "--to", "2026-11-01T01:00:00Z");
  const window = { dataset: "north_air", start: START, end: START + HOUR };
  await line.until(async () => {
    const { items } = await line.runtime.views.windows({ dataset: "north_air", limit: 5 });
    return items.some(({ start, state }) => start === START && state === "built");
  }, "the window of the added source");
  const built = await line.runtime.views.window("north_air", START, window.end);
  expect(built).toMatchObject({ stations: 2, synthetic: true });
  expect((await line.runtime.views.windows({ dataset: "ioncannon", limit: 5 })).items).toEqual([]);

  const source = await line.runtime.catalog.source("north");
  expect(source).toMatchObject({
    enabled: false,
    kind: "ioncannon",
    config: { num_stations: 2, late_share: 0 },
  });
  expect(await line.runtime.catalog.schedules("north")).toHaveLength(1);
  const { yaml } = await json("config", "export");
  expect(yaml).toContain("kind: ioncannon");
  const [added] = (await json("audit", "list")).filter(({ what }: { what: string }) => what === "source add");
  expect(added).toMatchObject({ subject: "north", who: "local" });
  expect(JSON.stringify(added)).toContain("north_air");
});

it.each([
  [["north", "--kind", "ioncannon"], "already"],
  [["south", "--kind", "ioncannon", "--dataset", "ioncannon"], "already"],
  [["south", "--kind", "no-kind"], "there are: ioncannon"],
  [["South", "--kind", "ioncannon"], "small letter"],
  [["new", "--kind", "ioncannon"], "choose another"],
])("%j is refused", async (given, words) => {
  const answer = await ask("source", "add", ...given);
  expect(answer.code).toBe(2);
  expect(answer.err).toContain(words);
});
