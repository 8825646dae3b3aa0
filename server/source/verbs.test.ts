import { expect, it } from "vitest";
import { Invalid } from "../errors";
import type { Lane } from "../message";
import { DAY, HOUR, type Micros, parseInstant } from "../observation/time";
import type { Tx } from "../ports/transactions";
import { runSource } from "./verbs";

const NOW = parseInstant("2026-11-26T12:00:00Z") ?? 0;

/** The lane of a person's run. */
async function laneOfRun(start: Micros, end: Micros): Promise<readonly Lane[]> {
  const lanes: Lane[] = [];
  const ports = {
    catalog: {
      source: async () => ({ name: "s", kind: "k" }),
      requestRun: async (_tx: Tx, run: { lane: Lane }) => lanes.push(run.lane) > 0,
      audit: async () => undefined,
    },
    outbox: { add: async (_tx: Tx, [message]: { lane: Lane }[]) => message && lanes.push(message.lane) },
    transactions: { run: (body: (tx: Tx) => unknown) => body({} as Tx) },
    sourcePlugins: [{ kind: "k" }],
    clock: { now: () => NOW },
  } as unknown as Parameters<typeof runSource>[1];
  await runSource({ name: "s", start, end, requestKey: "click" }, ports);
  return lanes;
}

it.each([
  ["of a long past range", NOW - 40 * DAY, NOW - 10 * DAY, "backfill"],
  ["of a past day, for which a person waits", NOW - 40 * DAY, NOW - 39 * DAY, "live"],
  ["of a long range that reaches today", NOW - 10 * DAY, NOW - HOUR, "live"],
] as const)("a run %s: %i to %i is %s", async (_, start, end, lane) => {
  expect(await laneOfRun(start, end)).toEqual([lane, lane]);
});

it("a run of what is still to come is refused, one that reaches into it is not", async () => {
  await expect(laneOfRun(NOW + 1, NOW + DAY)).rejects.toThrow(Invalid);
  await expect(laneOfRun(NOW + DAY, NOW + 2 * DAY)).rejects.toThrow(
    "begins at 2026-11-27T12:00:00Z, and it is 2026-11-26T12:00:00Z now",
  );
  expect(await laneOfRun(NOW, NOW + HOUR)).toEqual(["live", "live"]);
});
