import { Conflict, Invalid } from "../errors";
import { uuidv5 } from "../message";
import { formatDuration, formatInstant, type Micros } from "../observation/time";
import type { Catalog, Schedule } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { Transactions, Tx } from "../ports/transactions";
import {
  type AddSchedule,
  boundaryAt,
  type ChangeSchedule,
  type Firing,
  nextFirings,
  type PreviewSchedule,
  type RemoveSchedule,
  refusals,
  type ScheduleTimes,
  type SetScheduleEnabled,
} from "./model";
import { scheduleEffect } from "./schedule-effect";

interface ScheduleVerbPorts {
  readonly catalog: Pick<
    Catalog,
    "lock" | "source" | "dataset" | "schedules" | "lockedSchedules" | "saveSchedule" | "audit"
  >;
  readonly ledger: Pick<Ledger, "spans">;
  readonly transactions: Transactions;
  readonly clock: Pick<Clock, "now">;
}

/** Firings that are shown before a schedule is saved. */
const SHOWN = 5;

/** What a person may ask of a source's schedules. A schedule's id follows from what it says (S1), so that a changed one is another one. */
export function scheduleVerbs(ports: ScheduleVerbPorts) {
  return {
    previewSchedule: (request: PreviewSchedule) => previewSchedule(request, ports),
    addSchedule: (request: AddSchedule) => addSchedule(request, ports),
    changeSchedule: (request: ChangeSchedule) => changeSchedule(request, ports),
    setScheduleEnabled: (request: SetScheduleEnabled) => setScheduleEnabled(request, ports),
    removeSchedule: (request: RemoveSchedule) => removeSchedule(request, ports),
    listSchedules: (source: string) => listSchedules(source, ports),
  };
}

/** The id of what a schedule says: the same on every machine. */
export function scheduleId(source: string, { windowSize, interval, lag }: ScheduleTimes): string {
  return uuidv5("schedule", source, windowSize, interval, lag);
}

/** What a schedule would do, if it were saved now. Changes nothing. @throws NotFound, Invalid */
async function previewSchedule(
  { source: name, replaces, ...rule }: PreviewSchedule,
  ports: ScheduleVerbPorts,
): Promise<{ readonly firings: readonly Firing[]; readonly effect: readonly string[] }> {
  refuse(rule);
  return ports.transactions.run(async (tx) => {
    const source = await ports.catalog.source(name, tx);
    const dataset = await ports.catalog.dataset(source.dataset, tx);
    const present = (await ports.catalog.schedules(name, tx)).filter(
      ({ removedAt }) => removedAt === undefined,
    );
    const before = present.find(({ id }) => id === replaces);
    const now = ports.clock.now();
    const firedThrough = markOf(rule, before, source.enabled, now);
    const span = (await ports.ledger.spans(tx, source.dataset)).at(-1);
    const effect = span
      ? scheduleEffect(rule, {
          before: before && { ...before, enabled: before.enabled && source.enabled },
          firedThrough,
          others: present.filter(({ id, enabled }) => enabled && id !== replaces),
          dataset: source.dataset,
          span: span.span,
          declaredSpan: span.declared,
          subjectToChange: dataset.settings.subjectToChange,
          waits: dataset.settings.policy.kind === "wait",
        })
      : [];
    const off = source.enabled ? [] : [`${name} is off: the schedule fires when the source is enabled.`];
    return { firings: nextFirings(rule, firedThrough, SHOWN), effect: [...effect, ...off] };
  });
}

/** A schedule that says the same as one before, of the same interval, goes on where that one is; any other begins with the next boundary. */
function markOf(rule: ScheduleTimes, before: Schedule | undefined, sourceOn: boolean, now: Micros): Micros {
  if (before?.enabled && sourceOn && before.interval === rule.interval) return before.firedThrough;
  return boundaryAt(rule.interval, now);
}

/** @throws NotFound, Invalid; Conflict where the source has this schedule already */
async function addSchedule(
  { source, ...rule }: AddSchedule,
  ports: ScheduleVerbPorts,
): Promise<{ id: string }> {
  return ports.transactions.run(async (tx) => {
    const present = await held(tx, source, ports);
    const schedule = fresh(source, rule, undefined, present, ports.clock.now(), true);
    await ports.catalog.saveSchedule(tx, schedule);
    await audit(tx, ports, "source schedule add", source, undefined, schedule);
    return { id: schedule.id };
  });
}

/**
 * Has a schedule say something else. What it fired and skipped stays with the one that it was.
 * @throws NotFound, Invalid; Conflict where somebody has changed or removed it since, or the source has the new one already
 */
async function changeSchedule(
  { source, id, ...rule }: ChangeSchedule,
  ports: ScheduleVerbPorts,
): Promise<{ id: string }> {
  return ports.transactions.run(async (tx) => {
    const present = await held(tx, source, ports);
    const before = standing(present, id);
    if (scheduleId(source, rule) === id) return { id };
    const { enabled: on } = await ports.catalog.source(source, tx);
    const after = fresh(source, rule, before, present, ports.clock.now(), on);
    await ports.catalog.saveSchedule(tx, { ...before, enabled: false, removedAt: ports.clock.now() });
    await ports.catalog.saveSchedule(tx, after);
    await audit(tx, ports, "source schedule change", source, before, after);
    return { id: after.id };
  });
}

/** @throws Invalid for one that could never be worked; Conflict where the source has it already */
function fresh(
  source: string,
  rule: ScheduleTimes,
  before: Schedule | undefined,
  present: readonly Schedule[],
  now: Micros,
  sourceOn: boolean,
): Schedule {
  refuse(rule);
  const id = scheduleId(source, rule);
  const same = present.find((each) => each.id === id);
  if (same && same.removedAt === undefined)
    throw new Conflict(
      `${source} has a schedule that asks every ${formatDuration(rule.interval)} for ${formatDuration(rule.windowSize)} with a lag of ${formatDuration(rule.lag)} already${same.enabled ? "" : ", which is off: enable that one"}`,
    );
  // A mark only moves forward: boundaries that were fired before it was removed stay so.
  const firedThrough = Math.max(same?.firedThrough ?? 0, markOf(rule, before, sourceOn, now));
  return { id, source, ...rule, enabled: before?.enabled ?? true, firedThrough };
}

/** One that is turned on owes nothing of the time in which it was off. @throws NotFound; Conflict where it is not there any more */
async function setScheduleEnabled(
  { source, id, enabled }: SetScheduleEnabled,
  ports: ScheduleVerbPorts,
): Promise<void> {
  await ports.transactions.run(async (tx) => {
    const before = standing(await held(tx, source, ports), id);
    if (before.enabled === enabled) return;
    const now = boundaryAt(before.interval, ports.clock.now());
    const firedThrough = enabled ? Math.max(before.firedThrough, now) : before.firedThrough;
    const after = { ...before, enabled, firedThrough };
    await ports.catalog.saveSchedule(tx, after);
    await audit(tx, ports, `source schedule ${enabled ? "enable" : "disable"}`, source, before, after);
  });
}

/** It fires no more; what it fired goes on, and what it skipped stays known. @throws NotFound; Conflict where it is not there any more */
async function removeSchedule({ source, id }: RemoveSchedule, ports: ScheduleVerbPorts): Promise<void> {
  await ports.transactions.run(async (tx) => {
    const before = standing(await held(tx, source, ports), id);
    await ports.catalog.saveSchedule(tx, { ...before, enabled: false, removedAt: ports.clock.now() });
    await audit(tx, ports, "source schedule remove", source, before, undefined);
  });
}

async function listSchedules(name: string, ports: ScheduleVerbPorts) {
  const source = await ports.catalog.source(name);
  const present = (await ports.catalog.schedules(name)).filter(({ removedAt }) => removedAt === undefined);
  return present.map((schedule) => {
    const [next] = nextFirings(schedule, schedule.firedThrough, 1);
    return {
      id: schedule.id,
      ...written(schedule),
      firedThrough: formatInstant(schedule.firedThrough),
      next: source.enabled && schedule.enabled && next ? formatInstant(next.at) : null,
    };
  });
}

/** A source's schedules while nobody else changes any and none fires; the removed ones among them. @throws NotFound */
async function held(tx: Tx, source: string, { catalog }: ScheduleVerbPorts): Promise<readonly Schedule[]> {
  await catalog.lock(tx);
  await catalog.source(source, tx);
  return catalog.lockedSchedules(tx, source);
}

/** @throws Conflict where it was changed or removed: a newer save is never overwritten */
function standing(present: readonly Schedule[], id: string): Schedule {
  const found = present.find((each) => each.id === id);
  if (found && found.removedAt === undefined) return found;
  throw new Conflict(
    "somebody has changed or removed this schedule meanwhile: nothing was saved; look at the list as it is now",
  );
}

/** @throws Invalid with all that is wrong */
function refuse(rule: ScheduleTimes): void {
  const wrong = Object.values(refusals(rule));
  if (wrong.length > 0) throw new Invalid(wrong.join("; "));
}

function written({ windowSize, interval, lag, enabled }: Schedule) {
  return {
    windowSize: formatDuration(windowSize),
    interval: formatDuration(interval),
    lag: formatDuration(lag),
    enabled,
  };
}

async function audit(
  tx: Tx,
  { catalog }: ScheduleVerbPorts,
  what: string,
  subject: string,
  before: Schedule | undefined,
  after: Schedule | undefined,
): Promise<void> {
  const entry = { who: "local", what, subject };
  await catalog.audit(tx, { ...entry, before: before && written(before), after: after && written(after) });
}
