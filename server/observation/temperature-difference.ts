/** The parts of a variable that tell a difference from a reading of a scale. */
export interface Measured {
  readonly standard_name: string;
  readonly method: string;
}

/** Methods of CF (appendix E) whose result is a difference of values, or made of differences. */
const METHODS: ReadonlySet<string> = new Set(["standard_deviation", "range", "variance"]);

/** By their ending, by their beginning, and those of CF's table 83 that have neither. A standard name's modifier stands behind a blank. */
const NAMES =
  /_(anomaly|difference|lapse_rate|depression)$|^(change_over_time_in|difference_between|temperature_difference_between)_|_temperature_bias_at_| standard_error$/;

/**
 * Whether a temperature variable holds differences: those convert without the offset of their scale, 1 degC is then 1 K
 * (CF 1.11, units_metadata `temperature: difference`).
 */
export function isTemperatureDifference({ standard_name, method }: Measured): boolean {
  return METHODS.has(method) || NAMES.test(standard_name);
}
