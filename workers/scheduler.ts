import { uuidv5 } from "../server/message";
import type { Interval } from "../server/observation/interval";
import { MINUTE, type Micros } from "../server/observation/time";
import type { Catalog, Schedule } from "../server/ports/catalog";
import type { Outbox } from "../server/ports/inbox";
import type { Transactions } from "../server/ports/transactions";
import { due } from "../server/source/due";
import { collectionWindow } from "../server/source/model";
import { requestRun } from "../server/source/verbs";

/** Boundaries fired in one transaction at most. */
const BATCH = 50;

/** A boundary older than this is backfill: live work goes before it (SEMANTICS 7). */
const LIVE_WITHIN = 60 * MINUTE;

export interface SchedulerPorts {
  readonly catalog: Catalog;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
}

/** One round of the scheduler: fires what is due of every enabled schedule. Any number of schedulers fire each boundary once. */
export async function scheduleRound(now: Micros, ports: SchedulerPorts): Promise<boolean> {
  const enabled = new Set(
    (await ports.catalog.sources()).filter((source) => source.enabled).map((source) => source.name),
  );
  let more = false;
  for (const schedule of await ports.catalog.schedules()) {
    if (!schedule.enabled || !enabled.has(schedule.source)) continue;
    more = (await fire(schedule, now, ports)) || more;
  }
  return more;
}

async function fire(schedule: Schedule, now: Micros, ports: SchedulerPorts): Promise<boolean> {
  const owed = due(schedule, now, BATCH);
  if (owed.through === schedule.firedThrough) return false;
  await ports.transactions.run(async (tx) => {
    if (!(await ports.catalog.markFired(tx, schedule.id, schedule.firedThrough, owed.through))) return;
    if (owed.skipped) {
      await ports.catalog.recordSkipped(
        tx,
        schedule.id,
        skippedRange(schedule, owed.skipped),
        "missed for more than 7 days: collect the range by hand if it is wanted",
      );
    }
    for (const boundary of owed.boundaries) {
      const id = uuidv5(schedule.id, boundary);
      const lane = now - boundary <= LIVE_WITHIN ? "live" : "backfill";
      const range = collectionWindow(schedule, boundary);
      await requestRun(tx, { id, source: schedule.source, range, trigger: "schedule", lane }, ports);
    }
  });
  return owed.boundaries.length === BATCH;
}

/** What the skipped boundaries would have collected: the range that a person may ask for by hand. */
function skippedRange(schedule: Schedule, skipped: Interval): Interval {
  const last = skipped.end - schedule.interval;
  return {
    start: collectionWindow(schedule, skipped.start).start,
    end: collectionWindow(schedule, last).end,
  };
}
