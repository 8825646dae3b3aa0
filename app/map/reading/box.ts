/** [west, south, east, north], degrees; west is never beyond east. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** Whether two boxes share a point; their edges belong to them. */
export function meets(a: Box, b: Box): boolean {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

export function holds([west, south, east, north]: Box, lon: number, lat: number): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/**
 * The boxes of a map's view, whose longitudes go on beyond 180 degrees where somebody has panned over the date line.
 * @returns one box, or two where the view lies over the date line
 */
export function boxesOfView([west, south, east, north]: Box): readonly Box[] {
  const [bottom, top] = [Math.max(-90, south), Math.min(90, north)];
  if (east - west >= 360) return [[-180, bottom, 180, top]];
  const shift = Math.floor((west + 180) / 360) * 360;
  const [from, to] = [west - shift, east - shift];
  if (to <= 180) return [[from, bottom, to, top]];
  return [
    [from, bottom, 180, top],
    [-180, bottom, to - 360, top],
  ];
}

/** The box around all positions; undefined when there is none. */
export function boxAround(lon: ArrayLike<number>, lat: ArrayLike<number>): Box | undefined {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (let i = 0; i < lon.length; i += 1) {
    west = Math.min(west, lon[i] ?? west);
    east = Math.max(east, lon[i] ?? east);
    south = Math.min(south, lat[i] ?? south);
    north = Math.max(north, lat[i] ?? north);
  }
  return lon.length === 0 ? undefined : [west, south, east, north];
}
