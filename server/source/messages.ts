import { z } from "zod";
import { uuidv5 } from "../message";
import { IngestionMetadata, Instant } from "../observation/model";
import { parseInstant } from "../observation/time";

/** Ask a source for the half-open collection window [start_time, end_time). Queue `ionbeam.source.<name>.start`. */
export const StartSourceCommand = z.object({
  id: z.uuid(),
  source_name: z.string().min(1),
  start_time: Instant,
  end_time: Instant,
  use_cache: z.boolean().default(false),
});
export type StartSourceCommand = z.infer<typeof StartSourceCommand>;

/** Ask for one raw payload to be ingested. Queue `ionbeam.ingestion.ingestV1`. */
export const IngestDataCommand = z
  .object({
    id: z.uuid(),
    metadata: IngestionMetadata,
    /** Absolute path of the raw Parquet. */
    payload_location: z.string().min(1),
    start_time: Instant,
    end_time: Instant,
    /** Ours alone, ignored by others: which ingestion of this payload it is (SEMANTICS 3, *Generation*). Absent: the first. */
    ordinal: z.number().int().min(0).optional(),
  })
  .refine(({ start_time, end_time }) => (parseInstant(start_time) ?? 0) <= (parseInstant(end_time) ?? 0), {
    path: ["end_time"],
    message: "is before start_time",
  });
export type IngestDataCommand = z.infer<typeof IngestDataCommand>;

/** The command that a run ends with: one per run, so that what was ingested of it is found again (SEMANTICS 7). */
export function ingestCommandId(startCommandId: string): string {
  return uuidv5(startCommandId);
}

export const INGEST_QUEUE = "ionbeam.ingestion.ingestV1";

/** The start queue of a source instance; every run of characters outside A-Za-z0-9._- becomes one underscore (dossier 1.1). */
export function startQueue(sourceName: string): string {
  const name = sourceName.trim().replace(/[^A-Za-z0-9._-]+/g, "_");
  return `ionbeam.source.${name || "unknown"}.start`;
}
