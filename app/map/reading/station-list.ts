import { type Box, holds } from "./box";
import type { Points } from "./points";
import { textAt } from "./text-table";

/** Which stations are shown. */
export interface Filter {
  /** undefined: everywhere. */
  readonly box: Box | undefined;
  /** Values from `min` to `max`; with either, a station without a value is not shown. */
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface Order {
  readonly by: "station" | "value" | "time";
  readonly down: boolean;
}

/** Whether a station is shown. */
export function passes({ box, min, max }: Filter, lon: number, lat: number, value: number): boolean {
  if (box && !holds(box, lon, lat)) return false;
  if (min === undefined && max === undefined) return true;
  return value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
}

/**
 * Places of the shown stations inside one of the boxes, in order; those without a value come last.
 * @param boxes undefined: everywhere
 */
export function stationList(
  points: Points,
  filter: Filter,
  boxes: readonly Box[] | undefined,
  order: Order,
): Uint32Array {
  const places: number[] = [];
  for (let i = 0; i < points.value.length; i += 1) {
    const [lon, lat] = [points.lon[i] ?? 0, points.lat[i] ?? 0];
    if (boxes && !boxes.some((box) => holds(box, lon, lat))) continue;
    if (passes(filter, lon, lat, points.value[i] ?? Number.NaN)) places.push(i);
  }
  return Uint32Array.from(places).sort(comparing(points, order));
}

const BY_NAME = new Intl.Collator("en", { numeric: true });

function comparing(points: Points, { by, down }: Order): (a: number, b: number) => number {
  const sign = down ? -1 : 1;
  if (by === "station") {
    const names = Array.from(points.value, (_, place) => textAt(points.labels, place));
    return (a, b) => sign * BY_NAME.compare(names[a] ?? "", names[b] ?? "");
  }
  const of = by === "value" ? points.value : points.time;
  return (a, b) => {
    const [x, y] = [of[a] ?? Number.NaN, of[b] ?? Number.NaN];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  };
}
