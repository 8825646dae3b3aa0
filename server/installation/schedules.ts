import type { Interval } from "../observation/interval";
import { formatInstant, type Micros, SECOND } from "../observation/time";
import type { Catalog, Schedule } from "../ports/catalog";
import type { Tx } from "../ports/transactions";
import { boundaryAt, collectionWindow, nextFirings } from "../source/model";
import type { Difference } from "./differences";
import type { InstallationPlan } from "./plan";

/**
 * Makes the listed schedules those of the catalogue. One that says something else than before, of the same interval, goes on where that one is, as
 * one does that a person changes. What the schedules before had not asked for yet and the new ones never will is written down as skipped.
 * @param wereOn the sources that were on before
 * @returns a sentence for each such time
 */
export async function applySchedules(
  tx: Tx,
  plan: InstallationPlan,
  wereOn: ReadonlySet<string>,
  now: Micros,
  catalog: Catalog,
): Promise<readonly Difference[]> {
  const wanted = new Set(plan.schedules.map(({ id }) => id));
  const present = await catalog.lockedSchedules(tx);
  for (const schedule of present)
    if (!wanted.has(schedule.id)) await catalog.saveSchedule(tx, { ...schedule, enabled: false });
  const before = present.filter(({ enabled, source }) => enabled && wereOn.has(source));
  const vanished = before.filter(({ id }) => !plan.schedules.some((each) => each.id === id && each.enabled));
  const places = [...vanished];
  const after: Schedule[] = [];
  for (const schedule of plan.schedules) {
    const same = present.find(({ id }) => id === schedule.id);
    const next = { ...schedule, firedThrough: markOf(schedule, same, before, places, now) };
    after.push(next);
    await catalog.saveSchedule(tx, next);
  }
  const on = new Set((await catalog.sources(tx)).filter(({ enabled }) => enabled).map(({ name }) => name));
  const uncovered: Difference[] = [];
  for (const source of new Set(vanished.map((each) => each.source))) {
    const asking = after.filter((each) => each.enabled && each.source === source);
    const [first] = asking;
    const range = between(
      before.filter((each) => each.source === source),
      asking,
    );
    if (!first || !range || !on.has(source)) continue;
    await catalog.recordSkipped(tx, first.id, range, REASON);
    uncovered.push(told(source, range));
  }
  return uncovered;
}

const REASON = "the settings changed the schedules: neither those before nor those now ask for it";

/** One that was off, or whose source was, owes nothing of that time; one that is on, or takes the place of one, goes on where that is. */
function markOf(
  schedule: InstallationPlan["schedules"][number],
  same: Schedule | undefined,
  before: readonly Schedule[],
  places: Schedule[],
  now: Micros,
): Micros {
  if (same && schedule.enabled && before.includes(same)) return same.firedThrough;
  const place = schedule.enabled
    ? places.findIndex(({ source, interval }) => source === schedule.source && interval === schedule.interval)
    : -1;
  // Each gives its place to one.
  const [replaced] = place === -1 ? [] : places.splice(place, 1);
  // A mark only moves forward: boundaries that were fired before it was turned off stay so.
  return Math.max(same?.firedThrough ?? 0, replaced?.firedThrough ?? boundaryAt(schedule.interval, now));
}

/** What lies between the last range that was asked for and the first one to come. */
function between(before: readonly Schedule[], after: readonly Schedule[]): Interval | undefined {
  const start = Math.max(...before.map((each) => collectionWindow(each, each.firedThrough).end));
  const end = Math.min(
    ...after.flatMap((each) => nextFirings(each, each.firedThrough, 1).map((next) => next.start)),
  );
  return Number.isFinite(end) && end - start > SECOND ? { start, end } : undefined;
}

function told(source: string, { start, end }: Interval): Difference {
  const range = `${formatInstant(start)} to ${formatInstant(end)}`;
  return {
    is: `no schedule of source ${source} asks for ${range}`,
    applied: `source ${source}: no schedule asks for ${range}, between those before and those now: run it by hand if it is wanted`,
  };
}
