import type { z } from "zod";
import type { Settings } from "../../config/settings";
import type { AlertsBlock, DatasetBlock } from "../../config/settings-blocks";
import { secretPaths } from "../configuration/describe";
import { Invalid } from "../errors";
import { mapHash } from "../ingest/map-hash";
import { parseDuration, parseInstant } from "../observation/time";
import type { Dataset, Projection, Schedule, Source } from "../ports/catalog";
import type { ProjectionPlugin } from "../projection/plugin";
import { refusal } from "../source/due";
import type { SourcePlugin } from "../source/plugin";
import { scheduleId } from "../source/schedule-verbs";
import { checked } from "./checked";
import { namedDatasets, withSettings } from "./dataset-settings";
import { faultsOfMaps, type NamedMap, namedMaps, withMap } from "./maps";
import { straysOf } from "./strays";

/** What an installation is made of, before it stands in the catalogue. */
export interface InstallationPlan {
  readonly datasets: readonly Dataset[];
  readonly sources: readonly Omit<Source, "createdAt">[];
  readonly schedules: readonly Omit<Schedule, "firedThrough">[];
  readonly projections: readonly Projection[];
  /** What the settings speak of; the rest are defaults, which fill a catalogue where it has nothing and never overwrite. */
  readonly named: {
    readonly sources: ReadonlySet<string>;
    readonly projections: ReadonlySet<string>;
    /** Whether they list schedules. */
    readonly schedules: boolean;
    /** Sources that they turn on or off by name. */
    readonly switches: ReadonlySet<string>;
    /** Projections of kinds of this version that they turn on or off. */
    readonly projectionSwitches: ReadonlySet<string>;
    /** What they say of datasets, by their names. */
    readonly datasets: ReadonlyMap<string, DatasetBlock>;
    /** Variable maps that they have, by source. */
    readonly maps: ReadonlyMap<string, NamedMap>;
    readonly alerts: AlertsBlock | undefined;
  };
  /** Why a map of the settings cannot be taken over, by source. */
  readonly mapFaults: ReadonlyMap<string, string>;
  /** The settings that schemas declare secret, by kind of source and of projection. */
  readonly secrets: {
    readonly sources: SecretsOfKinds;
    readonly projections: SecretsOfKinds;
  };
  /** What is said of sources and datasets that nothing else speaks of: a sentence each, naming the line. */
  readonly strays: readonly string[];
}

type SecretsOfKinds = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Rows before this are rejected unless the dataset says otherwise (SEMANTICS 3, *Time limits*). */
const DEFAULT_FLOOR = parseInstant("2010-01-01T00:00:00Z") ?? 0;

/**
 * The installation that plug-ins and settings ask for: every known kind of source once, configured by the YAML's block of its name. Where the YAML
 * lists schedules, these are the schedules, and a source without one is off.
 * @throws Invalid naming file and line of a wrong setting
 */
export function planInstallation(
  settings: Settings | undefined,
  sourcePlugins: readonly SourcePlugin[],
  projectionPlugins: readonly ProjectionPlugin[],
): InstallationPlan {
  refuseSchedules(settings);
  const { scheduler, ...blocks } = settings?.values.sources ?? {};
  const maps = namedMaps(settings);
  const planned = instancesOf(sourcePlugins, blocks).map((instance) => planInstance(instance, settings));
  const known = new Set(planned.map(({ source }) => source.name));
  const listed = scheduler?.windows ?? [];
  const foreign = [...new Set([...Object.keys(blocks), ...listed.map((each) => each.source_name)])].filter(
    (name) => !known.has(name),
  );
  const projections = planProjections(settings, projectionPlugins);
  const { enabled: switches = {}, ...wanted } = settings?.values.projections ?? {};
  const namedOfDatasets = namedDatasets(settings?.values.datasets);
  const datasets = planned.map(({ dataset }) => withSettings(dataset, namedOfDatasets));
  return {
    datasets,
    sources: [
      ...planned.map(({ source }) => withMap(source, maps)),
      ...foreign.map((name) => unknownSource(name, blocks[name] ?? {})),
    ],
    schedules: [
      ...planned.flatMap(({ schedules }) => schedules),
      ...foreign.flatMap((name) => listedSchedules(name, listed)),
    ],
    projections,
    named: {
      sources: new Set(Object.keys(blocks)),
      projections: new Set(Object.keys(wanted).map(projectionName)),
      schedules: scheduler?.windows !== undefined,
      switches: new Set(Object.keys(scheduler?.enabled ?? {})),
      projectionSwitches: new Set(
        Object.keys(switches)
          .map(projectionName)
          .filter((name) => projectionPlugins.some(({ kind }) => kind === name)),
      ),
      datasets: namedOfDatasets,
      maps,
      alerts: settings?.values.alerts,
    },
    mapFaults: faultsOfMaps(maps, planned),
    secrets: { sources: secretsOf(sourcePlugins), projections: secretsOf(projectionPlugins) },
    strays: straysOf(settings, {
      sources: known,
      blocks: new Set(Object.keys(blocks)),
      datasets: new Set(datasets.map(({ metadata }) => metadata.name)),
      projections: projectionPlugins.map(({ kind }) => kind),
    }),
  };
}

function secretsOf(
  plugins: readonly { readonly kind: string; readonly config: z.ZodType }[],
): SecretsOfKinds {
  return new Map(plugins.map(({ kind, config }) => [kind, secretPaths(config)]));
}

/** Whether the settings say anything of a source: a block, a switch, or a schedule of it. */
export function speaksOf({ named, schedules }: InstallationPlan, source: string): boolean {
  return (
    named.sources.has(source) ||
    named.switches.has(source) ||
    (named.schedules && schedules.some((each) => each.source === source))
  );
}

/** @throws Invalid for a schedule that could never be worked, naming its line */
function refuseSchedules(settings: Settings | undefined): void {
  for (const [i, each] of (settings?.values.sources?.scheduler?.windows ?? []).entries()) {
    const words = refusal({
      windowSize: parseDuration(each.window_size) ?? 0,
      interval: parseDuration(each.trigger_interval) ?? 0,
      lag: parseDuration(each.window_lag) ?? 0,
    });
    if (words === undefined || !settings) continue;
    const place = ["sources", "scheduler", "windows", i];
    throw new Invalid(
      `${settings.file}, line ${settings.lineOf(place) ?? "?"}: "${place.join(".")}": ${words}.`,
    );
  }
}

/** One source of a kind that this version has. */
export interface Instance {
  readonly plugin: SourcePlugin;
  readonly name: string;
  /** Its settings as they are written. */
  readonly block: Readonly<Record<string, unknown>>;
  /** The dataset that it feeds, where that is not its kind's own. */
  readonly dataset: string | undefined;
}

/** Every kind once, and further ones: blocks that name a kind, and the dataset that they feed (ours: the seed has one source of each kind). */
function instancesOf(
  plugins: readonly SourcePlugin[],
  blocks: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly Instance[] {
  const further = Object.entries(blocks).flatMap(([name, { kind, dataset, ...block }]) => {
    const plugin = plugins.find((each) => each.kind === kind);
    if (!plugin || plugins.some(({ defaultInstance }) => defaultInstance === name)) return [];
    return [{ plugin, name, block, dataset: typeof dataset === "string" ? dataset : name }];
  });
  const own = plugins.map((plugin) => {
    const name = plugin.defaultInstance;
    return { plugin, name, block: blocks[name] ?? {}, dataset: undefined };
  });
  return [...own, ...further];
}

/** A source with its dataset and schedules, as they stand before anybody edits them. @throws Invalid naming a wrong setting */
export function planInstance(
  { plugin, name, block, dataset: own }: Instance,
  settings: Settings | undefined,
) {
  const config = checked(plugin.config, block, ["sources", name], settings);
  const defaults = plugin.dataset(config);
  const metadata = { ...defaults.metadata, name: own ?? defaults.metadata.name };
  const dataset: Dataset = {
    metadata,
    identity: defaults.identity,
    mobile: defaults.mobile,
    personal: defaults.personal,
    floor: DEFAULT_FLOOR,
    settings: {
      subjectToChange: parseDuration(metadata.subject_to_change_window) ?? 0,
      policy: { kind: "wait" },
    },
    licence: defaults.licence,
    attribution: defaults.attribution,
    synthetic: defaults.synthetic,
  };
  const map = plugin.map(config);
  const listed = settings?.values.sources?.scheduler?.windows;
  const schedules = listed ? listedSchedules(name, listed) : defaultSchedules(plugin, name);
  const source = {
    name,
    kind: plugin.kind,
    config: block,
    enabled:
      settings?.values.sources?.scheduler?.enabled?.[name] ??
      (listed ? schedules.some((each) => each.enabled) : own === undefined && plugin.enabledByDefault),
    dataset: metadata.name,
    map,
    mapHash: mapHash(map),
    mapVersion: 1,
  };
  return { dataset, source, schedules };
}

type Listed = NonNullable<NonNullable<NonNullable<Settings["values"]["sources"]>["scheduler"]>["windows"]>;

function listedSchedules(source: string, listed: Listed): Omit<Schedule, "firedThrough">[] {
  return listed
    .filter((each) => each.source_name === source)
    .map((each) => ({
      ...schedule(
        source,
        parseDuration(each.window_size) ?? 0,
        parseDuration(each.trigger_interval) ?? 0,
        parseDuration(each.window_lag) ?? 0,
      ),
      enabled: each.enabled ?? true,
    }));
}

function defaultSchedules(plugin: SourcePlugin, name: string): Omit<Schedule, "firedThrough">[] {
  return plugin.schedules.map((each) => schedule(name, each.windowSize, each.interval, each.lag));
}

/** Its id follows from what it says, so that the same schedule has the same id on every machine (dossier 21.7, S1). */
function schedule(
  source: string,
  windowSize: number,
  interval: number,
  lag: number,
): Omit<Schedule, "firedThrough"> {
  return {
    id: scheduleId(source, { windowSize, interval, lag }),
    source,
    windowSize,
    interval,
    lag,
    enabled: true,
  };
}

/** A block of a kind that does not exist yet: stored, shown, off (SEMANTICS 8). */
function unknownSource(name: string, block: unknown): Omit<Source, "createdAt"> {
  const axis = { standard_name: "", cf_unit: "", from_col: null, dtype: "float64" };
  const map = {
    datetime: { from_col: null, dtype: "datetime64[ns, UTC]" },
    lat: axis,
    lon: axis,
    canonical_variables: [],
    metadata_variables: [],
  };
  return {
    name,
    kind: name.replaceAll("_", "-"),
    config: block,
    enabled: false,
    dataset: name,
    map,
    mapHash: mapHash(map),
    mapVersion: 1,
  };
}

function planProjections(settings: Settings | undefined, plugins: readonly ProjectionPlugin[]): Projection[] {
  const { enabled: switches = {}, ...blocks } = settings?.values.projections ?? {};
  const switched = new Map(Object.entries(switches).map(([key, on]) => [projectionName(key), on]));
  const known = plugins.map((plugin) => {
    const key = `${plugin.kind}_service`;
    const block = blocks[key] ?? {};
    checked(plugin.config, block, ["projections", key], settings);
    const enabled = switched.get(plugin.kind) ?? plugin.enabledByDefault;
    return { name: plugin.kind, kind: plugin.kind, enabled, config: block };
  });
  const foreign = Object.entries(blocks)
    .filter(([key]) => !plugins.some((plugin) => `${plugin.kind}_service` === key))
    .map(([key, block]) => ({
      name: projectionName(key),
      kind: projectionName(key),
      enabled: false,
      config: block,
    }));
  return [...known, ...foreign];
}

/** The seed's YAML calls the block of projection `odb` `odb_service`. */
function projectionName(key: string): string {
  return key.replace(/_service$/, "");
}
