import { isDeepStrictEqual } from "node:util";
import { openConfig } from "../configuration/sealing";
import type { Catalog, Schedule } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { Tx } from "../ports/transactions";
import { type InstallationPlan, isPlaceholder } from "./plan";
import { withKeptSecrets } from "./secrets";

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
const configured = (what: string): Difference => ({
  is: `${what} is configured otherwise`,
  applied: `${what}: configured as the settings say`,
});
const switched = (source: string, on: boolean): Difference => ({
  is: `source ${source} is ${on ? "on" : "off"}`,
  applied: `source ${source} was ${on ? "on: turned off" : "off: turned on"}`,
});
const surplus = (source: string): Difference => ({
  is: `a schedule of source ${source} is not in the settings`,
  applied: `a schedule of source ${source}: turned off`,
});

export interface DifferencePorts {
  readonly catalog: Pick<Catalog, "sources" | "schedules" | "projections">;
  readonly secretBox: Pick<SecretBox, "open">;
}

/** What settings and catalogue disagree about; of what the settings do not speak of, nothing. */
export async function differences(
  plan: InstallationPlan,
  { catalog, secretBox }: DifferencePorts,
  tx?: Tx,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const sources = await catalog.sources(tx);
  for (const wanted of plan.sources) {
    const present = sources.find((each) => each.name === wanted.name);
    if (!present) found.push(missing(`source ${wanted.name}`));
    else if (
      plan.named.sources.has(wanted.name) &&
      (await isOtherwise(present.config, wanted.config, secretBox))
    )
      found.push(configured(`source ${wanted.name}`));
    if (present && isSwitched(plan, wanted) && present.enabled !== wanted.enabled)
      found.push(switched(wanted.name, present.enabled));
  }
  if (plan.named.schedules) found.push(...ofSchedules(plan, await catalog.schedules(undefined, tx)));
  const projections = await catalog.projections(tx);
  for (const wanted of plan.projections) {
    const present = projections.find((each) => each.name === wanted.name);
    if (!present) found.push(missing(`projection ${wanted.name}`));
    else if (
      plan.named.projections.has(wanted.name) &&
      (await isOtherwise(present.config, wanted.config, secretBox))
    )
      found.push(configured(`projection ${wanted.name}`));
  }
  return found;
}

/** Secrets that the settings leave out are those of the catalogue; those that they name are compared in clear. */
async function isOtherwise(
  present: unknown,
  wanted: unknown,
  box: Pick<SecretBox, "open">,
): Promise<boolean> {
  const merged = await openConfig(withKeptSecrets(wanted, present), box);
  return !isDeepStrictEqual((await openConfig(present, box)).config, merged.config);
}

/** Whether the settings say if a source is on, of those whose kind the plan knows: by its name, or a list of schedules does. */
export function isSwitched(
  { named }: InstallationPlan,
  source: InstallationPlan["sources"][number],
): boolean {
  return (named.schedules || named.switches.has(source.name)) && !isPlaceholder(source.map);
}

function ofSchedules(plan: InstallationPlan, present: readonly Schedule[]): readonly Difference[] {
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
