import type { AlertsBlock } from "../../config/settings-blocks";
import { type AlertSettings, STANDARD_SETTINGS } from "../alert/model";
import { type ChangeAlertPorts, changeAlertSettings } from "../alert/verbs";
import { formatDuration, type Micros } from "../observation/time";
import type { Tx } from "../ports/transactions";

type After = Micros | "off";
type Written = {
  readonly [Key in keyof AlertsBlock]-?: string | boolean | number | Readonly<Record<string, string>>;
};

/** Which sources and datasets there are: of others nothing is set. */
export interface Known {
  readonly sources: ReadonlySet<string>;
  readonly datasets: ReadonlySet<string>;
}

const inWords = (after: After) => (after === "off" ? after : formatDuration(after));
const only = <Value>(of: Readonly<Record<string, Value>> | undefined, known: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(of ?? {}).filter(([name]) => known.has(name)));
const allInWords = (of: Readonly<Record<string, After>>) =>
  Object.fromEntries(Object.entries(of).map(([name, after]) => [name, inWords(after)]));

/** Settings of alerts under what a file says of them; of sources and datasets that are not there, nothing. */
export function withAlerts(present: AlertSettings, block: AlertsBlock, known: Known): AlertSettings {
  return {
    silence: block.silence ?? present.silence,
    silentAfter: { ...present.silentAfter, ...only(block.silent_after, known.sources) },
    late: block.late ?? present.late,
    lateAfter: block.late_after ?? present.lateAfter,
    lateAfterOf: { ...present.lateAfterOf, ...only(block.late_after_of, known.datasets) },
    failures: block.failures ?? present.failures,
    failuresInRow: block.failures_in_row ?? present.failuresInRow,
  };
}

function written(settings: AlertSettings): Written {
  return {
    silence: settings.silence,
    silent_after: allInWords(settings.silentAfter),
    late: settings.late,
    late_after: inWords(settings.lateAfter),
    late_after_of: allInWords(settings.lateAfterOf),
    failures: settings.failures,
    failures_in_row: settings.failuresInRow,
  };
}

/** The settings of alerts that are not those of an installation that nobody has set; undefined where all are. */
export function alertsBlock(settings: AlertSettings, known: Known): Partial<Written> | undefined {
  const own = {
    ...settings,
    silentAfter: only(settings.silentAfter, known.sources),
    lateAfterOf: only(settings.lateAfterOf, known.datasets),
  };
  const standard = written(STANDARD_SETTINGS);
  const told = Object.entries(written(own)).filter(([key, value]) =>
    typeof value === "object" ? Object.keys(value).length > 0 : value !== standard[key as keyof Written],
  );
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** What is set otherwise than the settings say, in words. */
export function changedAlerts(
  present: AlertSettings,
  block: AlertsBlock | undefined,
  known: Known,
): readonly string[] {
  if (!block) return [];
  const [is, wanted] = [present, withAlerts(present, block, known)].map((each) => flat(written(each)));
  return [...(wanted ?? [])]
    .filter(([key, value]) => is?.get(key) !== value)
    .map(([key, value]) => `${key} is ${is?.get(key) ?? "not set"}, the settings say ${value}`);
}

function flat(settings: Written): ReadonlyMap<string, string | boolean | number> {
  return new Map(
    Object.entries(settings).flatMap(([key, value]) =>
      typeof value === "object"
        ? Object.entries(value).map(([name, each]) => [`${key}.${name}`, each] as const)
        : [[key, value] as const],
    ),
  );
}

/** @returns what there is to set things of */
export async function knownNames(catalog: ChangeAlertPorts["catalog"], tx?: Tx): Promise<Known> {
  return {
    sources: new Set((await catalog.everySource(tx)).map(({ name }) => name)),
    datasets: new Set((await catalog.datasets(tx)).map(({ metadata }) => metadata.name)),
  };
}

/**
 * Sets alerts as the settings say, as a person would; it changes nothing twice.
 * @param first for a new installation: nothing was so before, and nothing is written down
 */
export async function applyAlerts(
  tx: Tx,
  block: AlertsBlock | undefined,
  ports: ChangeAlertPorts,
  first: "first" | undefined = undefined,
): Promise<void> {
  if (!block) return;
  const { version, settings: present } = await ports.alerts.settings(tx);
  const known = await knownNames(ports.catalog, tx);
  if (changedAlerts(present, block, known).length === 0) return;
  const settings = withAlerts(present, block, known);
  if (first) await ports.alerts.saveSettings(tx, version, settings);
  else await changeAlertSettings(tx, { version, settings }, ports);
}
