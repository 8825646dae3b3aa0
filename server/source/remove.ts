import { z } from "zod";
import { partSecrets } from "../configuration/part-secrets";
import { formatDuration } from "../observation/time";
import type { Catalog, Source } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { RunStops } from "../ports/run-stops";
import type { Transactions } from "../ports/transactions";
import type { RunState } from "./model";

export interface RemoveSourcePorts {
  readonly catalog: Pick<
    Catalog,
    "lock" | "source" | "schedules" | "lockedSchedules" | "saveSchedule" | "saveSource" | "audit"
  >;
  readonly runStops: Pick<RunStops, "open" | "stopAll" | "endStopped">;
  readonly transactions: Transactions;
  readonly clock: Pick<Clock, "now">;
}

export const RemoveSource = z.object({ name: z.string().min(1) });

/** What removing a source ends. */
export interface SourceRemoval {
  readonly name: string;
  /** Its dataset, which stays with all that is in it. */
  readonly dataset: string;
  /** Schedules that end. */
  readonly schedules: number;
  /** Runs that are cancelled: those that wait for their turn, those that run, and those that failed and would be tried again. */
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  /** Settings whose secrets are erased. */
  readonly secrets: readonly string[];
}

/** What removing a source would end now. Changes nothing. @throws NotFound */
export async function sourceRemoval(name: string, ports: RemoveSourcePorts): Promise<SourceRemoval> {
  return ports.transactions.run(async (tx) => {
    const source = await ports.catalog.source(name, tx);
    const schedules = (await ports.catalog.schedules(name, tx)).filter(
      ({ removedAt }) => removedAt === undefined,
    );
    const runs = await ports.runStops.open(tx, name);
    return removalOf(source, schedules.length, runs);
  });
}

/**
 * Removes a source: its schedules end, its runs that are not over are cancelled, its secrets are erased. What it delivered, its payloads, windows,
 * datasets, runs and the audit stay under its name. No start brings it back; a person may add it again.
 * @returns what was ended @throws NotFound, also where it was removed before
 */
export async function removeSource(
  { name }: z.infer<typeof RemoveSource>,
  ports: RemoveSourcePorts,
): Promise<SourceRemoval> {
  const { catalog, runStops, transactions, clock } = ports;
  return transactions.run(async (tx) => {
    await catalog.lock(tx);
    const source = await catalog.source(name, tx);
    const removedAt = clock.now();
    // First of all: what fires just now is waited for, and its runs are among those that are cancelled.
    const schedules = (await catalog.lockedSchedules(tx, name)).filter(
      (each) => each.removedAt === undefined,
    );
    for (const schedule of schedules)
      await catalog.saveSchedule(tx, { ...schedule, enabled: false, removedAt });
    const { open } = partSecrets(source.config);
    await catalog.saveSource(tx, { ...source, enabled: false, config: open, removedAt });
    const runs = await runStops.stopAll(tx, name);
    if (runs.length > 0) await runStops.endStopped(tx);
    const removal = removalOf(source, schedules.length, runs);
    const { secrets } = removal;
    await catalog.audit(tx, {
      who: "local",
      what: "source remove",
      subject: name,
      before: {
        kind: source.kind,
        dataset: source.dataset,
        enabled: source.enabled,
        settings: open,
        map: source.mapHash,
        mapVersion: source.mapVersion,
        schedules: schedules.map(({ windowSize, interval, lag, enabled }) => ({
          windowSize: formatDuration(windowSize),
          interval: formatDuration(interval),
          lag: formatDuration(lag),
          enabled,
        })),
        ...(secrets.length > 0 ? { secrets: secrets.map((each) => `${each}: set`) } : {}),
      },
      after: {
        removed: true,
        cancelledRuns: runs.length,
        ...(secrets.length > 0 ? { secrets: secrets.map((each) => `${each}: erased`) } : {}),
      },
    });
    return removal;
  });
}

function removalOf(source: Source, schedules: number, runs: readonly RunState[]): SourceRemoval {
  const count = (state: RunState) => runs.filter((each) => each === state).length;
  return {
    name: source.name,
    dataset: source.dataset,
    schedules,
    queued: count("queued"),
    running: count("running"),
    retrying: count("failed"),
    secrets: partSecrets(source.config).secrets.map((path) => path.join(".")),
  };
}
