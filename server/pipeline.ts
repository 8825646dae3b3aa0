import { DATASET_AVAILABLE, projectionQueue } from "./dataset/messages";
import { AGGREGATION_QUEUE, DATA_AVAILABLE } from "./ingest/messages";
import type { Topology } from "./ports/broker";
import { INGEST_QUEUE, startQueue } from "./source/messages";

/** Which stage works which queue. The table of contents of the system: source -> ingest -> window -> dataset -> projection. */
export type StageName = "source" | "ingest" | "window" | "projection";

interface PipelineStage {
  readonly stage: StageName;
  /** The queues it consumes, given what is configured. */
  readonly queues: (configured: Configured) => readonly string[];
  /** The fanout that feeds these queues; absent where messages are sent to the queue itself. */
  readonly fanout?: string;
}

export interface Configured {
  readonly sources: readonly string[];
  readonly projections: readonly string[];
}

/** In the order of the data. Building a dataset is a job, not a message, and stands between window and projection. */
const PIPELINE: readonly PipelineStage[] = [
  { stage: "source", queues: ({ sources }) => sources.map(startQueue) },
  { stage: "ingest", queues: () => [INGEST_QUEUE] },
  { stage: "window", queues: () => [AGGREGATION_QUEUE], fanout: DATA_AVAILABLE },
  {
    stage: "projection",
    queues: ({ projections }) => projections.map(projectionQueue),
    fanout: DATASET_AVAILABLE,
  },
];

/** The stage of a queue; undefined for a queue that nobody here works. */
export function stageOf(queue: string): StageName | undefined {
  if (queue === INGEST_QUEUE) return "ingest";
  if (queue === AGGREGATION_QUEUE) return "window";
  if (queue.startsWith(projectionQueue(""))) return "projection";
  return /^ionbeam\.source\..+\.start$/.test(queue) ? "source" : undefined;
}

/** Which queues a route feeds. `configured` is asked at each publication: what is configured changes while the line runs. */
export function topology(configured: () => Configured): Topology {
  return {
    queuesOf(route) {
      const fed = PIPELINE.find(({ fanout }) => fanout === route);
      return fed ? fed.queues(configured()) : [route];
    },
  };
}
