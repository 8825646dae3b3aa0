import { describe, expect, it } from "vitest";
import { stageOf, topology } from "./pipeline";

const configured = { sources: ["ioncannon", "sensor_community"], projections: ["pygeoapi"] };
const { queuesOf } = topology(() => configured);

describe("the pipeline", () => {
  it.each([
    ["ionbeam.source.ioncannon.start", "source"],
    ["ionbeam.source.netatmo_mqtt.start", "source"],
    ["ionbeam.source.with.dots.start", "source"],
    ["ionbeam.ingestion.ingestV1", "ingest"],
    ["ionbeam.data.available.aggregation", "window"],
    ["ionbeam.dataset.available.pygeoapi", "projection"],
    ["ionbeam.dataset.available.odb", "projection"],
    ["ionbeam.data.available", undefined],
    ["ionbeam.dataset.available", undefined],
    ["ionbeam.source..start", undefined],
    ["ionbeam.source.ioncannon.stop", undefined],
    ["somebody.else", undefined],
    ["", undefined],
  ])("queue %j is worked by %s", (queue, stage) => expect(stageOf(queue)).toBe(stage));

  it.each([
    ["ionbeam.data.available", ["ionbeam.data.available.aggregation"]],
    ["ionbeam.dataset.available", ["ionbeam.dataset.available.pygeoapi"]],
    ["ionbeam.ingestion.ingestV1", ["ionbeam.ingestion.ingestV1"]],
    ["ionbeam.source.ioncannon.start", ["ionbeam.source.ioncannon.start"]],
    ["a.queue.of.another.program", ["a.queue.of.another.program"]],
  ])("route %j feeds %j", (route, queues) => expect(queuesOf(route)).toEqual(queues));

  it("each queue that a route feeds has a stage", () => {
    const routes = [
      ...configured.sources.map((name) => `ionbeam.source.${name}.start`),
      "ionbeam.ingestion.ingestV1",
      "ionbeam.data.available",
      "ionbeam.dataset.available",
    ];
    expect(routes.flatMap(queuesOf).map(stageOf)).toEqual([
      "source",
      "source",
      "ingest",
      "window",
      "projection",
    ]);
  });

  it("asks at each publication what is configured", () => {
    let projections: readonly string[] = [];
    const changing = topology(() => ({ sources: [], projections }));
    expect(changing.queuesOf("ionbeam.dataset.available")).toEqual([]);
    projections = ["odb", "bufr"];
    expect(changing.queuesOf("ionbeam.dataset.available")).toEqual([
      "ionbeam.dataset.available.odb",
      "ionbeam.dataset.available.bufr",
    ]);
  });
});
