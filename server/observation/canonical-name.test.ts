import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalName, levelText, parseCanonicalName } from "./canonical-name";

const variable = (change: object = {}) => ({
  standard_name: "air_temperature",
  cf_unit: "degC",
  level: 2,
  method: "point",
  period: "PT0S",
  ...change,
});

describe("canonical column names", () => {
  it.each([
    [variable(), "air_temperature__degC__2.0__point__PT0S"],
    [
      variable({ standard_name: "wind_speed", cf_unit: "m s-1", level: 10, method: "mean", period: "PT1H" }),
      "wind_speed__m s-1__10.0__mean__PT1H",
    ],
    [
      variable({ standard_name: "air_temperature_lapse_rate", cf_unit: "degC/100m", level: 0 }),
      "air_temperature_lapse_rate__degC/100m__0.0__point__PT0S",
    ],
    [
      variable({ standard_name: "relative_humidity", cf_unit: "%", level: 1.5 }),
      "relative_humidity__%__1.5__point__PT0S",
    ],
  ])("%j is %s", (given, wanted) => {
    expect(canonicalName(given)).toBe(wanted);
    expect(parseCanonicalName(wanted)).toEqual(given);
  });

  it.each([
    [0, "0.0"],
    [-0, "0.0"],
    [2, "2.0"],
    [14.4, "14.4"],
    [-0.05, "-0.05"],
  ])("level %d is written %s", (level, text) => expect(levelText(level)).toBe(text));

  it.each([
    ["air_temperature__deg_C______", { cf_unit: "deg_C", level: 0, method: "point", period: "PT0S" }],
    ["air_temperature__degC", { level: 0, method: "point", period: "PT0S" }],
    ["air_temperature__degC__2.0__point__PT0S__more", { level: 2 }],
  ])("%s has defaults for what is missing, and ignores what is too much", (name, wanted) =>
    expect(parseCanonicalName(name)).toMatchObject(wanted),
  );

  it.each([
    "air_temperature",
    "__degC",
    "air_temperature__",
    "a__b__high",
    "a__b__0x10",
    "a__b__ ",
    "a__b__Infinity",
  ])("%s is refused", (name) => expect(() => parseCanonicalName(name)).toThrow(/not a canonical name/));

  it("is the inverse of its parser", () => {
    // Parts hold no double underscore, and none at their edges, where it would join with the separator.
    const part = fc.stringMatching(/^[A-Za-z0-9 %/^.-]+(_[A-Za-z0-9 %/^.-]+)*$/);
    const level = fc
      .double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true })
      .map((x) => (Object.is(x, -0) ? 0 : x));
    fc.assert(
      fc.property(
        fc.record({ standard_name: part, cf_unit: part, level, method: part, period: part }),
        (given) => {
          expect(parseCanonicalName(canonicalName(given))).toEqual(given);
        },
      ),
    );
  });
});
