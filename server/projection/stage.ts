import { DataSetAvailableEvent, projectionQueue } from "../dataset/messages";
import { Invalid } from "../errors";
import { parseInstant } from "../observation/time";
import type { Jobs } from "../ports/jobs";
import type { Stage } from "../stage";

export interface ProjectionPorts {
  readonly jobs: Pick<Jobs, "add">;
}

/**
 * DataSetAvailableEvent in; a nudge out. The ledger already knows what is wanted, so the event's own path is not used: the job projects the
 * revision that is current when it runs, and a lost nudge costs a minute (SEMANTICS 5).
 */
export const projectionStage: Stage<typeof DataSetAvailableEvent, ProjectionPorts> = {
  name: "projection",
  schema: DataSetAvailableEvent,
  handle: async (event, ports, context) => {
    const start = parseInstant(event.start_time);
    const end = parseInstant(event.end_time);
    if (start === undefined || end === undefined || start >= end) {
      throw new Invalid(`event ${event.id} names no window: ${event.start_time} to ${event.end_time}`);
    }
    await ports.jobs.add(
      {
        kind: "project",
        projection: context.queue.slice(projectionQueue("").length),
        dataset: event.metadata.name,
        start,
        end,
      },
      { lane: context.lane },
    );
    return { publish: [] };
  },
};
