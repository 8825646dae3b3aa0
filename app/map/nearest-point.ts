import type { Shown } from "./reading/messages";
import { type Filter, passes } from "./reading/station-list";
import { mercator, VERTEX } from "./reading/vertices";

/**
 * The shown point nearest to a position. A hundred thousand are looked through in less than a millisecond.
 * @param reach how far away it may be, in the map's unit (the globe is 1 wide)
 * @returns its place, undefined where there is none
 */
export function nearestPoint(
  { vertices, lon, lat, value }: Pick<Shown, "vertices" | "lon" | "lat" | "value">,
  filter: Filter,
  atLon: number,
  atLat: number,
  reach: number,
): number | undefined {
  const [x, y] = mercator(atLon, atLat);
  let nearest: number | undefined;
  let least = reach * reach;
  for (let place = 0, i = 0; i < vertices.length; place += 1, i += VERTEX) {
    const across = (vertices[i] ?? 0) + (vertices[i + 2] ?? 0) - x;
    const down = (vertices[i + 1] ?? 0) + (vertices[i + 3] ?? 0) - y;
    const away = across * across + down * down;
    if (away > least || !passes(filter, lon[place] ?? 0, lat[place] ?? 0, value[place] ?? Number.NaN))
      continue;
    nearest = place;
    least = away;
  }
  return nearest;
}
