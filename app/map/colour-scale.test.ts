import { describe, expect, it } from "vitest";
import { colourRow, SCALE_NAMES, SCALES, scaleRange, usualScale } from "./colour-scale";

/** Relative luminance (WCAG 2.2). */
function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe("scales", () => {
  it.each(["viridis", "cividis"] as const)(
    "%s grows lighter all the way, so that it reads without hue",
    (name) => {
      const lights = Array.from({ length: 65 }, (_, i) => luminance(SCALES[name].colour(i / 64)));
      expect(lights.every((light, i) => i === 0 || light > (lights[i - 1] ?? 0))).toBe(true);
    },
  );
  it("the diverging one is lightest in its middle, and red where it is warm", () => {
    const [low, middle, high] = [0, 0.5, 1].map((share) => SCALES.diverging.colour(share));
    expect(luminance(middle ?? [])).toBeGreaterThan(Math.max(luminance(low ?? []), luminance(high ?? [])));
    expect(high?.[0]).toBeGreaterThan(high?.[2] ?? 255);
  });
  it("the cyclical one ends as it begins", () => {
    expect(SCALES.cyclical.colour(1)).toEqual(SCALES.cyclical.colour(0));
  });
  it.each(SCALE_NAMES)("%s has 256 opaque colours", (name) => {
    const row = colourRow(name);
    expect(row).toHaveLength(1024);
    expect(row.every((byte, i) => i % 4 < 3 || byte === 255)).toBe(true);
  });
});

it("directions go round the compass, everything else has the usual scale", () => {
  expect(usualScale("wind_from_direction")).toBe("cyclical");
  expect(usualScale("air_temperature")).toBe("viridis");
  expect(usualScale(undefined)).toBe("viridis");
});

it("ends follow from the scale: the same distance on both sides of 0, or all of the compass", () => {
  const fit = { low: -3, high: 12 };
  expect(scaleRange("viridis", fit)).toEqual(fit);
  expect(scaleRange("diverging", fit)).toEqual({ low: -12, high: 12 });
  expect(scaleRange("cyclical", fit)).toEqual({ low: 0, high: 360 });
});
