import { CELL_METHODS, isCellMethod, needsPeriod } from "../../../../server/observation/cell-method";
import { parseDuration } from "../../../../server/observation/time";
import { Choice, Field } from "../../../_ui/field";
import { durationText } from "../../../_ui/format";
import type { TypedTexts, TypedVariable } from "./typed-variable";

const TYPES = ["float64", "float32", "int64", "int32", "int16"];

/** A period in words, and what is odd about it beside the method. */
function periodWords({ period, method }: TypedTexts): string {
  const time = parseDuration(period);
  if (time === undefined) return "";
  if (time === 0) return needsPeriod(method) ? "no time: give it where it is known" : "an instant";
  return method === "point" ? `${durationText(time)}, though a point is of an instant` : durationText(time);
}

/** What belongs to a variable beside its name. */
export function VariableFields({ texts, set, faultAt }: Pick<TypedVariable, "texts" | "set" | "faultAt">) {
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Field
        label="Unit of the raw values"
        value={texts.unit}
        onChange={(unit) => set({ unit })}
        error={faultAt("unit")}
        hint="as degC, hPa, m s-1, %"
      />
      <Field
        label="Level above ground, m"
        value={texts.level}
        onChange={(level) => set({ level })}
        error={faultAt("level")}
      />
      <Choice label="Method" value={texts.method} onChange={(method) => set({ method })}>
        {isCellMethod(texts.method) ? null : <option>{texts.method}</option>}
        {Object.entries(CELL_METHODS).map(([method, words]) => (
          <option key={method} value={method}>{`${method}: ${words}`}</option>
        ))}
      </Choice>
      <Field
        label="Period, ISO 8601"
        value={texts.period}
        onChange={(period) => set({ period })}
        error={faultAt("period")}
        hint={periodWords(texts)}
      />
      <Choice label="Type" value={texts.dtype} onChange={(dtype) => set({ dtype })}>
        {[...new Set([texts.dtype, ...TYPES])].map((type) => (
          <option key={type}>{type}</option>
        ))}
      </Choice>
    </div>
  );
}
