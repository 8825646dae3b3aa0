import { expect, it } from "vitest";
import { ioncannon } from "./ioncannon";
import { IoncannonConfig } from "./ioncannon/config";
import { IngestDataCommand } from "./messages";

it("refuses an ingest command whose end is before its start, and takes one of no length", () => {
  const config = IoncannonConfig.parse({});
  const command = (start_time: string, end_time: string) =>
    IngestDataCommand.safeParse({
      id: "0190f2c0-0000-7000-8000-000000000001",
      metadata: {
        dataset: ioncannon.dataset(config).metadata,
        ingestion_map: ioncannon.map(config),
        version: 1,
      },
      payload_location: "/data/a.parquet",
      start_time,
      end_time,
    });
  const wrong = command("2024-01-01T01:00:00Z", "2024-01-01T00:59:59.999999Z");
  expect(wrong.error?.issues).toMatchObject([{ path: ["end_time"], message: "is before start_time" }]);
  expect(command("2024-01-01T01:00:00Z", "2024-01-01T02:00:00+01:00").success).toBe(true);
});
