import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, type Micros, parseInstant } from "../server/observation/time";
import type { Row } from "../server/ports/columnar";
import { sourcePlugins } from "../server/source";
import { IoncannonConfig } from "../server/source/ioncannon/config";
import { batchesOf } from "../server/source/ioncannon/index";
import { PROFILES, type ProfileName, unansweredOf } from "../server/source/ioncannon/profiles";
import { QUIET_YAML } from "./cli.testing";
import { isQuiet, openTestLine, type TestLine } from "./line.testing";

const START = parseInstant("2025-03-01T00:00:00Z") ?? Number.NaN;
const FLOOR = parseInstant("2010-01-01T00:00:00Z") ?? Number.NaN;
const LENGTH: Micros = 2 * HOUR;
const name = "ioncannon";
const [plugin] = sourcePlugins.filter(({ kind }) => kind === name);

/** What a row must become by SEMANTICS 2 and 3, read off its cells: undefined for a kept one. */
function fateOf(row: Row): string | undefined {
  const time = typeof row.datetime === "number" ? row.datetime : parseInstant(String(row.datetime ?? ""));
  if (time === undefined) return "no time";
  if (time > Date.now() * 1_000 + 10 * MINUTE) return "future";
  if (time < FLOOR) return "before the dataset's floor";
  if (String(row.station_id ?? "").trim() === "") return "no identity";
  const values = plugin?.map({}).canonical_variables.map(({ column }) => String(row[column] ?? "").trim());
  return values?.some((text) => text !== "" && Number.isFinite(Number(text))) ? undefined : "no value";
}

describe("every profile of IonCannon on the whole line", () => {
  let line: TestLine;
  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  });
  afterAll(() => line.close());

  /** The range of a profile: days apart from the others', so that nothing late of one lies in another's windows. */
  const rangeOf = (profile: ProfileName) => {
    const config = IoncannonConfig.parse({ num_stations: 150, profile });
    let start = START + PROFILES.indexOf(profile) * 5 * DAY;
    while (profile === "outage" && unansweredOf(config.seed, start, start + LENGTH) < 2) start += HOUR;
    return { config, range: { start, end: start + LENGTH } };
  };

  it.each(PROFILES)("%s: every row is kept or rejected with its reason", async (profile) => {
    const { config, range } = rangeOf(profile);
    const sent: Row[] = [];
    for await (const batch of batchesOf(range, config, async () => {})) sent.push(...batch);
    expect(sent.length).toBeGreaterThan(500);
    const kept = sent.filter((row) => fateOf(row) === undefined);
    const rejected: Record<string, number> = {};
    for (const row of sent) {
      const fate = fateOf(row);
      if (fate !== undefined) rejected[fate] = (rejected[fate] ?? 0) + 1;
    }

    await line.db.execute(
      undefined,
      `UPDATE source SET config = $1::jsonb WHERE name = $2`,
      JSON.stringify(config),
      name,
    );
    const { runId } = await line.runtime.verbs.runSource({ name, ...range, requestKey: profile });
    const done = async () =>
      (await line.runtime.catalog.run(runId))?.state === "done" && (await isQuiet(line));
    await line.until(done, `the run of ${profile}`);

    const run = await line.runtime.catalog.run(runId);
    expect(run?.rows).toBe(sent.length);
    expect(run?.attempts).toBe(profile === "outage" ? unansweredOf(1, range.start, range.end) + 1 : 1);
    const [generation] = await line.db.rows<{ id: number; rows: number; rows_rejected: number }>(
      undefined,
      `SELECT g.id, g.rows, g.rows_rejected FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE d.start_us = $1`,
      range.start,
    );
    expect(generation).toMatchObject({ rows: kept.length, rows_rejected: sent.length - kept.length });
    const reasons = await line.db.rows<{ reason: string; count: number }>(
      undefined,
      `SELECT reason, count FROM rejection WHERE generation_id = $1`,
      generation?.id ?? 0,
    );
    expect(Object.fromEntries(reasons.map(({ reason, count }) => [reason, count]))).toEqual(rejected);
    expect(reasons.length).toBe(profile === "hostile" ? 5 : 0);

    // And what was kept is in the products, once per station and time.
    const { items } = await line.runtime.views.windows({ dataset: name, limit: 500 });
    const claimed = items.filter(({ start, end }) => start >= range.start && end <= range.end);
    expect(claimed.map(({ state }) => state)).toEqual(["built", "built"]);
    const identities = new Set(
      kept.flatMap(({ datetime, station_id }) => {
        const time = typeof datetime === "number" ? datetime : (parseInstant(String(datetime)) ?? 0);
        return time >= range.start && time < range.end ? [`${time} ${station_id}`] : [];
      }),
    );
    expect(claimed.reduce((sum, { rows }) => sum + rows, 0)).toBe(identities.size);
    expect(await line.runtime.inbox.deadLetters(5, 0)).toEqual([]);
  });
});
