import { z } from "zod";
import { AlertSettings } from "../server/alert/model";
import { Keep } from "../server/dataset/retention";
import { SettingDuration } from "../server/dataset/setting-duration";
import { SetDatasetSettings } from "../server/dataset/verbs";
import { Invalid } from "../server/errors";
import { CanonicalVariable, DataIngestionMap } from "../server/observation/model";
import { type Micros, parseDuration } from "../server/observation/time";
import { acceptSpan } from "../server/window/align";

/** The length of a dataset's windows, judged as one that a person types. @returns µs */
const Span = z.string().transform((text, check) => {
  try {
    return acceptSpan(text).span;
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    check.addIssue(error.message);
    return z.NEVER;
  }
});

/** Settings of a dataset under the names of `ionbeam dataset set`; what is left out stays. */
export const DatasetBlock = z
  .strictObject({
    span: Span,
    subject_to_change: SettingDuration,
    policy: SetDatasetSettings.shape.policy,
    delete_after_export: z.boolean(),
    keep_points: Keep,
    keep_payloads: Keep,
    keep_revisions: Keep,
  })
  .partial();
export type DatasetBlock = z.infer<typeof DatasetBlock>;

const { datetime, lat, lon, metadata_variables } = DataIngestionMap.shape;

/** A source's variable map, whole: a misspelt key would change what its columns are. */
export const MapBlock = z.strictObject({
  datetime: datetime.strict(),
  lat: lat.strict(),
  lon: lon.strict(),
  canonical_variables: z.array(CanonicalVariable.strict()),
  metadata_variables: z.array(metadata_variables.element.strict()),
});

function alertAfter(text: string, or: string, check: z.RefinementCtx): Micros {
  const after = AlertSettings.shape.lateAfter.safeParse(parseDuration(text));
  if (after.success) return after.data;
  check.addIssue(`"${text}" is no ISO 8601 duration from PT1S to P366D; write PT30M or PT2H${or}`);
  return z.NEVER;
}

const AlertAfter = z.string().transform((text, check) => alertAfter(text, "", check));
const AlertAfterOrOff = z
  .string()
  .transform((text, check) => (text === "off" ? text : alertAfter(text, ", or off", check)));

/** From when on something is an alert; of what is left out, also of single sources and datasets, it stays as it is. */
export const AlertsBlock = z
  .strictObject({
    silence: z.boolean(),
    silent_after: z.record(z.string(), AlertAfterOrOff),
    late: z.boolean(),
    late_after: AlertAfter,
    late_after_of: z.record(z.string(), AlertAfterOrOff),
    failures: z.boolean(),
    failures_in_row: AlertSettings.shape.failuresInRow,
  })
  .partial();
export type AlertsBlock = z.infer<typeof AlertsBlock>;
