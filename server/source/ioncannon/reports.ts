import type { Interval } from "../../observation/interval";
import type { Micros } from "../../observation/time";
import type { Cell, Row } from "../../ports/columnar";
import type { PayloadColumn } from "../payload";
import { chance } from "./hash";
import { hostileRow } from "./hostile";
import {
  arrivalOf,
  deliveryOf,
  driftOf,
  isSentAgain,
  isSilent,
  LATENESS,
  type ProfileName,
} from "./profiles";
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

/** What the vendor of the profile `hostile` delivers: text, whatever stands in it. */
const TEXT_COLUMNS: readonly PayloadColumn[] = COLUMNS.map(({ name }) => ({ name, type: "VARCHAR" }));

export function columnsOf(profile: ProfileName): readonly PayloadColumn[] {
  return profile === "hostile" ? TEXT_COLUMNS : COLUMNS;
}

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
  readonly profile: ProfileName;
  readonly faults: Faults;
}

/**
 * What a collection of `window` finds of one station, by time. A short window is collected live: its reports but for the late ones, and the late ones that
 * arrive in it. A window of at least the profile's `archiveFrom` is asked for afterwards, as of an archive: all reports of its own time, and none of before, so
 * that what is filled from nothing leaves no rows in a window that nobody asked for. Over consecutive windows of one size each report comes in exactly one of
 * them, twice there when it is doubled.
 */
export function* reportsOf(network: Network, station: Station, window: Interval): Generator<Row> {
  const { climate, frequency, faults, profile } = network;
  const { seed } = climate;
  const { reach, archiveFrom } = deliveryOf(profile);
  const live = window.end - window.start < archiveFrom;
  const again = profile === "duplicates";
  const doubled = again ? Math.max(faults.duplicate, DOUBLED) : faults.duplicate;
  const first = Math.ceil((window.start - (live ? reach : 0)) / frequency) * frequency;
  for (let instant = first; instant < window.end; instant += frequency) {
    if (profile === "gaps" && isSilent(seed, station.index, instant)) continue;
    const arrival = live ? arrivalOf(profile, faults.late, seed, station.index, instant) : instant;
    const arrives = isIn(window, arrival);
    const repeats =
      again && isIn(window, live ? instant + LATENESS : instant) && isSentAgain(seed, station.index, instant);
    if (!arrives && !repeats) continue;
    const row = reportAt(network, station, instant);
    if (arrives) yield row;
    if (arrives && chance("duplicate", seed, station.index, instant) < doubled) yield row;
    if (arrives && again && chance("conflict", seed, station.index, instant) < CONFLICTING)
      yield { ...row, air_temperature: warmer(row.air_temperature) };
    if (repeats) yield row;
  }
}

/** Shares of the profile `duplicates`: reports sent twice, and reports sent once more with another value. */
const DOUBLED = 0.2;
const CONFLICTING = 0.1;

function isIn({ start, end }: Interval, instant: Micros): boolean {
  return instant >= start && instant < end;
}

function warmer(cell: Cell | undefined): Cell {
  return typeof cell === "number" ? oneDecimal(cell + 1.5) : (cell ?? null);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

function reportAt({ climate, faults, profile }: Network, station: Station, instant: Micros): Row {
  const weather = weatherAt(climate, station, instant);
  // Written out and not spread: one shape for millions of rows.
  const cells: Record<string, Cell> = {
    datetime: instant,
    lat: station.lat,
    lon: station.lon,
    air_temperature: weather.air_temperature,
    dew_point_temperature: weather.dew_point_temperature,
    relative_humidity: weather.relative_humidity,
    air_pressure_at_mean_sea_level: weather.air_pressure_at_mean_sea_level,
    surface_air_pressure: weather.surface_air_pressure,
    wind_speed: weather.wind_speed,
    wind_from_direction: weather.wind_from_direction,
    precipitation: weather.precipitation,
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
  if (profile === "drift") drift(cells, climate.seed, station.index, instant);
  return profile === "hostile" ? hostileRow(cells, climate.seed, station.index, instant) : cells;
}

function drift(cells: Record<string, Cell>, seed: number, station: number, instant: Micros): void {
  const { clock, warmth, pressure } = driftOf(seed, station, instant);
  const { air_temperature: air, surface_air_pressure: surface } = cells;
  cells.datetime = instant + clock;
  if (typeof air === "number") cells.air_temperature = oneDecimal(air + warmth);
  if (typeof surface === "number") cells.surface_air_pressure = oneDecimal(surface + pressure);
}
