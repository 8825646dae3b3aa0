import { describe, expect, it } from "vitest";
import type { Interval } from "../../observation/interval";
import { DAY, HOUR, MINUTE, parseInstant } from "../../observation/time";
import type { Row } from "../../ports/columnar";
import { IoncannonConfig } from "./config";
import { batchesOf } from "./index";
import { driftOf, isSilent, LATENESS, PROFILES, unansweredOf } from "./profiles";

const noon = parseInstant("2026-11-24T12:00:00Z") ?? Number.NaN;

async function rowsOf(window: Interval, changes: object): Promise<Row[]> {
  const config = IoncannonConfig.parse({ num_stations: 40, late_share: 0, ...changes });
  const rows: Row[] = [];
  for await (const batch of batchesOf(window, config, async () => {})) rows.push(...batch);
  return rows;
}

const keyOf = (row: Row) => `${row.station_id} ${row.datetime}`;
const span = (start: number, length: number): Interval => ({ start, end: start + length });

/** The rows of consecutive collections, each with the start of its collection. */
async function collected(whole: Interval, size: number, changes: object) {
  const found: { readonly row: Row; readonly start: number }[] = [];
  for (let start = whole.start; start < whole.end; start += size)
    for (const row of await rowsOf(span(start, size), changes)) found.push({ row, start });
  return found;
}

describe("profiles", () => {
  it.each(PROFILES)("%s: the same rows again, and others for another seed", async (profile) => {
    const window = span(noon, 3 * HOUR);
    const rows = await rowsOf(window, { profile });
    expect(rows.length).toBeGreaterThan(300);
    expect(await rowsOf(window, { profile })).toEqual(rows);
    expect(await rowsOf(window, { profile, seed: 2 })).not.toEqual(rows);
  });

  it.each([
    ["burst", 5 * MINUTE, HOUR],
    ["late", 5 * MINUTE, 26 * HOUR],
    ["late", 2 * HOUR, 26 * HOUR],
  ] as const)(
    "%s: over collections of %i µs each report comes exactly once",
    async (profile, size, reach) => {
      const whole = span(noon, 4 * HOUR);
      const found = await collected({ start: whole.start, end: whole.end + reach + size }, size, { profile });
      const own = found.filter(
        ({ row }) => Number(row.datetime) >= whole.start && Number(row.datetime) < whole.end,
      );
      expect(own.length).toBe(40 * 24);
      expect(new Set(own.map(({ row }) => keyOf(row))).size).toBe(own.length);
    },
  );

  it("burst: nothing until the hour, then an hour of the whole network", async () => {
    const found = await collected(span(noon, HOUR), 5 * MINUTE, { profile: "burst" });
    expect(new Set(found.map(({ start }) => start))).toEqual(new Set([noon]));
    expect(found.length).toBe(40 * 6);
    expect(Math.max(...found.map(({ row }) => Number(row.datetime)))).toBeLessThan(noon);
  });

  it("late: in time, after the window closed, and a day after", async () => {
    const rows = await rowsOf(span(noon, DAY), { profile: "late" });
    const before = rows.filter(({ datetime }) => Number(datetime) < noon);
    expect(before.some(({ datetime }) => Number(datetime) < noon - 25 * HOUR)).toBe(true);
    const day = await collected(span(noon, DAY), HOUR, { profile: "late" });
    const late = day.filter(({ row, start }) => Number(row.datetime) < start);
    expect(late.length / day.length).toBeGreaterThan(0.1);
    expect(late.length / day.length).toBeLessThan(0.3);
  });

  it("gaps: a station for six hours on end, the network for an hour", async () => {
    const rows = await rowsOf(span(noon, DAY), { profile: "gaps" });
    const steady = await rowsOf(span(noon, DAY), {});
    expect(rows.length / steady.length).toBeGreaterThan(0.6);
    expect(rows.length / steady.length).toBeLessThan(0.85);
    const there = new Set(rows.map(keyOf));
    for (const row of steady) {
      const index = Number(String(row.station_id).slice(6)) - 1;
      expect(there.has(keyOf(row))).toBe(!isSilent(1, index, Number(row.datetime)));
    }
    const hours = new Set(rows.map(({ datetime }) => Math.floor(Number(datetime) / HOUR)));
    expect(hours.size).toBeLessThan(24);
  });

  it("duplicates: the same again, another value, and again in a later collection", async () => {
    const rows = await rowsOf(span(noon, 3 * HOUR), { profile: "duplicates" });
    const values = new Map<string, Set<unknown>>();
    for (const row of rows)
      values.set(keyOf(row), (values.get(keyOf(row)) ?? new Set()).add(row.air_temperature));
    const conflicts = [...values.values()].filter((each) => each.size === 2).length;
    expect(values.size).toBe(40 * 18);
    expect(conflicts / values.size).toBeCloseTo(0.1, 1);
    expect(rows.length / values.size).toBeCloseTo(1.4, 1);
    const live = await collected(span(noon, 2 * HOUR), 5 * MINUTE, { profile: "duplicates" });
    const again = live.filter(({ row, start }) => Number(row.datetime) < start);
    expect(again.length).toBeGreaterThan(20);
    for (const { row, start } of again) expect(start - Number(row.datetime)).toBe(LATENESS);
  });

  it("drift: grows from nothing and stays within what is said", () => {
    let most = 0;
    for (let station = 0; station < 500; station++) {
      for (let day = 0; day < 200; day += 7) {
        const { clock, warmth, pressure } = driftOf(1, station, noon + day * DAY);
        const own = clock > 30 * MINUTE ? clock - HOUR : clock;
        expect(Number.isInteger(clock)).toBe(true);
        expect(Math.abs(own)).toBeLessThanOrEqual(22.5 * MINUTE);
        expect(Math.abs(warmth)).toBeLessThanOrEqual(4.5);
        expect(Math.abs(pressure)).toBeLessThanOrEqual(9);
        most = Math.max(most, Math.abs(warmth));
      }
    }
    expect(most).toBeGreaterThan(3);
  });

  it("outage: half of the ranges go without an answer, up to three times", () => {
    const counts = [0, 0, 0, 0];
    for (let hour = 0; hour < 6_000; hour++) {
      const start = noon + hour * HOUR;
      const unanswered = unansweredOf(1, start, start + HOUR);
      counts[unanswered] = (counts[unanswered] ?? 0) + 1;
    }
    expect(counts.length).toBe(4);
    for (const [index, share] of [0.5, 1 / 6, 1 / 6, 1 / 6].entries())
      expect((counts[index] ?? 0) / 6_000).toBeCloseTo(share, 1);
  });
});
