import { z } from "zod";
import { DataIngestionMap, DatasetMetadata } from "../observation/model";
import { type Micros, parseDuration, parseInstant } from "../observation/time";

const At = z.string().transform((text, check): Micros => {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  check.addIssue({ code: "custom", message: `"${text}" is no instant` });
  return z.NEVER;
});
const After = z.string().transform((text): Micros => parseDuration(text) ?? 0);
const Range = z.object({ start: At, end: At });

const Column = z.object({ name: z.string(), role: z.string(), dtype: z.string() }).loose();

const Delivery = z.object({
  key: z.string(),
  source: z.string().nullable(),
  priority: z.number().int(),
  interval: Range,
  payload_sha256: z.string(),
  generation: z.string(),
  map_hash: z.string(),
  map_version: z.number().int(),
  collected_at: At,
  received_at: At,
  ingested_at: At,
  rows: z.number(),
  stations: z.number(),
  /** From manifest 3 on, as is the ordinal. */
  payload_key: z.string().optional(),
  ordinal: z.number().int().optional(),
});
export type ManifestDelivery = z.infer<typeof Delivery>;

const Exclusion = Range.extend({
  id: z.string(),
  reason: z.string(),
  station: z.string().nullable(),
  variable: z.string().nullable(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
});

/**
 * A manifest as a ledger is made of it again. Version 2 lacks the maps: its deliveries can be ingested again only where a manifest of the same dataset, or
 * the program's own source, has them.
 */
export const StoredManifest = z.object({
  manifest_version: z.number().int().min(2).max(3),
  revision: z.number().int().optional(),
  dataset: DatasetMetadata,
  synthetic: z.boolean(),
  licences: z.array(z.object({ licence: z.string(), attribution: z.string() })),
  window: Range.extend({ span: z.string() }),
  file: z.object({
    name: z.string(),
    sha256: z.string(),
    bytes: z.number(),
    rows: z.number(),
    stations: z.number(),
    observed: z.object({ first: At, last: At }).nullable(),
    bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  }),
  identity: z.array(z.string()),
  mobile: z.boolean(),
  settings: z
    .object({
      build_after: After.nullable(),
      floor: At,
      personal: z.array(z.string()),
      licence: z.string(),
      attribution: z.string(),
    })
    .optional(),
  columns: z.array(Column),
  coverage: z.object({ share: z.number(), complete: z.boolean(), gaps: z.array(Range) }),
  desired_hash: z.string(),
  map_hashes: z.array(z.string()),
  maps: z.record(z.string(), DataIngestionMap).default({}),
  deliveries: z.array(Delivery),
  exclusions: z.array(Exclusion),
});
export type StoredManifest = z.infer<typeof StoredManifest>;

/** A manifest with where it lies. */
export interface FoundManifest {
  readonly said: StoredManifest;
  readonly key: string;
  readonly fileKey: string;
  /** Of the manifest's file, ms since the epoch. */
  readonly modified: number;
}
