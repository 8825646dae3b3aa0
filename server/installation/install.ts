import type { ChangeAlertPorts } from "../alert/verbs";
import { withKeptSecrets } from "../configuration/part-secrets";
import { Transient } from "../errors";
import { uuidv5 } from "../message";
import { HOUR, type Micros } from "../observation/time";
import type { Catalog, Schedule, Source } from "../ports/catalog";
import type { Outbox } from "../ports/inbox";
import type { Transactions, Tx } from "../ports/transactions";
import { boundaryAt } from "../source/model";
import type { SourcePlugin } from "../source/plugin";
import { requestRun } from "../source/verbs";
import type { PutMapPorts } from "../variable-map/verbs";
import { applyAlerts } from "./alerts";
import { applyDatasets, type DatasetPorts } from "./dataset-settings";
import { type Difference, type DifferencePorts, differences, isSwitched } from "./differences";
import { applyMaps, refuseMap } from "./maps";
import { addMissing } from "./missing";
import type { InstallationPlan } from "./plan";
import { applySchedules } from "./schedules";

export interface InstallPorts {
  readonly catalog: Catalog;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  readonly alerts: ChangeAlertPorts["alerts"];
}

/**
 * Fills an empty catalogue, in one transaction with the first runs; to one that was filled before it adds what is missing, see `addMissing`. Killed
 * anywhere, either all of it stands or none. For every start.
 * @returns whether the catalogue was empty
 */
export async function installOnce(
  plan: InstallationPlan,
  plugins: readonly SourcePlugin[],
  now: Micros,
  ports: InstallPorts,
): Promise<boolean> {
  return ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    if ((await ports.catalog.everySource(tx)).length > 0) {
      await addMissing(tx, plan, now, ports.catalog);
      return false;
    }
    for (const dataset of plan.datasets) await ports.catalog.ensureDataset(tx, dataset);
    for (const source of plan.sources) {
      refuseMap(source, plan);
      await ports.catalog.saveSource(tx, source);
    }
    for (const projection of plan.projections) await ports.catalog.saveProjection(tx, projection);
    for (const schedule of plan.schedules) {
      // A new schedule owes nothing of the past.
      await ports.catalog.saveSchedule(tx, { ...schedule, firedThrough: boundaryAt(schedule.interval, now) });
    }
    for (const source of plan.sources) {
      const plugin = plugins.find((each) => each.kind === source.kind);
      if (plugin && source.enabled) await firstFill(tx, source, plugin, plan.schedules, now, ports);
    }
    await applyAlerts(tx, plan.named.alerts, ports, "first");
    return true;
  });
}

/** First content: the last whole windows, oldest first, and the open one up to where the schedule takes over (SEMANTICS 6). */
async function firstFill(
  tx: Tx,
  source: Omit<Source, "createdAt">,
  plugin: SourcePlugin,
  schedules: readonly Omit<Schedule, "firedThrough">[],
  now: Micros,
  ports: InstallPorts,
): Promise<void> {
  const schedule = schedules.find((each) => each.source === source.name && each.enabled);
  if (!schedule || plugin.firstFillWindows === 0) return;
  const open = boundaryAt(HOUR, now);
  const reached = boundaryAt(schedule.interval, now) - schedule.lag;
  const ranges = Array.from({ length: plugin.firstFillWindows }, (_, i) => {
    const start = open - (plugin.firstFillWindows - i) * HOUR;
    return { start, end: start + HOUR };
  });
  if (reached > open) ranges.push({ start: open, end: reached });
  for (const range of ranges) {
    const id = uuidv5("first-fill", source.name, range.start, range.end);
    await requestRun(tx, { id, source: source.name, range, trigger: "first-fill", lane: "live" }, ports);
  }
}

export type ApplyPorts = Pick<InstallPorts, "catalog" | "transactions" | "alerts"> &
  DifferencePorts &
  DatasetPorts &
  PutMapPorts;

/**
 * Applies settings to a catalogue that people may have edited: what the settings name is overwritten, the rest stays.
 * @returns the differences that are gone now, and times that no schedule asks for since; none when settings and catalogue agreed
 * @throws Transient before the first start has filled the catalogue
 */
export async function applyInstallation(
  plan: InstallationPlan,
  now: Micros,
  ports: ApplyPorts,
): Promise<readonly Difference[]> {
  return ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    if ((await ports.catalog.everySource(tx)).length === 0)
      throw new Transient("the first start has not filled the catalogue yet: ask again in a moment");
    const before = await differences(plan, ports, tx);
    if (before.length === 0) return [];
    // First: nothing of a dataset is locked yet.
    await applyDatasets(tx, plan.named.datasets, ports);
    await addMissing(tx, plan, now, ports.catalog, "again");
    const wereOn = await applySources(tx, plan, ports);
    await applyMaps(tx, plan.named.maps, await ports.catalog.sources(tx), ports);
    const uncovered = plan.named.schedules ? await applySchedules(tx, plan, wereOn, now, ports.catalog) : [];
    await applyProjections(tx, plan, ports);
    await applyAlerts(tx, plan.named.alerts, ports);
    // Sentences, not configurations: those may hold secrets.
    const after = await differences(plan, ports, tx);
    const entry = { who: "local", what: "config import", subject: "settings" };
    const words = (found: readonly Difference[]) => found.map(({ is }) => is);
    await ports.catalog.audit(tx, { ...entry, before: words(before), after: words(after) });
    return [...before, ...uncovered];
  });
}

/** @returns the names of the sources that were on before */
async function applySources(
  tx: Tx,
  plan: InstallationPlan,
  ports: Pick<InstallPorts, "catalog">,
): Promise<ReadonlySet<string>> {
  const present = await ports.catalog.sources(tx);
  for (const before of present) {
    const source = plan.sources.find((each) => each.name === before.name);
    if (!source) continue;
    const config = plan.named.sources.has(source.name)
      ? withKeptSecrets(source.config, before.config)
      : before.config;
    const enabled = isSwitched(plan, source) ? source.enabled : before.enabled;
    await ports.catalog.saveSource(tx, { ...before, config, enabled });
  }
  return new Set(present.filter(({ enabled }) => enabled).map(({ name }) => name));
}

/** A block configures a projection; whether it is on stays as people decided, unless the settings say so by its name. */
async function applyProjections(
  tx: Tx,
  plan: InstallationPlan,
  ports: Pick<InstallPorts, "catalog">,
): Promise<void> {
  for (const before of await ports.catalog.projections(tx)) {
    const projection = plan.projections.find(({ name }) => name === before.name);
    const isSwitchedHere = plan.named.projectionSwitches.has(before.name);
    if (!projection || !(isSwitchedHere || plan.named.projections.has(before.name))) continue;
    const config = plan.named.projections.has(before.name)
      ? withKeptSecrets(projection.config, before.config)
      : before.config;
    const enabled = isSwitchedHere ? projection.enabled : before.enabled;
    await ports.catalog.saveProjection(tx, { ...before, config, enabled });
  }
}
