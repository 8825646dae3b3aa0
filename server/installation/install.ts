import { isDeepStrictEqual } from "node:util";
import { uuidv5 } from "../message";
import { HOUR, type Micros } from "../observation/time";
import type { Catalog, Schedule, Source } from "../ports/catalog";
import type { Outbox } from "../ports/inbox";
import type { Transactions, Tx } from "../ports/transactions";
import { boundaryAt } from "../source/due";
import type { SourcePlugin } from "../source/plugin";
import { requestRun } from "../source/verbs";
import type { InstallationPlan } from "./plan";

export interface InstallPorts {
  readonly catalog: Catalog;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
}

/**
 * Fills an empty catalogue, in one transaction with the first runs: killed anywhere, either all of it stands or none.
 * @returns whether the catalogue was empty
 */
export async function installOnce(
  plan: InstallationPlan,
  plugins: readonly SourcePlugin[],
  now: Micros,
  ports: InstallPorts,
): Promise<boolean> {
  return ports.transactions.run(async (tx) => {
    if ((await ports.catalog.sources(tx)).length > 0) return false;
    for (const dataset of plan.datasets) await ports.catalog.ensureDataset(tx, dataset);
    for (const source of plan.sources) await ports.catalog.saveSource(tx, source);
    for (const projection of plan.projections) await ports.catalog.saveProjection(tx, projection);
    for (const schedule of plan.schedules) {
      // A new schedule owes nothing of the past.
      await ports.catalog.saveSchedule(tx, { ...schedule, firedThrough: boundaryAt(schedule.interval, now) });
    }
    for (const source of plan.sources) {
      const plugin = plugins.find((each) => each.kind === source.kind);
      if (plugin && source.enabled) await firstFill(tx, source, plugin, plan.schedules, now, ports);
    }
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
  const schedule = schedules.find((each) => each.source === source.name);
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

/** What settings and catalogue disagree about, one sentence each. */
export async function differences(plan: InstallationPlan, catalog: Catalog): Promise<readonly string[]> {
  const found: string[] = [];
  const sources = await catalog.sources();
  for (const wanted of plan.sources) {
    const present = sources.find((each) => each.name === wanted.name);
    if (!present) found.push(`source ${wanted.name} is not in the catalogue`);
    else if (!isDeepStrictEqual(present.config, wanted.config))
      found.push(`source ${wanted.name} is configured otherwise`);
  }
  const schedules = new Set((await catalog.schedules()).map((each) => each.id));
  for (const wanted of plan.schedules) {
    if (!schedules.has(wanted.id))
      found.push(`a schedule of source ${wanted.source} is not in the catalogue`);
  }
  return found;
}

/** Applies settings to a catalogue that people may have edited: what the settings name is overwritten, the rest stays. */
export async function applyInstallation(
  plan: InstallationPlan,
  named: ReadonlySet<string>,
  schedulesNamed: boolean,
  now: Micros,
  ports: InstallPorts,
): Promise<readonly string[]> {
  return ports.transactions.run(async (tx) => {
    const applied: string[] = [];
    const present = await ports.catalog.sources(tx);
    for (const dataset of plan.datasets) await ports.catalog.ensureDataset(tx, dataset);
    for (const source of plan.sources) {
      const before = present.find((each) => each.name === source.name);
      if (before && !named.has(source.name) && !schedulesNamed) continue;
      const config = named.has(source.name) || !before ? source.config : before.config;
      const enabled = schedulesNamed || !before ? source.enabled : before.enabled;
      await ports.catalog.saveSource(tx, {
        ...source,
        config,
        enabled,
        map: before?.map ?? source.map,
        mapHash: before?.mapHash ?? source.mapHash,
      });
      applied.push(`source ${source.name}`);
    }
    if (schedulesNamed) await applySchedules(tx, plan, now, ports);
    for (const projection of plan.projections) {
      if (!named.has(`${projection.name}_service`)) continue;
      await ports.catalog.saveProjection(tx, projection);
      applied.push(`projection ${projection.name}`);
    }
    await ports.catalog.audit(tx, {
      who: "local",
      what: "config import",
      subject: "settings",
      before: undefined,
      after: applied,
    });
    return applied;
  });
}

async function applySchedules(
  tx: Tx,
  plan: InstallationPlan,
  now: Micros,
  ports: InstallPorts,
): Promise<void> {
  const wanted = new Set(plan.schedules.map((each) => each.id));
  const present = await ports.catalog.schedules(undefined, tx);
  for (const schedule of present) {
    if (!wanted.has(schedule.id)) await ports.catalog.saveSchedule(tx, { ...schedule, enabled: false });
  }
  for (const schedule of plan.schedules) {
    const before = present.find((each) => each.id === schedule.id);
    await ports.catalog.saveSchedule(tx, {
      ...schedule,
      firedThrough: before?.firedThrough ?? boundaryAt(schedule.interval, now),
    });
  }
}
