import { DAY, parseInstant } from "../../observation/time";
import type { SourceTrial } from "../testing";

/** It asks nobody: a few stations for a day. */
export async function open(): Promise<SourceTrial> {
  const start = parseInstant("2022-01-01T00:00:00Z") ?? Number.NaN;
  return { config: { num_stations: 20 }, range: { start, end: start + DAY }, close: async () => {} };
}
