import type { Micros } from "../observation/time";
import type { Catalog, Projection, Source } from "../ports/catalog";
import type { Tx } from "../ports/transactions";
import { boundaryAt } from "../source/model";
import { refuseMap } from "./maps";
import { isPlaceholder } from "./placeholder";
import { type InstallationPlan, speaksOf } from "./plan";

/**
 * Adds what the plan has and a catalogue that was filled before has not: a newer version brings new kinds, settings name new blocks. What is added
 * is off unless the settings ask for it (a schedule for a source, a block for a projection, a switch for either), and owes nothing of the past. Nothing that stands
 * is overwritten, except that a source which waited for its kind gets that kind's map and dataset. Each addition is audited; twice adds once.
 * The caller holds the catalogue's lock.
 * @param again whether sources that a person removed are added again where the settings speak of them; else they stay removed
 */
export async function addMissing(
  tx: Tx,
  plan: InstallationPlan,
  now: Micros,
  catalog: Catalog,
  again: "again" | undefined = undefined,
): Promise<void> {
  const present = await catalog.everySource(tx);
  for (const planned of plan.sources) {
    const before = present.find(({ name }) => name === planned.name);
    const source = addition(planned, before, plan, again);
    if (source) await addSource(tx, source, before?.removedAt !== undefined, plan, now, catalog);
  }
  const projections = new Set((await catalog.projections(tx)).map(({ name }) => name));
  for (const planned of plan.projections) {
    if (projections.has(planned.name)) continue;
    const asked = plan.named.projections.has(planned.name) || plan.named.projectionSwitches.has(planned.name);
    const enabled = planned.enabled && asked;
    await addProjection(tx, { ...planned, enabled }, catalog);
  }
}

type Planned = InstallationPlan["sources"][number];

function addition(
  planned: Planned,
  before: Source | undefined,
  plan: InstallationPlan,
  again: "again" | undefined,
): Planned | undefined {
  const { named } = plan;
  const asked = planned.enabled && (named.schedules || named.switches.has(planned.name));
  if (!before) return { ...planned, enabled: asked };
  if (before.removedAt !== undefined)
    return again && speaksOf(plan, planned.name)
      ? addedAgain({ ...planned, enabled: asked }, before)
      : undefined;
  const waited = isPlaceholder(before.map) && !isPlaceholder(planned.map);
  return waited ? { ...planned, config: before.config, enabled: before.enabled } : undefined;
}

async function addSource(
  tx: Tx,
  source: Planned,
  isBack: boolean,
  plan: InstallationPlan,
  now: Micros,
  catalog: Catalog,
): Promise<void> {
  refuseMap(source, plan);
  const dataset = plan.datasets.find(({ metadata }) => metadata.name === source.dataset);
  if (dataset) await catalog.ensureDataset(tx, dataset);
  await catalog.saveSource(tx, source);
  await addSchedules(
    tx,
    plan.schedules.filter((each) => each.source === source.name),
    now,
    isBack,
    catalog,
  );
  const { kind, dataset: fed, enabled } = source;
  const after = { kind, dataset: fed, enabled, ...(isBack ? { again: true } : {}) };
  await catalog.audit(tx, {
    who: "local",
    what: "source add",
    subject: source.name,
    before: undefined,
    after,
  });
}

/**
 * A source that was removed, as it comes back: with what is planned; its dataset and the map in force stay those that it had, where it is of the same kind,
 * as its earlier deliveries are of them.
 */
export function addedAgain(planned: Planned, before: Source): Planned {
  if (before.kind !== planned.kind || isPlaceholder(before.map)) return planned;
  const { dataset, map, mapHash, mapVersion } = before;
  return { ...planned, dataset, map, mapHash, mapVersion };
}

/**
 * The schedules of one source that it has not; none owes anything of the past.
 * @param isBack whether those that it had and were removed come back: what they fired stays fired
 */
export async function addSchedules(
  tx: Tx,
  schedules: InstallationPlan["schedules"],
  now: Micros,
  isBack: boolean,
  catalog: Pick<Catalog, "schedules" | "saveSchedule">,
): Promise<void> {
  const [first] = schedules;
  const present = first ? await catalog.schedules(first.source, tx) : [];
  for (const schedule of schedules) {
    const same = present.find(({ id }) => id === schedule.id);
    if (same && !(isBack && same.removedAt !== undefined)) continue;
    const firedThrough = Math.max(same?.firedThrough ?? 0, boundaryAt(schedule.interval, now));
    await catalog.saveSchedule(tx, { ...schedule, firedThrough });
  }
}

async function addProjection(tx: Tx, projection: Projection, catalog: Catalog): Promise<void> {
  await catalog.saveProjection(tx, projection);
  const after = { kind: projection.kind, enabled: projection.enabled };
  const entry = { who: "local", what: "projection add", subject: projection.name, before: undefined, after };
  await catalog.audit(tx, entry);
}
