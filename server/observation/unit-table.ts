/**
 * The units that weather data is written in, by their definitions in UDUNITS 2.2.28 (https://www.unidata.ucar.edu/software/udunits, the units
 * of CF), chosen and written out by hand; `scripts/oracle-units.mjs` compares every one with the `udunits2` program. Some stand here only to be
 * recognised as the wrong thing: `C` is a coulomb, `mph` a milliphot, `mb` a millibarn.
 *
 * Names take any letter case, a plural, and prefixes by name or symbol; symbols are taken letter for letter.
 */

/** Definition in simpler units; names (`singular` or `singular:plural`); symbols. An empty definition makes a base unit. */
export type UnitRow = readonly [definition: string, names: string, symbols: string];

/** Base units of the SI, and the radian: without dimension, but worth telling from a plain number. */
export const BASE_UNITS = ["m", "kg", "s", "A", "K", "mol", "cd", "rad"] as const;
export type BaseUnit = (typeof BASE_UNITS)[number];

/** Factor, name, symbols. */
export const PREFIXES: readonly (readonly [factor: string, name: string, symbols: string])[] = [
  ["1e24", "yotta", "Y"],
  ["1e21", "zetta", "Z"],
  ["1e18", "exa", "E"],
  ["1e15", "peta", "P"],
  ["1e12", "tera", "T"],
  ["1e9", "giga", "G"],
  ["1e6", "mega", "M"],
  ["1e3", "kilo", "k"],
  ["100", "hecto", "h"],
  ["10", "deka", "da"],
  ["0.1", "deci", "d"],
  ["0.01", "centi", "c"],
  ["1e-3", "milli", "m"],
  ["1e-6", "micro", "µ μ u"],
  ["1e-9", "nano", "n"],
  ["1e-12", "pico", "p"],
  ["1e-15", "femto", "f"],
  ["1e-18", "atto", "a"],
  ["1e-21", "zepto", "z"],
  ["1e-24", "yocto", "y"],
];

const base: readonly UnitRow[] = [
  ["", "meter metre", "m"],
  ["", "kilogram", "kg"],
  ["", "second sec", "s"],
  ["", "ampere amp", "A"],
  [
    "",
    "kelvin degree_kelvin:degrees_kelvin degree_K:degrees_K degreeK:degreesK deg_K:degs_K degK:degsK",
    "K °K",
  ],
  ["", "mole einstein", "mol"],
  ["", "candela candle", "cd"],
  ["", "radian", "rad"],
];

const derived: readonly UnitRow[] = [
  ["1e-3 kg", "gram", "g"],
  ["rad2", "steradian", "sr"],
  ["s-1", "hertz becquerel baud", "Hz Bq Bd"],
  ["m kg s-2", "newton", "N"],
  ["N m-2", "pascal", "Pa"],
  ["N m", "joule", "J"],
  ["J s-1", "watt", "W"],
  ["s A", "coulomb", "C"],
  ["W A-1", "volt", "V"],
  ["C V-1", "farad", "F"],
  ["V A-1", "ohm", "Ω"],
  ["A V-1", "siemens", "S"],
  ["V s", "weber", "Wb"],
  ["Wb m-2", "tesla", "T"],
  ["Wb A-1", "henry", "H"],
  ["cd sr", "lumen", "lm"],
  ["lm m-2", "lux", "lx"],
  ["mol s-1", "katal", "kat"],
  ["J kg-1", "gray sievert", "Gy Sv"],
];

const temperature: readonly UnitRow[] = [
  [
    "K @ 273.15",
    "degree_Celsius:degrees_Celsius celsius degree_C:degrees_C degreeC:degreesC deg_C:degs_C degC:degsC",
    "°C ℃",
  ],
  [
    "K/1.8",
    "degree_rankine:degrees_rankine degree_R:degrees_R degreeR:degreesR deg_R:degs_R degR:degsR",
    "°R",
  ],
  [
    "°R @ 459.67",
    "fahrenheit degree_fahrenheit:degrees_fahrenheit degree_F:degrees_F degreeF:degreesF deg_F:degs_F degF:degsF",
    "°F ℉",
  ],
];

const time: readonly UnitRow[] = [
  ["60 s", "minute", "min"],
  ["3600 s", "hour", "h hr"],
  ["86400 s", "day", "d"],
  ["7 day", "week", ""],
  // Tropical, as UDUNITS has it: no period of a calendar.
  ["3.15569259747e7 s", "year tropical_year", "yr"],
  ["year/12", "month", ""],
];

const angle: readonly UnitRow[] = [
  ["3.141592653589793238462643383279", "pi", "π"],
  ["(pi/180) rad", "degree arc_degree angular_degree arcdeg", "°"],
  [
    "degree",
    "degree_north:degrees_north degree_N:degrees_N degreeN:degreesN degree_east:degrees_east degree_E:degrees_E degreeE:degreesE " +
      "degree_true:degrees_true degree_T:degrees_T degreeT:degreesT",
    "",
  ],
  ["degree/60", "arc_minute angular_minute arcminute arcmin", "' ′"],
  ["degree/3600", "arc_second angular_second arcsecond arcsec", '" ″'],
  ["0.9 degree", "grade", ""],
  ["2 pi rad", "circle cycle turn revolution rotation", ""],
  ["2 pi rad/minute", "", "rpm"],
];

const space: readonly UnitRow[] = [
  ["1e-10 m", "angstrom", "Å"],
  ["1e-6 m", "micron", ""],
  ["2.54 cm", "inch international_inch", "in"],
  ["12 inch", "foot:feet international_foot:international_feet", "ft"],
  ["3 foot", "yard international_yard", "yd"],
  ["5280 foot", "mile international_mile", "mi"],
  ["1852 m", "nautical_mile nmile", ""],
  ["1.49597870700e11 m", "astronomical_unit", "au"],
  ["100 m2", "are", "a"],
  ["1e4 m2", "hectare", ""],
  ["1e-28 m2", "barn", "b"],
  ["dm3", "liter litre", "L l"],
  ["nautical_mile/hour", "knot international_knot knot_international", "kt kts"],
  ["cm s-2", "gal", ""],
  ["9.80665 m s-2", "gravity standard_free_fall force geopotential dynamic", "gp"],
  ["1e6 m3 s-1", "sverdrup", ""],
];

const mass: readonly UnitRow[] = [
  ["1000 kg", "metric_ton tonne", "t"],
  ["0.45359237 kg", "pound avoirdupois_pound", "lb"],
  ["6.479891e-5 kg", "grain", "gr"],
  ["1.6605402e-27 kg", "unified_atomic_mass_unit atomic_mass_unit amu", "u"],
];

const pressure: readonly UnitRow[] = [
  ["1e5 Pa", "bar", ""],
  ["101325 Pa", "atmosphere standard_atmosphere", "atm"],
  ["gravity 1000 kg m-3", "water conventional_water", "H2O h2o"],
  ["gravity 13595.10 kg m-3", "conventional_mercury:conventional_mercuries", "Hg"],
  ["mm Hg", "torr millimeter_Hg:millimeters_Hg", "mmHg mm_Hg mmhg mm_hg"],
  ["inch Hg", "inch_Hg:inches_Hg", "inHg in_Hg"],
  ["pound gravity/inch2", "", "psi"],
];

const energy: readonly UnitRow[] = [
  ["4.1868 J", "calorie IT_calorie", "cal"],
  ["4.184e4 J m-2", "langley", ""],
  ["W hour", "watthour", ""],
  ["1.60217733e-19 J", "electronvolt electron_volt", "eV"],
  ["745.6999 W", "horsepower shaft_horsepower", "hp"],
  ["V A", "voltampere", "VA"],
  ["cd m-2", "nit", "nt"],
  ["1e4 lm m-2", "phot", "ph"],
  ["1e-4 T", "gauss", ""],
  ["3.7e10 Bq", "curie", "Ci"],
  ["1e-2 Sv", "rem", ""],
  ["2.58e-4 C kg-1", "roentgen", "R"],
];

const number: readonly UnitRow[] = [
  ["0.01", "percent", "%"],
  ["1", "count bit", "ppv"],
  ["8", "byte octet", ""],
  ["1e-6", "", "ppm ppmv"],
  ["1e-9", "", "ppb ppbv"],
  ["1e-12", "", "ppt pptv"],
  ["mol/6.02214179e23", "molecule molec nucleon nuc", ""],
  ["446.2 umol m-2", "dobson", "DU"],
  ["1e-6 m2 s-1 K kg-1", "potential_vorticity_unit", "PVU"],
];

const logarithmic: readonly UnitRow[] = [
  ["lg(re 1 mW)", "", "Bm"],
  ["lg(re 1 W)", "", "BW"],
  ["lg(re 1e-18 m3)", "", "BZ"],
  ["lg(re 20e-6 Pa)", "", "B_SPL"],
  // The bel: in CF's table as dB, in UDUNITS only after 2.2.28.
  ["lg(re 1)", "", "B"],
];

export const UNITS: readonly UnitRow[] = [
  ...base,
  ...derived,
  ...temperature,
  ...time,
  ...angle,
  ...space,
  ...mass,
  ...pressure,
  ...energy,
  ...number,
  ...logarithmic,
];
