import type { Dataset } from "../_trpc/outputs";
import { isNumber } from "../datasets/[name]/column-table";

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
  return columns.filter(({ role, dtype }) => role === "variable" && isNumber({ dtype }));
}

/** Columns of the same standard name: those of a map of another time, in another unit or at another height. */
export function othersOf(variable: Variable, variables: readonly Variable[]): readonly Variable[] {
  const { name, standardName } = variable;
  if (standardName === undefined) return [];
  return variables.filter((each) => each.standardName === standardName && each.name !== name);
}

/** A variable in words, with its unit. */
export function withUnit(variable: Variable): string {
  return variable.unit === undefined
    ? variableText(variable)
    : `${variableText(variable)} (${variable.unit})`;
}

/** What is shown until somebody chooses: the temperature, else the first. */
export function usualVariable(variables: readonly Variable[]): Variable | undefined {
  return variables.find(({ standardName }) => standardName === "air_temperature") ?? variables[0];
}
