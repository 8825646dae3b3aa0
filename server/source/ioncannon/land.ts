/** A box on the globe, degrees: south, north, west, east. */
export type Box = readonly [south: number, north: number, west: number, east: number];

/**
 * European land as boxes, drawn by hand well inland of the coasts and of the great gulfs and fjords, so that a station never stands in the sea. Boxes
 * may share ground.
 */
export const LAND: readonly Box[] = [
  // Iberia
  [38, 42.5, -7.5, -1.5],
  [37.2, 38, -6, -2.2],
  [42.5, 43, -8, -2],
  [41.3, 42.4, -1.5, 1.5],
  // France
  [44, 48.5, 0, 6],
  [43.6, 44, 0, 3.1],
  [48, 48.35, -3.7, -1.6],
  [48.5, 50, 1.8, 6],
  // Low Countries, Germany
  [49, 51, 4, 14.7],
  [51, 53, 6.5, 14.7],
  [51.5, 52.2, 5, 6.5],
  [53, 53.7, 10.2, 13.8],
  // Alps, Po valley, Italy
  [46.6, 49, 6, 16.5],
  [44.7, 46.1, 7.2, 11.7],
  [43.2, 44, 11, 12.2],
  [42.5, 43.2, 11.9, 13.3],
  [41.6, 42.3, 13, 13.9],
  [40.9, 41.4, 14.6, 15.7],
  [40.4, 40.9, 15.7, 16.3],
  [37.4, 37.9, 13.6, 14.8],
  [39.4, 40.7, 8.75, 9.35],
  // British Isles
  [51, 53.3, -2.2, -0.3],
  [53.3, 54.9, -2.4, -1.7],
  [51.9, 52.8, -3.7, -2.9],
  [55.2, 55.8, -4.2, -2.7],
  [56.55, 57.4, -4.4, -3.1],
  [52.1, 52.6, 0.2, 1.2],
  [52.4, 54.1, -8.3, -6.9],
  [54.5, 54.9, -7.5, -6.9],
  // Denmark, Sweden, Norway
  [55.2, 56.3, 8.9, 9.3],
  [56.35, 58.3, 13.2, 15.7],
  [59.6, 60.6, 13.5, 16.3],
  [60.5, 62.4, 13, 16.4],
  [62.6, 64.4, 14, 17.1],
  [64.4, 66.5, 16, 19.9],
  [66.2, 68, 19, 23],
  [60.3, 61.8, 8.6, 12.6],
  [62, 62.9, 9.3, 12],
  [58.9, 59.9, 7.9, 9.1],
  [69, 69.6, 24, 26.8],
  // Finland, Karelia, Baltic states
  [61, 63.5, 22.6, 29],
  [63.6, 65, 25.9, 29.5],
  [66.1, 69, 24.6, 28.5],
  [62, 65.2, 29, 33.2],
  [54.5, 56.7, 22, 27],
  [57.8, 59.2, 25, 26.7],
  // Poland to Ukraine and Russia
  [48, 53.6, 14.8, 23.5],
  [48, 55.5, 23.5, 35],
  [55.5, 59, 28.6, 35],
  [47.3, 48, 26, 35],
  // Danube and Balkans
  [46, 48, 15, 23],
  [46, 47.3, 23, 28.4],
  [43.9, 46, 16.3, 27.9],
  [42.1, 43.9, 20.2, 27],
  [41.1, 42.1, 20.6, 26.3],
  [39.5, 40.4, 21, 22.1],
  [37.4, 37.9, 21.9, 22.4],
  // Anatolia
  [38, 40.2, 28.6, 35],
];

/** The part of `box` inside `bounds`, or undefined when it has no area. */
export function clipBox(box: Box, bounds: Box): Box | undefined {
  const south = Math.max(box[0], bounds[0]);
  const north = Math.min(box[1], bounds[1]);
  const west = Math.max(box[2], bounds[2]);
  const east = Math.min(box[3], bounds[3]);
  return south < north && west < east ? [south, north, west, east] : undefined;
}

/** Area of a box on the globe, up to a factor. */
export function areaOf([south, north, west, east]: Box): number {
  return (east - west) * (Math.sin((north * Math.PI) / 180) - Math.sin((south * Math.PI) / 180));
}

/** Whether a position is inside a box, edges included. */
export function isInside(lat: number, lon: number, [south, north, west, east]: Box): boolean {
  return south <= lat && lat <= north && west <= lon && lon <= east;
}

/** Mountains as bells: latitude, longitude, height of the top (m), half widths north and east (degrees). Coarse, yet warm and cold where they should be. */
const MOUNTAINS: readonly (readonly [number, number, number, number, number])[] = [
  [46.6, 10, 1900, 0.9, 3.4],
  [45, 6.8, 1500, 0.9, 0.6],
  [42.6, 0.5, 1400, 0.4, 1.8],
  [40.5, -4, 650, 2.2, 2.6],
  [37.1, -3.3, 1100, 0.4, 1],
  [45, 3, 700, 1, 1],
  [49.2, 19.8, 800, 0.8, 1.6],
  [46, 25, 850, 1.3, 2],
  [43.5, 18.8, 900, 1.3, 1.6],
  [42, 23.5, 950, 0.7, 1.2],
  [39.8, 21.4, 900, 0.9, 0.6],
  [42.3, 13.6, 900, 0.8, 0.5],
  [39, 32.5, 1000, 1.4, 4],
  [61.5, 9, 1100, 1.4, 1.8],
  [65, 15, 700, 2.2, 1.6],
  [57, -4.2, 550, 0.6, 0.9],
  [48.5, 12, 380, 1.2, 3],
  [68.5, 21, 400, 1, 3],
];

/** Height of the ground above sea, whole metres: a smooth function of the position, not a map. */
export function heightAt(lat: number, lon: number): number {
  let height = 90 + 45 * Math.sin(lat * 2.3 + lon * 0.7) + 35 * Math.sin(lon * 1.9 - lat * 1.1);
  for (const [top, middle, peak, north, east] of MOUNTAINS) {
    const y = (lat - top) / north;
    const x = (lon - middle) / east;
    height += peak * Math.exp(-(x * x + y * y));
  }
  return Math.max(2, Math.round(height));
}
