import { afterEach, expect, it } from "vitest";
import { DATASET_AVAILABLE } from "../server/dataset/messages";
import { HOUR, parseInstant } from "../server/observation/time";
import { isQuiet, openTestLine, type TestLine } from "./line.testing";

const START = parseInstant("2026-03-01T00:00:00Z") ?? 0;

/** More than are judged in one transaction. */
const HOURS = 110;
const YAML = `sources:
  ioncannon:
    num_stations: 1
    measurement_frequency: PT30M
    late_share: 0
  scheduler:
    windows: []
`;

let line: TestLine;
afterEach(() => line.close());

const states = async () => {
  const { items } = await line.runtime.views.windows({ dataset: "ioncannon", limit: 500 });
  return items.map(({ state }) => state);
};
const all = (state: string) =>
  line.until(async () => {
    const found = await states();
    return found.length === HOURS && found.every((each) => each === state) && (await isQuiet(line));
  }, `all windows ${state}`);

const count = async (condition: string) =>
  (await line.db.rows(undefined, `SELECT 1 FROM "window" WHERE ${condition}`)).length;
const marks = () => count("look_again_us = 0");
/** Looked at again since what was in them is gone: they owe a build, or it is done, which for the first may be before the last is looked at. */
const judgedAgain = () => count("stale OR output = 'empty'");

it.each(["window.before-commit", "window.after-commit"])(
  "a delivery over many windows has all of them judged, also after kill -9 at %s; so has its withdrawal",
  async (point) => {
    line = await openTestLine(YAML);
    line.start(point);
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
    const { verbs } = line.runtime;
    await verbs.runSource({ name: "ioncannon", start: START, end: START + HOURS * HOUR, requestKey: "run" });
    await line.died();
    expect(await marks()).toBe(point === "window.after-commit" ? HOURS : 0);
    line.start();
    await all("built");
    const lanes = `SELECT DISTINCT lane FROM outbox WHERE route = $1`;
    expect(await line.db.rows(undefined, lanes, DATASET_AVAILABLE)).toEqual([{ lane: "backfill" }]);
    const [delivery] = (await line.runtime.views.ingests({ limit: 1 })).items;
    if (!delivery) throw new Error("there is no delivery");
    await line.kill();
    expect(await verbs.withdrawDelivery({ key: delivery.delivery })).toBe(HOURS);
    expect(await marks()).toBe(HOURS);
    line.start();
    // Products are withdrawn a minute later, when the deliveries are quiet.
    await line.until(
      async () => (await marks()) === 0 && (await judgedAgain()) === HOURS,
      "all judged again",
    );
  },
);
