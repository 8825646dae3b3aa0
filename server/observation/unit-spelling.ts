/** What a unit's text is read as. */
export type UnitSpelling =
  | { readonly ok: true; readonly text: string; readonly aliased: boolean }
  | { readonly ok: false; readonly reason: string };

/** Spellings that UDUNITS does not know, or reads as something that nobody means, and that have one meaning here (E-SOH's, UCUM's, glued ones). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["deg", "degree"],
  ["Cel", "degC"],
  ["unitless", "1"],
  ["none", "1"],
  ["dimensionless", "1"],
  ["fraction", "1"],
  ["index", "1"],
  ["okta", "0.125"],
  ["octa", "0.125"],
  ["oktas", "0.125"],
  ["per mil", "1e-3"],
  ["‰", "1e-3"],
  ["kn", "knot"],
  ["kmh", "km h-1"],
  ["kmh-1", "km h-1"],
  ["mmh-1", "mm h-1"],
  ["Wm-2", "W m-2"],
  ["Jm-2", "J m-2"],
  ["MJm-2", "MJ m-2"],
  ["Ws/m2", "W s m-2"],
  ["Wsm-2", "W s m-2"],
  ["kgm-2", "kg m-2"],
  ["kgm-3", "kg m-3"],
  ["mgm-3", "mg m-3"],
  ["ugm-3", "ug m-3"],
  ["µgm-3", "ug m-3"],
  ["μgm-3", "ug m-3"],
  ["mcg/m3", "ug m-3"],
  ["mcg m-3", "ug m-3"],
]);

const celsius = "is no temperature for UDUNITS: write degC";

/** Spellings that are not taken: UDUNITS reads something else, or there is no unit behind them. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["C", `is a coulomb: write degC`],
  ["deg C", celsius],
  ["degree C", celsius],
  ["degrees C", celsius],
  ["F", "is a farad: write degF"],
  ["deg F", "is no temperature for UDUNITS: write degF"],
  ["degrees F", "is no temperature for UDUNITS: write degF"],
  ["k", "is no unit: write K for kelvin"],
  ["pa", "is a pico-are, an area: write Pa"],
  ["PA", "is a peta-ampere: write Pa"],
  ["hpa", "is no pressure, symbols keep their case: write hPa"],
  ["HPA", "is no pressure, symbols keep their case: write hPa"],
  ["hPA", "is a hecto-peta-ampere at best: write hPa"],
  ["mb", "is a millibarn, an area: write mbar or hPa"],
  ["mph", "is a milliphot, an illuminance: write mile/hour"],
  ["kph", "is a kilophot, an illuminance: write km h-1"],
  ["ms-1", "is per millisecond, a thousand hertz: write m s-1"],
  ["km/H", "is a kilometre per henry: write km h-1"],
  ["Km/h", "is no speed, symbols keep their case: write km h-1"],
  ["KM/H", "is no speed, symbols keep their case: write km h-1"],
  ["KM/h", "is no speed, symbols keep their case: write km h-1"],
  ["M", "is no unit, symbols keep their case: write m for metre"],
  ["degC/100m", "is read as (degC/100) times m: write degC (100 m)-1 or K hm-1"],
  ["K/100m", "is read as (K/100) times m: write K (100 m)-1 or K hm-1"],
  ["K/100 m", "is read as (K/100) times m: write K (100 m)-1 or K hm-1"],
  ["degC/100 m", "is read as (degC/100) times m: write degC (100 m)-1 or K hm-1"],
  ["#/cm3", "has a sign that is no unit: write cm-3"],
  ["dBA", "is a weighted level: write dB, and keep the weighting in the variable's name"],
  ["dB(A)", "is a weighted level: write dB, and keep the weighting in the variable's name"],
  ["dBz", "is not known to UDUNITS 2.2.28: write dBZ for radar reflectivity, dB for a sound level"],
  ["CSQ", "is a modem's scale from 0 to 31, no unit: write 1, and keep it as metadata"],
  ["UVI", "is an index, no unit: write 1"],
  ["psu", "is a scale of salinity, no unit: write 1"],
]);

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Brings a unit's text to a spelling that UDUNITS reads: Unicode to its plain forms, blanks collapsed, aliases looked up.
 * `aliased` says that another text than the given one is read; a dangerous spelling is refused with what to write instead.
 */
export function unitSpelling(given: string): UnitSpelling {
  const composed = given.normalize("NFC").trim().replaceAll(/\s+/gu, " ");
  const text = plainCharacters(composed);
  const refusal = REFUSED.get(text) ?? REFUSED.get(text.replace("^", ""));
  if (refusal !== undefined) return { ok: false, reason: `"${given}" ${refusal}` };
  const alias = ALIASES.get(text) ?? ALIASES.get(text.replace("^", ""));
  if (alias !== undefined) return { ok: true, text: alias, aliased: true };
  return { ok: true, text, aliased: text !== composed };
}

/** Look-alikes and presentation forms by what they stand for. */
function plainCharacters(text: string): string {
  return (
    text
      // Squared units of East Asian typefaces (㎍, ㎥) by their letters.
      .replaceAll(/[\u3371-\u337A\u3380-\u33DF]/gu, (sign) => sign.normalize("NFKC"))
      .replaceAll(/[º˚]/gu, "°")
      .replaceAll(/[⋅•∙]/gu, "·")
      .replaceAll(/[−–‐‑]/gu, "-")
      .replaceAll(
        /([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/gu,
        (_, sign: string, digits: string) =>
          `^${sign === "⁻" ? "-" : ""}${Array.from(digits, (digit) => SUPERSCRIPTS.indexOf(digit)).join("")}`,
      )
  );
}
