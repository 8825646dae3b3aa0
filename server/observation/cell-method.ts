/** What a value stands for within its period: CF's cell methods (CF 1.11, appendix E), each in words. */
export const CELL_METHODS = {
  point: "at the instant",
  mean: "mean over the period",
  maximum: "highest in the period",
  minimum: "lowest in the period",
  sum: "sum over the period",
  median: "median of the period",
  mid_range: "half-way between the lowest and the highest",
  mode: "the most frequent value",
  range: "highest less lowest",
  standard_deviation: "standard deviation in the period",
  variance: "variance in the period",
  root_mean_square: "root of the mean of squares",
  sum_of_squares: "sum of squares",
  maximum_absolute_value: "highest without its sign",
  minimum_absolute_value: "lowest without its sign",
  mean_absolute_value: "mean of the values without their signs",
  mean_of_upper_decile: "mean of the highest tenth",
} as const satisfies Readonly<Record<string, string>>;

export function isCellMethod(text: string): text is keyof typeof CELL_METHODS {
  return Object.hasOwn(CELL_METHODS, text);
}

/** Methods that say something about a stretch of time, and nothing where the period is no time at all. */
export function needsPeriod(method: string): boolean {
  return method !== "point";
}

/** Methods whose values are of the square of the quantity's unit (appendix E, column units: u2). */
export function squares(method: string): boolean {
  return method === "variance" || method === "sum_of_squares";
}
