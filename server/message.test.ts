import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DataSetAvailableEvent } from "./dataset/messages";
import { DataAvailableEvent } from "./ingest/messages";
import { uuidv5 } from "./message";
import { IngestDataCommand, StartSourceCommand, startQueue } from "./source/messages";

const golden = (name: string) =>
  readFileSync(new URL(`./fixtures/messages/${name}.json`, import.meta.url), "utf8").trim();

describe("messages of the Python Ionbeam", () => {
  it.each([
    ["StartSourceCommand", StartSourceCommand],
    ["IngestDataCommand", IngestDataCommand],
    ["DataAvailableEvent", DataAvailableEvent],
    ["DataSetAvailableEvent", DataSetAvailableEvent],
  ] as const)("%s is read and written back field for field", (name, schema) => {
    // 0.0 and 0 are one JSON number: Python writes the first, we the second, both read both.
    const written = JSON.parse(golden(name));
    expect(JSON.stringify(schema.parse(written))).toBe(JSON.stringify(written));
  });

  it("ignores unknown fields, fills defaults, and normalises durations and instants", () => {
    const command = JSON.parse(golden("IngestDataCommand"));
    command.surprise = { a: 1 };
    command.start_time = "2024-01-01T01:00:00+01:00";
    command.metadata.dataset.aggregation_span = 3600;
    command.metadata.dataset.subject_to_change_window = "PT05M";
    delete command.metadata.version;
    delete command.metadata.ingestion_map.canonical_variables[0].level;
    const parsed = IngestDataCommand.parse(command);
    expect(parsed).not.toHaveProperty("surprise");
    expect(parsed.start_time).toBe("2024-01-01T00:00:00Z");
    expect(parsed.metadata.dataset.aggregation_span).toBe("PT1H");
    expect(parsed.metadata.dataset.subject_to_change_window).toBe("PT5M");
    expect(parsed.metadata.version).toBe(1);
    expect(parsed.metadata.ingestion_map.canonical_variables[0]?.level).toBe(0);
  });

  it.each([
    ["a dataset's name with a colon", (c: Golden) => (c.metadata.dataset.name = "a:b")],
    ["a dataset's name that leaves its folder", (c: Golden) => (c.metadata.dataset.name = "../x")],
    ["an instant that is none", (c: Golden) => (c.start_time = "2024-02-30T00:00:00Z")],
    ["a duration that is none", (c: Golden) => (c.metadata.dataset.aggregation_span = "1 hour")],
    ["an id that is no UUID", (c: Golden) => (c.id = "7")],
  ])("refuses %s", (_what, spoil) => {
    const command = JSON.parse(golden("IngestDataCommand")) as Golden;
    spoil(command);
    expect(IngestDataCommand.safeParse(command).success).toBe(false);
  });
});

interface Golden {
  id: string;
  start_time: string;
  metadata: { dataset: { name: string; aggregation_span: string } };
}

describe("identifiers", () => {
  it("repeat for the same parts and differ for others", () => {
    expect(uuidv5("a", 1)).toBe(uuidv5("a", "1"));
    expect(uuidv5("a", "b")).not.toBe(uuidv5("ab"));
    expect(uuidv5("x")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ["sensor_community", "ionbeam.source.sensor_community.start"],
    [" my source/1 ", "ionbeam.source.my_source_1.start"],
    ["  ", "ionbeam.source.unknown.start"],
  ])("the queue of %j is %s", (name, queue) => expect(startQueue(name)).toBe(queue));
});
