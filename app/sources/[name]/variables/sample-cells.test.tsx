import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { MapSamples } from "../../../_trpc/outputs";
import { SampleCells, type Sampled } from "./sample-cells";

const refetch = () => undefined;
const payload = { delivery: "d", start: 0, end: 1, receivedAt: 1, rows: 2, more: false };
const column = { column: "t", type: "DOUBLE", filled: 2, cells: ["20"], range: undefined, uncastable: 0 };
const data = (more: Partial<MapSamples>): MapSamples => ({
  payload,
  missing: undefined,
  columns: [],
  suggestions: [],
  ...more,
});
const shown = (sampled: Omit<Sampled, "refetch">) =>
  renderToStaticMarkup(
    <SampleCells
      line={{ column: "t", personal: false }}
      sampled={{ ...sampled, refetch }}
      unit="degC"
      canonicalUnit="K"
      measured={{ standard_name: "air_temperature", method: "point" }}
    />,
  );

describe("cells of a column in its editor", () => {
  it("that are still read are not said to be missing", () => {
    const html = shown({ data: undefined, error: null });
    expect(html).toContain("Reading the newest payload");
    expect(html).not.toContain("no such column");
  });

  it("that could not be read say that, with a way to try again", () => {
    const html = shown({ data: undefined, error: new Error("gone") });
    expect(html).toContain("Try again");
    expect(html).not.toContain("no such column");
  });

  it("of no payload say why there is none", () => {
    expect(
      shown({ data: data({ payload: undefined, missing: "None is kept yet." }), error: null }),
    ).toContain("None is kept yet.");
  });

  it("stand there once they have come; only then a column can be missing", () => {
    expect(shown({ data: data({ columns: [column] }), error: null })).toContain("293.15 K");
    expect(shown({ data: data({}), error: null })).toContain("The newest payload has no such column");
  });
});
