import type { StyleSpecification } from "maplibre-gl";

/** The ground that stations stand on: quiet, so that colour is left to the data. */
const GROUNDS = {
  light: { water: "#e6ebee", land: "#fbfbfa", border: "#c3cacf", coast: "#9aa4ab", box: "#0b57b8" },
  dark: { water: "#0b0e10", land: "#1a2024", border: "#3a444b", coast: "#59656d", box: "#7db2f5" },
} as const;

export type Scheme = keyof typeof GROUNDS;

/** Rims of points, 0 to 1: seen on the ground and on every colour of the scales. */
export const RIMS: Readonly<Record<Scheme, readonly [number, number, number]>> = {
  light: [0.1, 0.12, 0.14],
  dark: [0.9, 0.92, 0.93],
};

/** What is drawn below the points, and each part's colour of a scheme. */
const PAINTED = [
  ["water", "background-color", "water"],
  ["land", "fill-color", "land"],
  ["borders", "line-color", "border"],
  ["coast", "line-color", "coast"],
  ["box", "line-color", "box"],
] as const;

/**
 * How the ground is cut into tiles, which works beside those that read the data: no deeper than it has detail, with as little beyond a tile's edge as its
 * lines are wide. Deeper tiles are drawn from these.
 */
const GROUND = { type: "geojson", maxzoom: 6, buffer: 16 } as const;

/** Natural Earth at 1:50 million, shipped with the app; nothing is fetched from elsewhere. */
export function baseMap(scheme: Scheme): StyleSpecification {
  const ground = GROUNDS[scheme];
  return {
    version: 8,
    sources: {
      land: { ...GROUND, data: "/maplibre/land.json" },
      borders: { ...GROUND, data: "/maplibre/borders.json" },
      box: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [
      { id: "water", type: "background", paint: { "background-color": ground.water } },
      {
        id: "land",
        type: "fill",
        source: "land",
        // The coast is drawn over its edge.
        paint: { "fill-color": ground.land, "fill-antialias": false },
      },
      {
        id: "borders",
        type: "line",
        source: "borders",
        paint: { "line-color": ground.border, "line-width": 0.8 },
      },
      { id: "coast", type: "line", source: "land", paint: { "line-color": ground.coast, "line-width": 0.8 } },
      {
        id: "box",
        type: "line",
        source: "box",
        paint: { "line-color": ground.box, "line-width": 1.5, "line-dasharray": [3, 2] },
      },
    ],
  };
}

/** @returns what to set to go over to another scheme: layer, property, colour */
export function repainted(
  scheme: Scheme,
): readonly (readonly [layer: string, property: string, colour: string])[] {
  return PAINTED.map(([layer, property, part]) => [layer, property, GROUNDS[scheme][part]]);
}
