import { Document, isMap, isScalar, isSeq } from "yaml";
import type { AlertSettings } from "../alert/model";
import { partSecrets } from "../configuration/part-secrets";
import { mapHash } from "../ingest/map-hash";
import { formatDuration } from "../observation/time";
import type { Webhook } from "../ports/alerts";
import type { Dataset, Projection, Schedule, Source } from "../ports/catalog";
import type { ProjectionPlugin } from "../projection/plugin";
import type { SourcePlugin } from "../source/plugin";
import { alertsBlock } from "./alerts";
import { datasetBlocks } from "./dataset-settings";
import { isPlaceholder } from "./placeholder";

/** What a file of settings can say of an installation. */
export interface Exportable {
  readonly sources: readonly Pick<
    Source,
    "name" | "kind" | "dataset" | "config" | "enabled" | "map" | "mapHash"
  >[];
  readonly schedules: readonly Pick<
    Schedule,
    "source" | "windowSize" | "interval" | "lag" | "enabled" | "removedAt"
  >[];
  readonly projections: readonly Pick<Projection, "name" | "kind" | "enabled" | "config">[];
  readonly datasets: readonly Dataset[];
  readonly alerts: AlertSettings;
  readonly webhook: Pick<Webhook, "address" | "key"> | undefined;
}

const HEAD = ` Sources, schedules and projections of an Ionbeam's catalogue, and what people set otherwise than it is by default: datasets, maps, alerts.
 \`ionbeam config import\` takes them over, and so does the first start of a new installation. Not here: secrets, the webhook of alerts, and what is read at each start (adapters, bounds of collection).`;

/**
 * The catalogue as the seed's YAML: taken over where it comes from, it changes nothing. Secrets are left out and named in comments.
 * @returns the text, and the paths of the secrets that are not in it
 */
export function exportSettings(
  { sources, schedules, projections, datasets, alerts, webhook }: Exportable,
  plugins: readonly SourcePlugin[],
  projectionPlugins: readonly Pick<ProjectionPlugin, "kind" | "enabledByDefault">[],
): {
  readonly yaml: string;
  readonly secrets: readonly string[];
} {
  const kept = schedules.filter(({ removedAt }) => removedAt === undefined);
  const on = kept.filter(({ enabled }) => enabled);
  const switched = sources
    .filter(({ map }) => !isPlaceholder(map))
    .filter(({ name, enabled }) => enabled !== on.some(({ source }) => source === name))
    .map(({ name, enabled }) => [name, enabled] as const);
  const blocks = [
    ...sources.map((source) => ({ path: ["sources", source.name], ...blockOf(source, plugins) })),
    ...projections.map(({ name, config }) => ({
      path: ["projections", `${name}_service`],
      ...partSecrets(config),
    })),
  ];
  const below = (root: string) =>
    Object.fromEntries(
      blocks.flatMap(({ path: [at, name = ""], open }) => (at === root ? [[name, open]] : [])),
    );
  const given = sources.flatMap((source) => givenBy(source, plugins) ?? []);
  const setDatasets = datasetBlocks(
    datasets,
    given.map(({ dataset }) => dataset),
  );
  const maps = sources.flatMap(({ name, map, mapHash: hash }) =>
    given.some((each) => each.source === name && each.mapHash !== hash) ? [[name, map] as const] : [],
  );
  const alertsSet = alertsBlock(alerts, {
    sources: new Set(sources.map(({ name }) => name)),
    datasets: new Set(datasets.map(({ metadata }) => metadata.name)),
  });
  const switchedProjections = projections
    .filter(({ kind, enabled }) =>
      projectionPlugins.some((each) => each.kind === kind && each.enabledByDefault !== enabled),
    )
    .map(({ name, enabled }) => [`${name}_service`, enabled] as const);
  const document = new Document(
    {
      sources: {
        ...below("sources"),
        scheduler: {
          windows: kept.map(windowOf).sort((a, b) => order(a).localeCompare(order(b))),
          ...(switched.length === 0 ? {} : { enabled: Object.fromEntries(switched) }),
        },
      },
      projections: {
        ...below("projections"),
        ...(switchedProjections.length === 0 ? {} : { enabled: Object.fromEntries(switchedProjections) }),
      },
      ...(Object.keys(setDatasets).length === 0 ? {} : { datasets: setDatasets }),
      ...(maps.length === 0 ? {} : { maps: Object.fromEntries(maps) }),
      ...(alertsSet ? { alerts: alertsSet } : {}),
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = HEAD;
  for (const [name] of maps) onOneLine(document, ["maps", name]);
  for (const { path, secrets } of blocks) {
    if (secrets.length > 0)
      comment(document, path, ` secret, not exported: ${secrets.map((each) => each.join(".")).join(", ")}`);
  }
  // A webhook's address lets whoever knows it write there: it is sealed as its key is, and stays here with that.
  const ofWebhook = (["address", "key"] as const).filter((each) => webhook?.[each] !== undefined);
  if (ofWebhook.length > 0)
    document.comment = ` secret, not exported: the webhook of alerts (${ofWebhook.join(", ")}); it is entered on the page of settings`;
  return {
    yaml: document.toString({ lineWidth: 0 }),
    secrets: [
      ...blocks.flatMap(({ path, secrets }) => secrets.map((each) => [...path, ...each].join("."))),
      ...ofWebhook.map((each) => `webhook.${each}`),
    ],
  };
}

/** A further source of a kind says which kind, and which dataset it feeds. */
function blockOf(
  { name, kind, dataset, config, map }: Exportable["sources"][number],
  plugins: readonly SourcePlugin[],
) {
  const { open, secrets } = partSecrets(config);
  const plugin = plugins.find((each) => each.kind === kind);
  const named = plugin ? plugin.defaultInstance : kind;
  if (isPlaceholder(map) || name === named) return { open, secrets };
  return { open: { kind, dataset, ...(open as object) }, secrets };
}

/** What a source's kind gives for it, as a taking over of this file will see its settings: without secrets. */
function givenBy(
  { name, kind, dataset, config, map }: Exportable["sources"][number],
  plugins: readonly SourcePlugin[],
) {
  const plugin = plugins.find((each) => each.kind === kind);
  if (!plugin || isPlaceholder(map)) return undefined;
  const open = plugin.config.safeParse(partSecrets(config).open);
  const parsed = open.success ? open.data : plugin.config.parse({});
  const { aggregation_span: span, subject_to_change_window: subjectToChange } =
    plugin.dataset(parsed).metadata;
  return {
    source: name,
    dataset: { name: dataset, span, subjectToChange },
    mapHash: mapHash(plugin.map(parsed)),
  };
}

function windowOf({ source, windowSize, interval, lag, enabled }: Exportable["schedules"][number]) {
  return {
    source_name: source,
    window_size: formatDuration(windowSize),
    trigger_interval: formatDuration(interval),
    window_lag: formatDuration(lag),
    ...(enabled ? {} : { enabled }),
  };
}

function order(window: ReturnType<typeof windowOf>): string {
  return Object.values(window).join(" ");
}

/** Axes and columns of a map, each on a line. */
function onOneLine(document: Document, path: readonly string[]): void {
  const map = document.getIn(path, true);
  if (!isMap(map)) return;
  const lines = map.items.flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
  for (const line of lines) if (isMap(line)) line.flow = true;
}

/** Puts a comment above a key. */
function comment(document: Document, path: readonly string[], text: string): void {
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return;
  const key = parent.items
    .map((item) => item.key)
    .find((each) => isScalar(each) && each.value === path.at(-1));
  if (isScalar(key)) key.commentBefore = text;
}
