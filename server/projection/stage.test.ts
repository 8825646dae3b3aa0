import { describe, expect, it } from "vitest";
import { Invalid } from "../errors";
import type { Job } from "../ports/jobs";
import { projectionStage } from "./stage";

const event = {
  id: "7f9c2ba4-e88f-5a27-9d5c-35a1e8c8f6b1",
  metadata: {
    name: "sensor.community",
    description: "Citizens",
    aggregation_span: "PT1H",
    source_links: [],
    keywords: [],
    subject_to_change_window: "P1D",
  },
  dataset_location: "/data/sensor.community_20250120T0000_PT1H.01234567.parquet",
  start_time: "2025-01-20T00:00:00Z",
  end_time: "2025-01-20T01:00:00+00:00",
};

async function handle(body: object) {
  const added: unknown[] = [];
  const ports = { jobs: { add: async (job: Job, options?: object) => void added.push([job, options]) } };
  const outcome = await projectionStage.handle(projectionStage.schema.parse(body), ports, {
    lane: "backfill",
    queue: "ionbeam.dataset.available.pygeoapi",
    signal: new AbortController().signal,
    attempt: 0,
  });
  return { added, outcome };
}

describe("the projection stage", () => {
  it("turns an event into a nudge for its window, in its lane, and publishes nothing", async () => {
    const start = Date.UTC(2025, 0, 20) * 1000;
    const { added, outcome } = await handle({ ...event, unknown_field: 1 });
    expect(outcome).toEqual({ publish: [] });
    expect(added).toEqual([
      [
        {
          kind: "project",
          projection: "pygeoapi",
          dataset: "sensor.community",
          start,
          end: start + 3_600_000_000,
        },
        { lane: "backfill" },
      ],
    ]);
  });

  it("refuses an event whose window ends before it starts", async () => {
    await expect(handle({ ...event, end_time: event.start_time })).rejects.toThrow(Invalid);
  });
});
