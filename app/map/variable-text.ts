import type { Dataset } from "../_trpc/outputs";

export type Variable = Dataset["columns"][number];

/** A variable in words: its standard name, at which height, by which method over which period. */
export function variableText({ name, standardName, level, method, period }: Variable): string {
  const parts = [
    standardName ?? name,
    level === undefined ? "" : `${level} m`,
    method === undefined || method === "point" ? "" : method,
    period === undefined || period === "PT0S" ? "" : period,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The variables that can be drawn: numbers. */
export function drawnVariables(columns: readonly Variable[]): readonly Variable[] {
  return columns.filter(({ role, dtype }) => role === "variable" && !/string|text|varchar|bool/i.test(dtype));
}

/** What is shown until somebody chooses: the temperature, else the first. */
export function usualVariable(variables: readonly Variable[]): Variable | undefined {
  return variables.find(({ standardName }) => standardName === "air_temperature") ?? variables[0];
}
