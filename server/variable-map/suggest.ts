import type { CanonicalVariable } from "../observation/model";
import { between, fits, USUAL_VALUES } from "../observation/usual-values";
import type { ColumnSample, MapSuggestion } from "./model";

interface Rule {
  /** Of the column's name, in lower case with `_` between its words. */
  readonly names: RegExp;
  /** What such a name says, in words. */
  readonly says: string;
  readonly standardName: string;
  /** Metres above ground where instruments of this kind stand (WMO-No. 8). */
  readonly level?: number;
  readonly method?: string;
}

const particles = (size: string) => `mass_concentration_of_${size}_ambient_aerosol_particles_in_air`;

/** The narrower name stands before the wider one. */
export const SUGGESTION_RULES: readonly Rule[] = [
  {
    names: /dew_?p/,
    says: "dew point",
    standardName: "dew_point_temperature",
    level: 2,
  },
  {
    names: /soil.*temp|temp.*soil/,
    says: "soil temperature",
    standardName: "soil_temperature",
  },
  {
    names: /wet_?bulb/,
    says: "wet-bulb temperature",
    standardName: "wet_bulb_temperature",
    level: 2,
  },
  {
    names: /^(t|ta|tt|t_?air|t_?2m)$|temp/,
    says: "temperature",
    standardName: "air_temperature",
    level: 2,
  },
  {
    names: /soil.*(moist|hum|water)/,
    says: "soil moisture",
    standardName: "volume_fraction_of_condensed_water_in_soil",
  },
  {
    names: /^(rh|hum|u)$|humid/,
    says: "humidity",
    standardName: "relative_humidity",
    level: 2,
  },
  {
    names: /(press|baro).*(sea|msl|nn|rel)|^(slp|qff|mslp)$/,
    says: "pressure at sea level",
    standardName: "air_pressure_at_mean_sea_level",
  },
  {
    names: /^(p|pa|qfe)$|press|baro/,
    says: "pressure",
    standardName: "air_pressure",
  },
  {
    names: /gust/,
    says: "gusts",
    standardName: "wind_speed_of_gust",
    level: 10,
    method: "maximum",
  },
  {
    names: /^(wd|dd)$|wind.*(dir|angle|bearing|azimuth)/,
    says: "wind direction",
    standardName: "wind_from_direction",
    level: 10,
  },
  {
    names: /^(ws|ff|wind)$|wind.*(sp|strength|force|vel)/,
    says: "wind speed",
    standardName: "wind_speed",
    level: 10,
  },
  {
    names: /(rain|precip).*(rate|intens)/,
    says: "rate of rain",
    standardName: "lwe_precipitation_rate",
  },
  {
    names: /rain|precip/,
    says: "rain",
    standardName: "lwe_thickness_of_precipitation_amount",
    method: "sum",
  },
  {
    names: /snow.*(depth|height|thick)|^sd$/,
    says: "depth of snow",
    standardName: "surface_snow_thickness",
  },
  {
    names: /solar|^ghi$|shortwave|global_?rad|pyran/,
    says: "sunlight",
    standardName: "surface_downwelling_shortwave_flux_in_air",
  },
  {
    names: /^uvi?$|uv_?i/,
    says: "UV index",
    standardName: "ultraviolet_index",
  },
  {
    names: /^p1$/,
    says: "PM10 in files of Sensor.Community, whatever it looks like",
    standardName: particles("pm10"),
  },
  {
    names: /^p2$/,
    says: "PM2.5 in files of Sensor.Community",
    standardName: particles("pm2p5"),
  },
  { names: /^p0$/, says: "PM1 in files of Sensor.Community", standardName: particles("pm1") },
  { names: /pm_?10(?!\d)/, says: "PM10", standardName: particles("pm10") },
  { names: /pm_?2[._p]?5/, says: "PM2.5", standardName: particles("pm2p5") },
  { names: /pm_?1(_?0)?$/, says: "PM1", standardName: particles("pm1") },
  {
    names: /(^|_)co_?2/,
    says: "carbon dioxide",
    standardName: "mole_fraction_of_carbon_dioxide_in_air",
  },
  {
    names: /(^|_)no_?2/,
    says: "nitrogen dioxide",
    standardName: "mass_concentration_of_nitrogen_dioxide_in_air",
  },
  {
    names: /(^|_)o_?3(_|$)|ozone/,
    says: "ozone",
    standardName: "mass_concentration_of_ozone_in_air",
  },
  {
    names: /noise|^la?eq|(^|_)spl$/,
    says: "noise",
    standardName: "sound_pressure_level_in_air",
  },
  {
    names: /cloud.*(cover|amount|frac)|^n$/,
    says: "cloud cover",
    standardName: "cloud_area_fraction",
  },
  {
    names: /visib/,
    says: "visibility",
    standardName: "visibility_in_air",
  },
];

const folded = (name: string) =>
  name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "_");

/**
 * What the raw columns that the map does not name may be, by name and values; and for those it names, another unit where the values do not fit
 * the one that is declared. Never taken over by itself.
 */
export function suggestVariables(
  samples: readonly ColumnSample[],
  mapped: readonly CanonicalVariable[],
  taken: ReadonlySet<string>,
): readonly MapSuggestion[] {
  return samples.flatMap((sample) => {
    const variable = mapped.find(({ column }) => column === sample.column);
    const found = variable
      ? otherUnit(sample, variable)
      : taken.has(sample.column)
        ? undefined
        : byName(sample);
    return found ? [found] : [];
  });
}

function byName({ column, range }: ColumnSample): MapSuggestion | undefined {
  const rule = SUGGESTION_RULES.find(({ names }) => names.test(folded(column)));
  if (rule === undefined) return undefined;
  const usual = USUAL_VALUES[rule.standardName] ?? [];
  const guess = range === undefined ? undefined : usual.find((each) => fits(each, range));
  // Values that fit no unit of it are of something else, whatever the name says; without any, there is nothing to go by.
  if (guess === undefined || range === undefined) return undefined;
  return {
    column,
    standard_name: rule.standardName,
    cf_unit: guess.unit,
    level: rule.level ?? 0,
    method: rule.method ?? "point",
    period: "PT0S",
    reason: `its name says ${rule.says}, and ${between(range)}, as in ${guess.unit}`,
  };
}

function otherUnit({ column, range }: ColumnSample, variable: CanonicalVariable): MapSuggestion | undefined {
  if (range === undefined) return undefined;
  const guesses = USUAL_VALUES[variable.standard_name];
  const declared = guesses?.find(({ unit }) => unit === variable.cf_unit);
  if (guesses === undefined || declared === undefined || fits(declared, range)) return undefined;
  const other = guesses.find((each) => fits(each, range));
  if (other === undefined) return undefined;
  const { standard_name, level, method, period } = variable;
  return {
    column,
    standard_name,
    cf_unit: other.unit,
    level,
    method,
    period,
    reason: `${between(range)}, as in ${other.unit}; the map says ${variable.cf_unit}`,
  };
}
