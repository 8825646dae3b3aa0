import { DAY, type Micros } from "../../observation/time";
import { chance } from "./hash";
import type { Station } from "./stations";

/** One report's values, in the units in which IonCannon delivers them. */
export interface Weather {
  /** degC */
  readonly air_temperature: number;
  /** degC, never above the air temperature */
  readonly dew_point_temperature: number;
  /** % */
  readonly relative_humidity: number;
  /** hPa */
  readonly air_pressure_at_mean_sea_level: number;
  /** hPa */
  readonly surface_air_pressure: number;
  /** m s-1 */
  readonly wind_speed: number;
  /** degree, 0 to 359 */
  readonly wind_from_direction: number;
  /** kg m-2 in the ten minutes before */
  readonly precipitation: number;
}

/** A plane wave that moves over the map: east and north wave numbers (rad/km), rad/day, phase, weight. */
interface Wave {
  readonly east: number;
  readonly north: number;
  readonly rate: number;
  readonly phase: number;
  readonly weight: number;
}

export interface Climate {
  readonly seed: number;
  readonly pressure: readonly Wave[];
  readonly warmth: readonly Wave[];
  readonly moisture: readonly Wave[];
}

/** The weather makers of a seed: slow waves of 1,000 to 4,000 km that cross Europe in days. */
export function climateOf(seed: number): Climate {
  return { seed, pressure: waves(seed, 1, 6), warmth: waves(seed, 2, 6), moisture: waves(seed, 3, 7) };
}

function waves(seed: number, field: number, count: number): readonly Wave[] {
  return Array.from({ length: count }, (_, index) => {
    const draw = (which: number) => chance("wave", seed, field, index, which);
    const number = (2 * Math.PI) / (1_200 + 2_800 * draw(0));
    const direction = (draw(1) - 0.5) * Math.PI;
    return {
      east: number * Math.cos(direction),
      north: number * Math.sin(direction),
      rate: -((2 * Math.PI) / (2.5 + 7 * draw(2))),
      phase: 2 * Math.PI * draw(3),
      weight: 1 / count ** 0.5,
    };
  });
}

const KM_PER_DEGREE = 111.2;
const CELSIUS = 273.15;

interface Place {
  readonly x: number;
  readonly y: number;
  /** Days since the epoch. */
  readonly days: number;
}

/** As `fieldAt`, without the slope. */
function valueAt(field: readonly Wave[], { x, y, days }: Place): number {
  let value = 0;
  for (const wave of field) {
    value += wave.weight * Math.sin(wave.east * x + wave.north * y + wave.rate * days + wave.phase);
  }
  return value;
}

/** -0.5 to 0.5. A function of its own and no closure: a closure for each of millions of reports was a third of the time. */
function noise(seed: number, station: number, instant: Micros, which: number): number {
  return chance("noise", seed, station, instant, which) - 0.5;
}

/** Value of a field of waves and its slope to east and north (per km); the value is about -2 to 2. */
function fieldAt(field: readonly Wave[], { x, y, days }: Place) {
  let value = 0;
  let east = 0;
  let north = 0;
  for (const wave of field) {
    const angle = wave.east * x + wave.north * y + wave.rate * days + wave.phase;
    value += wave.weight * Math.sin(angle);
    const slope = wave.weight * Math.cos(angle);
    east += slope * wave.east;
    north += slope * wave.north;
  }
  return { value, east, north };
}

/** The weather at a station and an instant: a pure function of the climate's seed, the station and the instant. */
export function weatherAt(climate: Climate, station: Station, instant: Micros): Weather {
  const days = instant / DAY;
  // One scale of longitude for all Europe: waves need not know that meridians meet.
  const place = { x: station.lon * KM_PER_DEGREE * 0.6, y: station.lat * KM_PER_DEGREE, days };
  const { seed } = climate;
  const { index } = station;
  const moisture = valueAt(climate.moisture, place);
  const pressure = fieldAt(climate.pressure, place);
  const sun = sunAt(station, days);
  const temperature = temperatureOf(
    station,
    sun,
    valueAt(climate.warmth, place),
    moisture,
    noise(seed, index, instant, 0),
  );
  const depression = Math.max(
    0,
    5.5 - 4.5 * moisture + (3 + 2 * sun.summer) * Math.max(0, sun.warmth) + noise(seed, index, instant, 1),
  );
  const air = round(temperature, 1);
  const dew = Math.min(air, round(temperature - depression, 1));
  const seaLevel = 1014 + 10.5 * pressure.value - 2 * moisture + 0.2 * noise(seed, index, instant, 2);
  return {
    air_temperature: air,
    dew_point_temperature: dew,
    relative_humidity: humidityOf(air, dew),
    air_pressure_at_mean_sea_level: round(seaLevel, 1),
    surface_air_pressure: round(atHeight(seaLevel, air, station.altitude), 1),
    ...windOf(pressure, station, noise(seed, index, instant, 3), noise(seed, index, instant, 4)),
    precipitation: rainOf(moisture, pressure.value, noise(seed, index, instant, 5)),
  };
}

/** Season (-1 midwinter to 1 midsummer) and time of day (-1 before dawn to 1 early afternoon), by the sun's time at the station. */
function sunAt(station: Station, days: number) {
  const hemisphere = station.lat < 0 ? -1 : 1;
  // Warmest about 20 July, day 200.
  const summer = hemisphere * Math.cos((2 * Math.PI * (days - 200)) / 365.2425);
  const hour = days + station.lon / 360;
  const warmth = Math.cos(2 * Math.PI * (hour - Math.floor(hour) - 14.5 / 24));
  return { summer, warmth };
}

function temperatureOf(
  station: Station,
  sun: { summer: number; warmth: number },
  anomaly: number,
  moisture: number,
  noise: number,
): number {
  const north = Math.abs(station.lat) - 35;
  // The further from the Atlantic, the harder the winters.
  const inland = Math.min(50, Math.max(0, station.lon + 10));
  const mean = 18.5 - 0.53 * north - 0.04 * inland;
  const season = (5 + 0.1 * north + 0.16 * inland) * sun.summer;
  const clouds = Math.min(1, Math.max(0.25, 0.7 - 0.35 * moisture));
  const day = (3.2 + 2.2 * sun.summer) * clouds * sun.warmth;
  return mean + season + day + 3.2 * anomaly - 0.006 * station.altitude + 0.4 * noise;
}

/** Relative humidity (%) from temperature and dew point by Magnus' formula (WMO-No. 8, annex 4.B), so that the three agree. */
function humidityOf(air: number, dew: number): number {
  return Math.min(100, Math.max(1, Math.round((100 * vapour(dew)) / vapour(air))));
}

function vapour(celsius: number): number {
  return Math.exp((17.62 * celsius) / (243.12 + celsius));
}

/** Pressure at a height by the standard atmosphere's lapse rate. */
function atHeight(seaLevel: number, celsius: number, height: number): number {
  const lapse = 0.0065 * height;
  return seaLevel * (1 - lapse / (celsius + lapse + CELSIUS)) ** 5.257;
}

/** Wind along the isobars, slowed and turned towards the low by friction. */
function windOf(
  pressure: { east: number; north: number },
  station: Station,
  gust: number,
  turn: number,
): Pick<Weather, "wind_speed" | "wind_from_direction"> {
  const hemisphere = station.lat < 0 ? -1 : 1;
  // hPa/km over (density × Coriolis parameter), a third of it near the ground: m/s.
  const scale = (10.5 * 0.1 * 0.33) / (1.2 * 1.1e-4);
  const u = -hemisphere * scale * pressure.north;
  const v = hemisphere * scale * pressure.east;
  const speed = Math.hypot(u, v) * (1 + 0.5 * gust) + 0.4 + 0.6 * gust;
  const from = (Math.atan2(-u, -v) * 180) / Math.PI - 25 * hemisphere + 24 * turn;
  return {
    wind_speed: round(Math.min(45, Math.max(0, speed)), 1),
    wind_from_direction: (((Math.round(from) % 360) + 360) % 360) + 0,
  };
}

/** Rain where the air is moist and the pressure low; dry elsewhere. */
function rainOf(moisture: number, pressure: number, noise: number): number {
  const wet = moisture - 0.35 * pressure - 0.9 + 0.8 * noise;
  return round(Math.min(12, Math.max(0, 0.4 * wet)), 1);
}

/** Rounded decimals, without a negative zero. */
function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor + 0;
}
