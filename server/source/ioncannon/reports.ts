import type { Interval } from "../../observation/interval";
import { MINUTE, type Micros } from "../../observation/time";
import type { Row } from "../../ports/columnar";
import type { PayloadColumn } from "../payload";
import { chance } from "./hash";
import type { Station } from "./stations";
import { type Climate, type Weather, weatherAt } from "./weather";

/** The variables of a report, in the payload's order. */
export const VARIABLES = [
  "air_temperature",
  "dew_point_temperature",
  "relative_humidity",
  "air_pressure_at_mean_sea_level",
  "surface_air_pressure",
  "wind_speed",
  "wind_from_direction",
  "precipitation",
] as const satisfies readonly (keyof Weather)[];

export const COLUMNS: readonly PayloadColumn[] = [
  { name: "datetime", type: "TIMESTAMPTZ" },
  { name: "lat", type: "DOUBLE" },
  { name: "lon", type: "DOUBLE" },
  ...VARIABLES.map((name) => ({ name, type: "DOUBLE" }) as const),
  { name: "station_id", type: "VARCHAR" },
  { name: "altitude", type: "DOUBLE" },
];

/** How long after its time a late report arrives. */
export const LATENESS: Micros = 20 * MINUTE;

/** What a broken instrument or a vendor's filler sends: seen in the archives of real networks. */
const IMPLAUSIBLE: Weather = {
  air_temperature: -999,
  dew_point_temperature: -999,
  relative_humidity: 250,
  air_pressure_at_mean_sea_level: 5000,
  surface_air_pressure: 5000,
  wind_speed: 400,
  wind_from_direction: 999,
  precipitation: -9999,
};

/** Which part of the reports is not as it should be, each 0 to 1. */
export interface Faults {
  readonly late: number;
  readonly duplicate: number;
  readonly missing: number;
  readonly implausible: number;
}

export interface Network {
  readonly climate: Climate;
  readonly frequency: Micros;
  readonly faults: Faults;
}

/**
 * What a collection of `window` finds of one station, by time. A short window is collected live: its reports but for the late ones, and the late ones that
 * arrive in it. A window of at least `LATENESS` is asked for afterwards, as of an archive: all reports of its own time, and none of before, so that what is
 * filled from nothing leaves no rows in a window that nobody asked for. Over consecutive windows of one size each report comes in exactly one of
 * them, twice there when it is doubled.
 */
export function* reportsOf(network: Network, station: Station, window: Interval): Generator<Row> {
  const { climate, frequency, faults } = network;
  const lateness = window.end - window.start < LATENESS ? LATENESS : 0;
  const first = Math.ceil((window.start - lateness) / frequency) * frequency;
  for (let instant = first; instant < window.end; instant += frequency) {
    const draw = (purpose: "late" | "duplicate") => chance(purpose, climate.seed, station.index, instant);
    const arrival = instant + (draw("late") < faults.late ? lateness : 0);
    if (arrival < window.start || arrival >= window.end) continue;
    const row = reportAt(network, station, instant);
    yield row;
    if (draw("duplicate") < faults.duplicate) yield row;
  }
}

function reportAt({ climate, faults }: Network, station: Station, instant: Micros): Row {
  const cells: Record<string, string | number | null> = {
    datetime: instant,
    lat: station.lat,
    lon: station.lon,
    ...weatherAt(climate, station, instant),
    station_id: station.id,
    altitude: station.altitude,
  };
  if (chance("implausible", climate.seed, station.index, instant) < faults.implausible) {
    // One choice more than there are variables: a position that was never set stands at 0, 0.
    const which = Math.floor(chance("which", climate.seed, station.index, instant) * (VARIABLES.length + 1));
    const name = VARIABLES[which];
    if (name) cells[name] = IMPLAUSIBLE[name];
    else Object.assign(cells, { lat: 0, lon: 0 });
  }
  if (faults.missing > 0) {
    VARIABLES.forEach((name, index) => {
      if (chance("missing", climate.seed, station.index, instant, index) < faults.missing) cells[name] = null;
    });
  }
  return cells;
}
