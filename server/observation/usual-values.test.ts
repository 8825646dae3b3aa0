import { describe, expect, it } from "vitest";
import { oddValues } from "./usual-values";

const odd = (standard_name: string, method: string, unit: string, p1: number, p99: number) =>
  oddValues({ standard_name, method }, unit, { p1, p99 });

describe("values outside of what their name usually has", () => {
  it.each([
    ["dew_point_temperature", "point", "K", 8.6, 8.8, /8.8 K, that is -265 to -264 degC; .* is rather degC$/],
    [
      "air_temperature",
      "mean",
      "degC",
      270,
      300,
      /between 270 and 300 degC; .* -60 and 60 degC: .* rather K$/,
    ],
    ["air_pressure", "point", "Pa", 980, 1030, /is rather hPa$/],
    ["air_pressure", "point", "mmHg", 98_000, 103_000, /is rather Pa$/],
    ["wind_from_direction", "point", "degree", 0, 6400, /between 0 and 360 degree: look at the unit$/],
    ["relative_humidity", "point", "1", 20, 99, /is rather %$/],
  ])("%s, %s, in %s of %d to %d", (name, method, unit, p1, p99, said) =>
    expect(odd(name, method, unit, p1, p99)).toMatch(said),
  );

  it.each([
    ["air_temperature", "point", "degC", -10, 31],
    ["air_temperature", "point", "K", 263, 304],
    // A unit that is not among the usual ones is converted.
    ["air_temperature", "point", "mK", 263_000, 304_000],
    ["air_temperature", "standard_deviation", "K", 0.1, 2],
    ["air_temperature", "variance", "K2", 0.1, 2],
    ["wind_speed", "mean", "knot", 0, 60],
    ["relative_humidity", "point", "%", 20, 104],
    // No such unit, and a name of which nothing is known.
    ["air_temperature", "point", "blorp", 1, 2],
    ["air_temperature", "point", "hPa", 1, 2],
    ["battery_level", "point", "V", 1, 2],
  ])("nothing is said of %s, %s, in %s of %d to %d", (name, method, unit, p1, p99) =>
    expect(odd(name, method, unit, p1, p99)).toBeUndefined(),
  );

  it("nothing is said where no number was looked at", () =>
    expect(oddValues({ standard_name: "air_temperature", method: "point" }, "K", undefined)).toBeUndefined());
});
