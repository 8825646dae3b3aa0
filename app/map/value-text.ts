/** A value as people read it: six digits, never an exponent where it can be done without, and its unit. */
export function valueText(value: number, unit = ""): string {
  if (Number.isNaN(value)) return "missing";
  const rounded = Number(value.toPrecision(6));
  const text = (Object.is(rounded, -0) ? 0 : rounded).toString().replace("-", "\u2212");
  return unit === "" || unit === "1" ? text : `${text}\u202f${unit}`;
}
