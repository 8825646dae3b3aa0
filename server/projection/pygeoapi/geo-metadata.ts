/** [west, south, east, north], degrees. */
export type Box = readonly [number, number, number, number];

/**
 * The `geo` metadata of GeoParquet 1.1: WKB points, a box column as covering, and no `crs`, which means OGC:CRS84 (longitude, latitude on
 * WGS 84). Without any position there is no box to state.
 */
export function geoMetadata(bbox: Box | undefined): string {
  const corner = (name: string) => ["bbox", name];
  return JSON.stringify({
    version: "1.1.0",
    primary_column: "geometry",
    columns: {
      geometry: {
        encoding: "WKB",
        geometry_types: ["Point"],
        ...(bbox ? { bbox } : {}),
        covering: {
          bbox: {
            xmin: corner("xmin"),
            ymin: corner("ymin"),
            xmax: corner("xmax"),
            ymax: corner("ymax"),
          },
        },
      },
    },
  });
}
