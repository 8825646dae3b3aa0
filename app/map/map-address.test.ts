import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCALE_NAMES } from "./colour-scale";
import { type MapAddress, readAddress, writeAddress } from "./map-address";

const NOTHING: MapAddress = {
  dataset: undefined,
  variable: undefined,
  at: undefined,
  view: undefined,
  scale: undefined,
  low: undefined,
  high: undefined,
  box: undefined,
  min: undefined,
  max: undefined,
  station: undefined,
};

const read = (text: string) => readAddress(new URLSearchParams(text));

describe("the map's address", () => {
  it("is empty where nothing is chosen", () => {
    expect(writeAddress(NOTHING)).toBe("");
    expect(read("")).toEqual(NOTHING);
  });

  it("says times as they are said elsewhere", () => {
    expect(writeAddress({ ...NOTHING, dataset: "ioncannon", at: Date.UTC(2026, 10, 24, 14) * 1000 })).toBe(
      "dataset=ioncannon&at=2026-11-24T14%3A00%3A00Z",
    );
  });

  it("is read as it was written, whatever was chosen", () => {
    const text = fc.option(fc.string({ minLength: 1 }), { nil: undefined });
    const number = fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      {
        nil: undefined,
      },
    );
    const tenth = (most: number) =>
      fc.integer({ min: -most * 10, max: most * 10 }).map((value) => value / 10);
    const address = fc.record({
      dataset: text,
      variable: text,
      at: fc.option(fc.integer({ min: 0, max: 4e15 }), { nil: undefined }),
      view: fc.option(fc.record({ lon: tenth(180), lat: tenth(85), zoom: fc.integer({ min: 0, max: 16 }) }), {
        nil: undefined,
      }),
      scale: fc.option(fc.constantFrom(...SCALE_NAMES), { nil: undefined }),
      low: number,
      high: number,
      box: fc.option(
        fc
          .tuple(tenth(170), tenth(80), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
          .map(([west, south, wide, tall]) => [west, south, west + wide, south + tall] as const),
        { nil: undefined },
      ),
      min: number,
      max: number,
      station: text,
    });
    fc.assert(
      fc.property(address, (chosen) => {
        const back = read(writeAddress(chosen));
        expect({ ...back, box: undefined }).toEqual({ ...chosen, box: undefined });
        expect(back.box?.map((edge) => edge.toFixed(4))).toEqual(chosen.box?.map((edge) => edge.toFixed(4)));
      }),
    );
  });

  it.each([
    "at=yesterday",
    "view=1,2",
    "view=1,200,3",
    "view=a,b,c",
    "scale=rainbow",
    "low=much",
    "box=10,0,5,1",
    "box=1,2,3",
    "min=",
    "station=",
  ])("leaves out what it does not understand: %s", (text) => {
    expect(read(text)).toEqual(NOTHING);
  });
});
