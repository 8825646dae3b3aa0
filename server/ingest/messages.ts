import { z } from "zod";
import { IngestionMetadata, Instant } from "../observation/model";

/** A payload has been written to the time series. Fanout `ionbeam.data.available`; id = the command's id. */
export const DataAvailableEvent = z.object({
  id: z.uuid(),
  metadata: IngestionMetadata,
  start_time: Instant,
  end_time: Instant,
});
export type DataAvailableEvent = z.infer<typeof DataAvailableEvent>;

export const DATA_AVAILABLE = "ionbeam.data.available";
export const AGGREGATION_QUEUE = "ionbeam.data.available.aggregation";
