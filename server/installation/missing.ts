import type { Micros } from "../observation/time";
import type { Catalog, Projection, Source } from "../ports/catalog";
import type { Tx } from "../ports/transactions";
import { boundaryAt } from "../source/model";
import { type InstallationPlan, isPlaceholder } from "./plan";

/**
 * Adds what the plan has and a catalogue that was filled before has not: a newer version brings new kinds, settings name new blocks. What is added
 * is off unless the settings ask for it (a schedule for a source, a block for a projection), and owes nothing of the past. Nothing that stands
 * is overwritten, except that a source which waited for its kind gets that kind's map and dataset. Each addition is audited; twice adds once.
 * The caller holds the catalogue's lock.
 */
export async function addMissing(
  tx: Tx,
  plan: InstallationPlan,
  now: Micros,
  catalog: Catalog,
): Promise<void> {
  const present = await catalog.sources(tx);
  for (const planned of plan.sources) {
    const source = addition(
      planned,
      present.find(({ name }) => name === planned.name),
      plan,
    );
    if (source) await addSource(tx, source, plan, now, catalog);
  }
  const projections = new Set((await catalog.projections(tx)).map(({ name }) => name));
  for (const planned of plan.projections) {
    if (projections.has(planned.name)) continue;
    const enabled = planned.enabled && plan.named.projections.has(planned.name);
    await addProjection(tx, { ...planned, enabled }, catalog);
  }
}

type Planned = InstallationPlan["sources"][number];

function addition(
  planned: Planned,
  before: Source | undefined,
  { named }: InstallationPlan,
): Planned | undefined {
  if (!before)
    return { ...planned, enabled: planned.enabled && (named.schedules || named.switches.has(planned.name)) };
  const waited = isPlaceholder(before.map) && !isPlaceholder(planned.map);
  return waited ? { ...planned, config: before.config, enabled: before.enabled } : undefined;
}

async function addSource(
  tx: Tx,
  source: Planned,
  plan: InstallationPlan,
  now: Micros,
  catalog: Catalog,
): Promise<void> {
  const dataset = plan.datasets.find(({ metadata }) => metadata.name === source.dataset);
  if (dataset) await catalog.ensureDataset(tx, dataset);
  await catalog.saveSource(tx, source);
  const present = new Set((await catalog.schedules(source.name, tx)).map(({ id }) => id));
  for (const schedule of plan.schedules) {
    if (schedule.source !== source.name || present.has(schedule.id)) continue;
    await catalog.saveSchedule(tx, { ...schedule, firedThrough: boundaryAt(schedule.interval, now) });
  }
  const after = { kind: source.kind, dataset: source.dataset, enabled: source.enabled };
  await catalog.audit(tx, {
    who: "local",
    what: "source add",
    subject: source.name,
    before: undefined,
    after,
  });
}

async function addProjection(tx: Tx, projection: Projection, catalog: Catalog): Promise<void> {
  await catalog.saveProjection(tx, projection);
  const after = { kind: projection.kind, enabled: projection.enabled };
  const entry = { who: "local", what: "projection add", subject: projection.name, before: undefined, after };
  await catalog.audit(tx, entry);
}
