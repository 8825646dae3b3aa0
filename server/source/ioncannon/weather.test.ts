import { describe, expect, it } from "vitest";
import { DAY, HOUR, parseInstant } from "../../observation/time";
import { type Box, clipBox, isInside, LAND } from "./land";
import { type Station, stationsIn } from "./stations";
import { climateOf, type Weather, weatherAt } from "./weather";

const EUROPE: Box = [35, 71, -11, 35];
const newYear = parseInstant("2026-01-01T00:00:00Z") ?? Number.NaN;
const stationAt = (lat: number, lon: number, altitude = 100): Station => ({
  index: 0,
  id: "S",
  lat,
  lon,
  altitude,
});

/** Mean air temperature (degC) over days of the year, every two hours but for those given. */
function meanTemperature(station: Station, from: number, days: number, hours?: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (let day = from; day < from + days; day++) {
    for (const hour of hours ?? [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]) {
      sum += weatherAt(climateOf(1), station, newYear + day * DAY + hour * HOUR).air_temperature;
      count++;
    }
  }
  return sum / count;
}

describe("stations", () => {
  it.each<[string, Box]>([
    ["Europe", EUROPE],
    ["the seed's box", [47, 55, 5, 15]],
    ["a small box", [51.2, 51.3, 9.1, 9.4]],
  ])("stand inside %s and on land", (_name, bounds) => {
    for (const { lat, lon, altitude, id } of stationsIn(7, 2_000, bounds)) {
      expect(isInside(lat, lon, bounds), id).toBe(true);
      expect(
        LAND.some((box) => isInside(lat, lon, box)),
        id,
      ).toBe(true);
      expect(altitude).toBeGreaterThanOrEqual(2);
      expect(altitude).toBeLessThan(3_500);
    }
  });

  it("use bounds without known land whole", () => {
    const bounds: Box = [-30, -20, 20, 30];
    expect(LAND.some((box) => clipBox(box, bounds))).toBe(false);
    for (const { lat, lon } of stationsIn(1, 50, bounds)) expect(isInside(lat, lon, bounds)).toBe(true);
  });

  it("spread over most of the land, without two at one place", () => {
    const stations = [...stationsIn(1, 5_000, EUROPE)];
    expect(new Set(stations.map(({ lat, lon }) => `${lat} ${lon}`)).size).toBeGreaterThan(4_990);
    const used = LAND.filter((box) => stations.some(({ lat, lon }) => isInside(lat, lon, box)));
    expect(used.length).toBeGreaterThan(LAND.length * 0.85);
  });

  it("stay when the network grows, and differ by seed", () => {
    const few = [...stationsIn(1, 10, EUROPE)];
    expect([...stationsIn(1, 100, EUROPE)].slice(0, 10)).toEqual(few);
    expect([...stationsIn(2, 10, EUROPE)]).not.toEqual(few);
    expect(few[0]?.id).toBe("SYNTH_00001");
  });
});

describe("weather", () => {
  const RANGES: Readonly<Record<keyof Weather, readonly [low: number, high: number]>> = {
    air_temperature: [-45, 48],
    dew_point_temperature: [-60, 32],
    relative_humidity: [5, 100],
    air_pressure_at_mean_sea_level: [950, 1060],
    surface_air_pressure: [600, 1060],
    wind_speed: [0, 45],
    wind_from_direction: [0, 359],
    precipitation: [0, 12],
  };

  it.each([1, 2, 99])("is believable all year with seed %i", (seed) => {
    const climate = climateOf(seed);
    let rain = 0;
    let count = 0;
    for (const station of stationsIn(seed, 60, EUROPE)) {
      for (let hour = 0; hour < 8_760; hour += 23) {
        const weather = weatherAt(climate, station, newYear + hour * HOUR);
        for (const [name, [low, high]] of Object.entries(RANGES)) {
          const value = weather[name as keyof Weather];
          if (!(value >= low && value <= high)) expect.unreachable(`${name} = ${value}`);
        }
        if (weather.dew_point_temperature > weather.air_temperature) expect.unreachable("dew point");
        if (weather.surface_air_pressure > weather.air_pressure_at_mean_sea_level + 0.1)
          expect.unreachable("pressure");
        rain += weather.precipitation;
        count++;
      }
    }
    // Ten-minute sums over a year: between a desert and a rain forest.
    const yearly = (rain / count) * 6 * 24 * 365;
    expect(yearly).toBeGreaterThan(200);
    expect(yearly).toBeLessThan(2_500);
  });

  it.each<[string, () => readonly [warm: number, cold: number]]>([
    [
      "in July than in January",
      () => [meanTemperature(stationAt(50, 10), 185, 25), meanTemperature(stationAt(50, 10), 5, 25) + 8],
    ],
    [
      "after noon than before dawn",
      () => [
        meanTemperature(stationAt(50, 10), 170, 40, [13, 14]),
        meanTemperature(stationAt(50, 10), 170, 40, [2, 3]) + 2,
      ],
    ],
    [
      "in Andalusia than in Lapland",
      () => [meanTemperature(stationAt(38, -4), 0, 365), meanTemperature(stationAt(67, 26), 0, 365) + 8],
    ],
    [
      "in the valley than on the mountain",
      () => [
        meanTemperature(stationAt(47, 10, 300), 90, 20),
        meanTemperature(stationAt(47, 10, 2_000), 90, 20) + 9,
      ],
    ],
    [
      "in an Irish January than in a Russian one",
      () => [meanTemperature(stationAt(54, -8), 0, 31), meanTemperature(stationAt(54, 34), 0, 31) + 5],
    ],
  ])("is warmer %s", (_name, temperatures) => {
    const [warm, cold] = temperatures();
    expect(warm).toBeGreaterThan(cold);
  });

  it("is alike next door and ten minutes later, and not alike far away", () => {
    const climate = climateOf(1);
    let far = 0;
    for (let hour = 0; hour < 8_760; hour += 101) {
      const instant = newYear + hour * HOUR;
      const here = weatherAt(climate, stationAt(50, 10), instant);
      const near = weatherAt(climate, { ...stationAt(50.1, 10.1), index: 1 }, instant);
      const later = weatherAt(climate, stationAt(50, 10), instant + HOUR / 6);
      for (const other of [near, later]) {
        expect(Math.abs(here.air_temperature - other.air_temperature)).toBeLessThan(1.5);
        expect(
          Math.abs(here.air_pressure_at_mean_sea_level - other.air_pressure_at_mean_sea_level),
        ).toBeLessThan(1.5);
      }
      const away = weatherAt(climate, stationAt(60, 25), instant);
      far = Math.max(
        far,
        Math.abs(here.air_pressure_at_mean_sea_level - away.air_pressure_at_mean_sea_level),
      );
    }
    expect(far).toBeGreaterThan(10);
  });
});
