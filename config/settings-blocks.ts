import { z } from "zod";
import { Keep } from "../server/dataset/retention";
import { SettingDuration } from "../server/dataset/setting-duration";
import { SetDatasetSettings } from "../server/dataset/verbs";
import { Invalid } from "../server/errors";
import { CanonicalVariable, DataIngestionMap } from "../server/observation/model";
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
