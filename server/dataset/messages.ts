import { z } from "zod";
import { DatasetMetadata, Instant } from "../observation/model";

/** A window's file is there. Fanout `ionbeam.dataset.available`; id = UUIDv5(dataset, window, revision, publication ordinal). */
export const DataSetAvailableEvent = z.object({
  id: z.uuid(),
  metadata: DatasetMetadata,
  /** Absolute path of the canonical Parquet. */
  dataset_location: z.string().min(1),
  start_time: Instant,
  end_time: Instant,
});
export type DataSetAvailableEvent = z.infer<typeof DataSetAvailableEvent>;

export const DATASET_AVAILABLE = "ionbeam.dataset.available";

/** The queue of one projection, bound to the fanout `ionbeam.dataset.available`. */
export function projectionQueue(projection: string): string {
  return `${DATASET_AVAILABLE}.${projection}`;
}
