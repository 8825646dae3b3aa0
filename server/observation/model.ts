import { z } from "zod";
import { formatDuration, formatInstant, parseDuration, parseInstant, SECOND } from "./time";

/**
 * What flows: the models of the public messages, field for field as the Python Ionbeam (Pydantic) writes and reads them (dossier 2.1, 2.2).
 * Unknown fields are ignored. Parsed values are plain JSON again: instants and durations are normalised to the text that Pydantic writes.
 */

/** ISO 8601 instant, normalised to `…Z`. */
export const Instant = z.string().transform((text, ctx) => {
  const instant = parseInstant(text);
  if (instant === undefined) {
    ctx.addIssue({
      code: "custom",
      message: `"${text}" is not an ISO 8601 instant such as 2024-01-01T12:00:00Z`,
    });
    return z.NEVER;
  }
  return formatInstant(instant);
});

/** ISO 8601 duration, or a number of seconds; normalised to `PT1H`. */
export const Duration = z
  .union([z.string(), z.number()])
  .transform((value, ctx) => {
    const micros = typeof value === "number" ? Math.round(value * SECOND) : parseDuration(value);
    if (micros === undefined) {
      ctx.addIssue({ code: "custom", message: `"${value}" is not an ISO 8601 duration such as PT1H or P1D` });
      return z.NEVER;
    }
    return formatDuration(micros);
  })
  .meta({ format: "duration" });

export const Link = z.object({ mime_type: z.string(), title: z.string(), href: z.string() });
export type Link = z.infer<typeof Link>;

/** A dataset's name stands in file names, queues and keys: no colon, no slash, nothing that a folder could mistake (SEMANTICS 1). */
const DatasetName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "a dataset's name holds letters, digits, dot, hyphen and underscore only",
  );

export const DatasetMetadata = z.object({
  name: DatasetName,
  description: z.string(),
  aggregation_span: Duration.default("P1D"),
  source_links: z.array(Link),
  keywords: z.array(z.string()),
  subject_to_change_window: Duration.default("PT0S"),
});
export type DatasetMetadata = z.infer<typeof DatasetMetadata>;

const TimeAxis = z.object({
  from_col: z.string().nullable().default(null),
  dtype: z.string().default("datetime64[ns, UTC]"),
});

const positionAxis = {
  standard_name: z.string(),
  cf_unit: z.string(),
  from_col: z.string().nullable().default(null),
  dtype: z.string().default("float64"),
};
const LatitudeAxis = z.object(positionAxis);
const LongitudeAxis = z.object(positionAxis);

export const CanonicalVariable = z.object({
  column: z.string().min(1),
  standard_name: z.string().min(1),
  cf_unit: z.string().min(1),
  /** Height of the instrument above ground, metres. */
  level: z.number().default(0),
  /** CF cell method (appendix E). */
  method: z.string().default("point"),
  /** ISO 8601 duration text, kept word for word. */
  period: z.string().default("PT0S"),
  dtype: z.string().default("float64"),
});
export type CanonicalVariable = z.infer<typeof CanonicalVariable>;

const MetadataVariable = z.object({ column: z.string().min(1), dtype: z.string().default("string") });

export const DataIngestionMap = z.object({
  datetime: TimeAxis,
  lat: LatitudeAxis,
  lon: LongitudeAxis,
  canonical_variables: z.array(CanonicalVariable),
  metadata_variables: z.array(MetadataVariable),
});
export type DataIngestionMap = z.infer<typeof DataIngestionMap>;

export const IngestionMetadata = z.object({
  dataset: DatasetMetadata,
  ingestion_map: DataIngestionMap,
  version: z.number().int().default(1),
});
export type IngestionMetadata = z.infer<typeof IngestionMetadata>;
