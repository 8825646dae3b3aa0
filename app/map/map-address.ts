import { formatInstant, type Micros, parseInstant } from "../../server/observation/time";
import { SCALE_NAMES, type ScaleName } from "./colour-scale";
import type { Box } from "./reading/box";

/** What the map shows. It stands in the address whole, so that a link shows the same to somebody else. */
export interface MapAddress {
  readonly dataset: string | undefined;
  /** Name of a column. */
  readonly variable: string | undefined;
  /** An instant of the window; undefined: the latest. */
  readonly at: Micros | undefined;
  /** Where the map stands; undefined: where the stations are. */
  readonly view: { readonly lon: number; readonly lat: number; readonly zoom: number } | undefined;
  readonly scale: ScaleName | undefined;
  /** Ends of the scale; undefined: fitted to the data. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Only stations in this box. */
  readonly box: Box | undefined;
  /** Only values from `min` to `max`. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** The station that is looked at. */
  readonly station: string | undefined;
}

/** Reads an address; what is not understood is left out. */
export function readAddress(parameters: URLSearchParams): MapAddress {
  const number = (name: string) => finite(parameters.get(name));
  const scale = parameters.get("scale") as ScaleName | null;
  return {
    dataset: parameters.get("dataset") || undefined,
    variable: parameters.get("variable") || undefined,
    at: parseInstant(parameters.get("at") ?? ""),
    view: viewOf(parameters.get("view")),
    scale: scale && SCALE_NAMES.includes(scale) ? scale : undefined,
    low: number("low"),
    high: number("high"),
    box: boxOf(parameters.get("box")),
    min: number("min"),
    max: number("max"),
    station: parameters.get("station") || undefined,
  };
}

/** @returns what stands behind `?`; empty when nothing is chosen */
export function writeAddress(address: MapAddress): string {
  const { at, view, box, ...rest } = address;
  const written: Readonly<Record<string, string | number | undefined>> = {
    dataset: rest.dataset,
    variable: rest.variable,
    at: at === undefined ? undefined : formatInstant(at),
    view: view && [view.lon.toFixed(4), view.lat.toFixed(4), view.zoom.toFixed(2)].join(","),
    box: box?.map((edge) => Number(edge.toFixed(4))).join(","),
    scale: rest.scale,
    low: rest.low,
    high: rest.high,
    min: rest.min,
    max: rest.max,
    station: rest.station,
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(written))
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  return parameters.toString();
}

function finite(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function numbersOf(text: string | null, count: number): readonly number[] | undefined {
  const numbers = (text ?? "").split(",").map(finite);
  const read = numbers.filter((each) => each !== undefined);
  return read.length === count && numbers.length === count ? read : undefined;
}

function viewOf(text: string | null): MapAddress["view"] {
  const [lon = 0, lat = 0, zoom = 0] = numbersOf(text, 3) ?? [];
  if (!numbersOf(text, 3) || Math.abs(lat) > 90 || Math.abs(lon) > 360 || zoom < 0 || zoom > 24)
    return undefined;
  return { lon, lat, zoom };
}

function boxOf(text: string | null): Box | undefined {
  const [west = 0, south = 0, east = 0, north = 0] = numbersOf(text, 4) ?? [];
  const isBox = west < east && south < north && Math.abs(south) <= 90 && Math.abs(north) <= 90;
  return isBox ? [west, south, east, north] : undefined;
}

/** What of the address is of one variable's values, and goes with it. */
export const UNSCALED = {
  low: undefined,
  high: undefined,
  min: undefined,
  max: undefined,
  scale: undefined,
} as const satisfies Partial<MapAddress>;
