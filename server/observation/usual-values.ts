import { parseUnit } from "./parse-unit";
import { isTemperatureDifference, type Measured } from "./temperature-difference";
import { converter } from "./unit-conversion";

/** A unit in which values of a name may be given: the middle 98 per cent of them lie within. */
export interface UsualRange {
  readonly unit: string;
  readonly low: number;
  readonly high: number;
}

/** Where the middle 98 per cent of some values lie. */
export interface Spread {
  readonly p1: number;
  readonly p99: number;
}

const TEMPERATURE: readonly UsualRange[] = [
  { unit: "degC", low: -60, high: 60 },
  { unit: "degF", low: -76, high: 140 },
  { unit: "K", low: 200, high: 340 },
];
const pressure = (lowest: number): readonly UsualRange[] => [
  { unit: "hPa", low: lowest, high: 1100 },
  { unit: "Pa", low: lowest * 100, high: 110_000 },
  { unit: "kPa", low: lowest / 10, high: 110 },
  { unit: "inHg", low: lowest / 33.864, high: 32.5 },
];
const SPEED: readonly UsualRange[] = [
  { unit: "m s-1", low: 0, high: 45 },
  { unit: "km h-1", low: 0, high: 250 },
];
const SHARE: readonly UsualRange[] = [
  { unit: "1", low: 0, high: 1 },
  { unit: "%", low: 0, high: 105 },
];
const DUST: readonly UsualRange[] = [{ unit: "ug m-3", low: 0, high: 5000 }];
const particles = (size: string) => `mass_concentration_of_${size}_ambient_aerosol_particles_in_air`;

/** By standard name, where values near the ground lie in the units that networks send: the first that fits is what they most probably are in. */
export const USUAL_VALUES: Readonly<Record<string, readonly UsualRange[]>> = {
  dew_point_temperature: TEMPERATURE,
  soil_temperature: TEMPERATURE,
  wet_bulb_temperature: TEMPERATURE,
  air_temperature: TEMPERATURE,
  volume_fraction_of_condensed_water_in_soil: SHARE,
  relative_humidity: SHARE,
  air_pressure_at_mean_sea_level: pressure(850),
  air_pressure: pressure(450),
  wind_speed_of_gust: SPEED,
  wind_from_direction: [{ unit: "degree", low: 0, high: 360 }],
  wind_speed: SPEED,
  lwe_precipitation_rate: [{ unit: "mm h-1", low: 0, high: 500 }],
  lwe_thickness_of_precipitation_amount: [{ unit: "mm", low: 0, high: 500 }],
  surface_snow_thickness: [
    { unit: "m", low: 0, high: 3 },
    { unit: "cm", low: 0, high: 800 },
  ],
  surface_downwelling_shortwave_flux_in_air: [{ unit: "W m-2", low: -20, high: 1600 }],
  ultraviolet_index: [{ unit: "1", low: 0, high: 20 }],
  [particles("pm10")]: DUST,
  [particles("pm2p5")]: DUST,
  [particles("pm1")]: DUST,
  mole_fraction_of_carbon_dioxide_in_air: [{ unit: "1e-6", low: 250, high: 10_000 }],
  mass_concentration_of_nitrogen_dioxide_in_air: DUST,
  mass_concentration_of_ozone_in_air: DUST,
  sound_pressure_level_in_air: [{ unit: "dB", low: 10, high: 150 }],
  cloud_area_fraction: SHARE,
  visibility_in_air: [
    { unit: "km", low: 0, high: 99 },
    { unit: "m", low: 0, high: 100_000 },
  ],
};

/** A number as people write it: three digits. */
const short = (value: number) => String(Number(value.toPrecision(3)));

/** Where values lie, in words. */
export function between({ p1, p99 }: Spread): string {
  return p1 === p99
    ? `its values are ${short(p1)}`
    : `98 % of its values lie between ${short(p1)} and ${short(p99)}`;
}

/** Whether the middle of the values lies where values in this unit do. */
export function fits({ low, high }: UsualRange, { p1, p99 }: Spread): boolean {
  return p1 >= low && p99 <= high;
}

/** Methods whose values lie where those of an instant do; a sum, a spread or a square is elsewhere. */
const AS_POINT: ReadonlySet<string> = new Set([
  "point",
  "mean",
  "maximum",
  "minimum",
  "median",
  "mid_range",
  "mode",
  "mean_of_upper_decile",
]);

/**
 * A note where values in a declared unit lie outside of what their standard name usually has: the unit is another one, most probably. Undefined where
 * nothing is known, or nothing is odd.
 */
export function oddValues(measured: Measured, unit: string, spread: Spread | undefined): string | undefined {
  const usual = USUAL_VALUES[measured.standard_name];
  const [first] = usual ?? [];
  if (usual === undefined || first === undefined || spread === undefined) return undefined;
  const asPoint = AS_POINT.has(measured.method) && !isTemperatureDifference(measured);
  if (!asPoint) return undefined;
  const converted = usual.flatMap((range) => {
    const inUnit = convertedSpread(spread, unit, range.unit, measured.standard_name);
    return inUnit ? [{ range, inUnit }] : [];
  });
  if (converted.length === 0 || converted.some(({ range, inUnit }) => fits(range, inUnit))) return undefined;
  const [{ range, inUnit }] = converted as [(typeof converted)[number]];
  const other = usual.find((each) => each.unit !== unit && fits(each, spread));
  const said =
    range.unit === unit ? "" : `, that is ${short(inUnit.p1)} to ${short(inUnit.p99)} ${range.unit}`;
  return `${between(spread)} ${unit}${said}; ${measured.standard_name} is usually between ${short(range.low)} and ${short(range.high)} ${range.unit}${other ? `: the unit is rather ${other.unit}` : ": look at the unit"}`;
}

function convertedSpread(spread: Spread, from: string, to: string, standardName: string): Spread | undefined {
  const [unit, wanted] = [parseUnit(from), parseUnit(to)];
  if (!unit.ok || !wanted.ok) return undefined;
  try {
    const convert = converter(unit.unit, wanted.unit, { standardName });
    const [a, b] = [convert(spread.p1), convert(spread.p99)];
    return { p1: Math.min(a, b), p99: Math.max(a, b) };
  } catch {
    // They do not measure the same, which is said as a fault.
    return undefined;
  }
}
