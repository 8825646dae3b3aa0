import { isDeepStrictEqual } from "node:util";
import { samePath } from "../configuration/model";
import { withKeptSecrets } from "../configuration/part-secrets";
import { isBlock, openConfig } from "../configuration/sealing";
import { valueAt } from "../configuration/state";
import type { Alerts } from "../ports/alerts";
import type { Catalog, Projection, Schedule, Source } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { Tx } from "../ports/transactions";
import { holdsSecret, isSecretSetting, withoutSecrets } from "../secret-name";
import { changedAlerts } from "./alerts";
import { changedDatasets } from "./dataset-settings";
import { changedMaps } from "./maps";
import { isPlaceholder } from "./placeholder";
import { type InstallationPlan, speaksOf } from "./plan";

/** Something that settings and catalogue disagree about, in words. */
export interface Difference {
  /** What is so, though the settings say otherwise. */
  readonly is: string;
  /** What applying the settings does about it, when it is done. */
  readonly applied: string;
}

const missing = (what: string): Difference => ({
  is: `${what} is not in the catalogue`,
  applied: `${what}: added`,
});
const configured = (what: string, otherwise: readonly string[]): Difference => ({
  is: `${what} is configured otherwise: ${otherwise.join("; ")}`,
  applied: `${what}: configured as the settings say`,
});
const set = (what: string, otherwise: readonly string[]): Difference => ({
  is: `${what} is set otherwise: ${otherwise.join("; ")}`,
  applied: `${what}: set as the settings say`,
});
const mapped = (source: string, otherwise: readonly string[]): Difference => ({
  is: `the map of source ${source} is another one: ${otherwise.join("; ")}`,
  applied: `the map of source ${source}: as the settings say, for what is collected from now on`,
});
const removed = (source: string): Difference => ({
  is: `source ${source} was removed, and the settings name it: no start brings it back, applying them adds it again`,
  applied: `source ${source}: added again`,
});
const switched = (what: string, on: boolean): Difference => ({
  is: `${what} is ${on ? "on" : "off"}`,
  applied: `${what} was ${on ? "on: turned off" : "off: turned on"}`,
});
const surplus = (source: string): Difference => ({
  is: `a schedule of source ${source} is not in the settings`,
  applied: `a schedule of source ${source}: turned off`,
});

export interface DifferencePorts {
  readonly catalog: Pick<Catalog, "everySource" | "schedules" | "projections" | "datasets">;
  readonly secretBox: Pick<SecretBox, "open">;
  readonly alerts: Pick<Alerts, "settings">;
}

/** What settings and catalogue disagree about; of what the settings do not speak of, nothing. */
export async function differences(
  plan: InstallationPlan,
  { catalog, secretBox, alerts }: DifferencePorts,
  tx?: Tx,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const sources = await catalog.everySource(tx);
  const gone = new Set(sources.filter(({ removedAt }) => removedAt !== undefined).map(({ name }) => name));
  for (const wanted of plan.sources) {
    const present = sources.find((each) => each.name === wanted.name);
    if (gone.has(wanted.name)) {
      if (speaksOf(plan, wanted.name)) found.push(removed(wanted.name));
      continue;
    }
    if (!present) found.push(missing(`source ${wanted.name}`));
    else if (plan.named.sources.has(wanted.name)) {
      const secrets = plan.secrets.sources.get(wanted.kind) ?? [];
      const otherwise = await changesBetween(present.config, wanted.config, secrets, secretBox);
      if (otherwise.length > 0) found.push(configured(`source ${wanted.name}`, otherwise));
    }
    if (present && isSwitched(plan, wanted) && present.enabled !== wanted.enabled)
      found.push(switched(`source ${wanted.name}`, present.enabled));
  }
  if (plan.named.schedules) {
    const asked = { schedules: plan.schedules.filter(({ source }) => !gone.has(source)) };
    found.push(...ofSchedules(asked, await catalog.schedules(undefined, tx)));
  }
  found.push(...(await ofProjections(plan, await catalog.projections(tx), secretBox)));
  found.push(...(await ofSettings(plan, sources, { catalog, alerts }, tx)));
  return found;
}

/** What people set beside configurations: maps, datasets, alerts. */
async function ofSettings(
  { named, secrets }: InstallationPlan,
  sources: readonly Source[],
  { catalog, alerts }: Pick<DifferencePorts, "catalog" | "alerts">,
  tx: Tx | undefined,
): Promise<readonly Difference[]> {
  const datasets = await catalog.datasets(tx);
  const known = {
    sources: new Set(sources.map(({ name }) => name)),
    datasets: new Set(datasets.map(({ metadata }) => metadata.name)),
  };
  const alerting = changedAlerts((await alerts.settings(tx)).settings, named.alerts, known);
  return [
    ...changedMaps(named.maps, sources, secrets.sources).map(({ name, otherwise }) =>
      mapped(name, otherwise),
    ),
    ...changedDatasets(named.datasets, datasets).map(({ name, otherwise }) =>
      set(`dataset ${name}`, otherwise),
    ),
    ...(alerting.length > 0 ? [set("what is an alert", alerting)] : []),
  ];
}

async function ofProjections(
  plan: InstallationPlan,
  projections: readonly Projection[],
  secretBox: Pick<SecretBox, "open">,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const wanted of plan.projections) {
    const present = projections.find((each) => each.name === wanted.name);
    if (!present) found.push(missing(`projection ${wanted.name}`));
    else if (plan.named.projections.has(wanted.name)) {
      const secrets = plan.secrets.projections.get(wanted.kind) ?? [];
      const otherwise = await changesBetween(present.config, wanted.config, secrets, secretBox);
      if (otherwise.length > 0) found.push(configured(`projection ${wanted.name}`, otherwise));
    }
    if (present && plan.named.projectionSwitches.has(wanted.name) && present.enabled !== wanted.enabled)
      found.push(switched(`projection ${wanted.name}`, present.enabled));
  }
  return found;
}

/**
 * What taking a configuration over would change, by setting: secrets that the settings leave out are those of the catalogue, and those that they name are
 * compared in clear and never told.
 */
async function changesBetween(
  present: unknown,
  wanted: unknown,
  secrets: readonly (readonly string[])[],
  box: Pick<SecretBox, "open">,
): Promise<readonly string[]> {
  const merged = await openConfig(withKeptSecrets(wanted, present), box);
  const opened = await openConfig(present, box);
  const isSecret = (path: readonly string[], values: readonly unknown[]) =>
    secrets.some((each) => samePath(each, path)) ||
    holdsSecret(valueAt(present, path)) ||
    values.some((value) => holdsSecret(value) || isSecretSetting(path.at(-1) ?? "", value));
  return changedSettings(opened.config, merged.config).map(({ path, is, wanted: says }) => {
    const name = path.join(".") || "all of it";
    if (isSecret(path, [is, says])) return `${name} is another secret`;
    return `${name} is ${valueWords(is)}, the settings say ${valueWords(says)}`;
  });
}

interface ChangedSetting {
  readonly path: readonly string[];
  readonly is: unknown;
  readonly wanted: unknown;
}

/** The innermost settings that two configurations disagree about. */
function changedSettings(
  is: unknown,
  wanted: unknown,
  path: readonly string[] = [],
): readonly ChangedSetting[] {
  if (isDeepStrictEqual(is, wanted)) return [];
  // A block that only one of them has is told by its settings, so that a secret in it is known for one.
  const blocks = [is, wanted].filter(isBlock);
  const others = [is, wanted].filter((each) => each !== undefined && !isBlock(each));
  const keys = [...new Set(blocks.flatMap((block) => Object.keys(block)))];
  if (others.length > 0 || keys.length === 0) return [{ path, is, wanted }];
  const of = (value: unknown, key: string) =>
    isBlock(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return keys.flatMap((key) => changedSettings(of(is, key), of(wanted, key), [...path, key]));
}

const LONGEST_VALUE = 80;

function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === "") return "not set";
  const text = typeof value === "string" ? value : JSON.stringify(withoutSecrets(value));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** Whether the settings say if a source is on, of those whose kind the plan knows: by its name, or a list of schedules does. */
export function isSwitched(
  { named }: InstallationPlan,
  source: InstallationPlan["sources"][number],
): boolean {
  return (named.schedules || named.switches.has(source.name)) && !isPlaceholder(source.map);
}

function ofSchedules(
  plan: Pick<InstallationPlan, "schedules">,
  present: readonly Schedule[],
): readonly Difference[] {
  const on = new Set(present.filter((each) => each.enabled).map((each) => each.id));
  const kept = new Set(present.filter((each) => each.removedAt === undefined).map((each) => each.id));
  const wanted = new Set(plan.schedules.filter((each) => each.enabled).map((each) => each.id));
  return [
    ...plan.schedules
      .filter((each) => !(each.enabled ? on : kept).has(each.id))
      .map((each) => missing(`a schedule of source ${each.source}`)),
    ...present.filter((each) => each.enabled && !wanted.has(each.id)).map((each) => surplus(each.source)),
  ];
}
