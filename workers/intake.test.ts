import { expect, it } from "vitest";
import { Transient } from "../server/errors";
import type { Backlog, IntakeState } from "../server/ports/intake";
import type { Job } from "../server/ports/jobs";
import type { Log } from "../server/ports/log";
import { STANDARD_BOUNDS } from "../server/source/intake";
import { IntakeGate } from "./intake";

const MIB = 1024 ** 2;
const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const NOTHING: Backlog = {
  payloads: 0,
  payloadBytes: 0,
  waited: 0,
  windows: 0,
  windowRows: 0,
  projections: 0,
};

const RUN: Job = { kind: "message", queue: "ionbeam.source.a.start", id: "1" };
const INGEST: Job = { kind: "message", queue: "ionbeam.ingestion.ingestV1", id: "2" };
const BUILD: Job = { kind: "build", dataset: "d", start: 0, end: 1 };
const PROJECT: Job = { kind: "project", projection: "p", dataset: "d", start: 0, end: 1 };

/** A gate over a world that the test moves; `told` is what it wrote to its log and to the ledger. */
function gateOver() {
  const world = { free: 1_000 * MIB, payloads: 0, backfill: 0, away: false };
  const given: Job[] = [];
  const told: string[] = [];
  const remembered: IntakeState[] = [];
  const log: Log = { ...silent, info: (words) => told.push(words), warn: (words) => told.push(words) };
  const gate = new IntakeGate(
    {
      intake: {
        backlog: async () => {
          if (world.away) throw new Transient("away");
          const live = { ...NOTHING, payloads: world.payloads };
          return { live, all: { ...live, payloads: world.payloads + world.backfill } };
        },
        remember: async (state) => void remembered.push(state),
      },
      bounds: { ...STANDARD_BOUNDS, payloads: 4, reserve: { kind: "bytes", bytes: 100 * MIB } },
      rooms: async () => [{ folder: "/data", free: world.free, total: 10_000 * MIB }],
      log,
    },
    { add: async (job) => void given.push(job) },
  );
  /** Looks, and offers one of each job of a lane. @returns the kinds that may begin */
  const offered = async (lane: "live" | "backfill" = "live") => {
    await gate.look();
    given.length = 0;
    for (const job of [RUN, INGEST, BUILD, PROJECT]) await gate.add(job, { lane });
    return given.map((job) => (job === RUN ? "run" : job === INGEST ? "ingest" : job.kind));
  };
  return { world, gate, offered, told, remembered };
}

it("holds back collection when much waits, by lane, and tells each change once", async () => {
  const { world, gate, offered, told, remembered } = gateOver();
  const all = ["run", "ingest", "build", "project"];
  expect(await offered()).toEqual(all);
  world.backfill = 5;
  expect(await offered("live")).toEqual(all);
  expect(await offered("backfill")).toEqual(all.slice(1));
  expect(gate.holdsSchedules).toBe(false);
  world.payloads = 5;
  expect(await offered("live")).toEqual(all.slice(1));
  expect(gate.holdsSchedules).toBe(true);
  expect(gate.noRoom(), "an overload is no lack of room").toBeUndefined();
  world.backfill = 0;
  world.payloads = 3;
  expect(await offered("live"), "more than half is left").toEqual(all.slice(1));
  world.payloads = 2;
  expect(await offered("live")).toEqual(all);
  expect(told).toHaveLength(3);
  expect(new Set(remembered.map(({ level }) => level))).toEqual(new Set(["open", "live", "paused"]));
});

it("a disk that runs full stops collection, then all that needs room; work under way ends only then", async () => {
  const { world, gate, offered } = gateOver();
  const before = gate.signal;
  world.free = 99 * MIB;
  expect(await offered()).toEqual(["ingest", "build", "project"]);
  expect(gate.noRoom()).toMatch(/less than 100 MiB are free/);
  expect(before.aborted).toBe(false);
  world.free = 24 * MIB;
  expect(await offered()).toEqual([]);
  expect(before.aborted).toBe(true);
  expect(gate.signal.aborted).toBe(true);
  world.free = 60 * MIB;
  expect(await offered()).toEqual(["ingest", "build", "project"]);
  expect(gate.signal.aborted).toBe(false);
  world.free = 120 * MIB;
  expect(await offered()).toEqual(["run", "ingest", "build", "project"]);
  expect(gate.noRoom()).toBeUndefined();
});

it("sees a full disk although the database does not answer because of it", async () => {
  const { world, gate } = gateOver();
  await gate.look();
  world.away = true;
  world.free = 0;
  await expect(gate.look()).rejects.toThrow("away");
  expect(gate.holds(BUILD, "live")).toBe(true);
  world.free = 1_000 * MIB;
  await expect(gate.look()).rejects.toThrow("away");
  expect(gate.holds(BUILD, "live"), "nothing is known of what waits: as it was").toBe(true);
  world.away = false;
  await gate.look();
  expect(gate.holds(RUN, "live")).toBe(false);
});
