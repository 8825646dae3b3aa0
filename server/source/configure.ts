import { z } from "zod";
import { changeConfig, SettingChanges } from "../configuration/change";
import type { Configuration } from "../configuration/model";
import { openConfig } from "../configuration/sealing";
import { configurationOf } from "../configuration/state";
import type { Catalog, Source } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { Transactions } from "../ports/transactions";
import type { SourcePlugin } from "./plugin";

export interface ConfigureSourcePorts {
  readonly catalog: Pick<Catalog, "lock" | "source" | "saveSource" | "audit">;
  readonly transactions: Transactions;
  readonly sourcePlugins: readonly SourcePlugin[];
  readonly secretBox: SecretBox;
}

export const ConfigureSource = z.object({
  name: z.string().min(1),
  /** Of the configuration that the form was filled from; absent: whatever stands. */
  version: z.string().optional(),
  changes: SettingChanges,
});
export type ConfigureSource = z.infer<typeof ConfigureSource>;

/** What came of a change of settings. */
export interface Configured {
  readonly changed: boolean;
  /** What else is to be known of it, a sentence each. */
  readonly notes: readonly string[];
}

/** The settings of a source as a form shows them, without secrets. @throws NotFound */
export async function sourceConfiguration(name: string, ports: ConfigureSourcePorts): Promise<Configuration> {
  const source = await ports.catalog.source(name);
  return configurationOf(source.config, pluginOf(source, ports)?.config, ports.secretBox);
}

/**
 * Changes settings of a source. Runs that begin from then on use them, also those that are tried again; the one under way goes on with what it began with.
 * @throws NotFound; Conflict over somebody else's newer save; WrongFields
 */
export async function configureSource(
  request: ConfigureSource,
  ports: ConfigureSourcePorts,
): Promise<Configured> {
  return ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    const source = await ports.catalog.source(request.name, tx);
    const plugin = pluginOf(source, ports);
    const { changes, version } = request;
    const change = await changeConfig(source.config, changes, version, plugin?.config, ports.secretBox);
    if (!change) return { changed: false, notes: [] };
    await ports.catalog.saveSource(tx, { ...source, config: change.config });
    const { before, after } = change;
    await ports.catalog.audit(tx, {
      who: "local",
      what: "source configure",
      subject: request.name,
      before,
      after,
    });
    return { changed: true, notes: plugin ? await notesOf(source, plugin, change.parsed, ports) : [] };
  });
}

/** Where a kind's map or dataset follow from its settings: those that stand in the catalogue are people's, and stay. */
async function notesOf(
  source: Source,
  plugin: SourcePlugin,
  parsed: unknown,
  { secretBox }: Pick<ConfigureSourcePorts, "secretBox">,
): Promise<readonly string[]> {
  const stood = plugin.config.safeParse((await openConfig(source.config, secretBox)).config);
  if (!stood.success) return [];
  const differ = (of: (config: unknown) => unknown) =>
    JSON.stringify(of(stood.data)) !== JSON.stringify(of(parsed));
  return [
    ...(differ(plugin.map)
      ? [
          "With these settings its kind would propose another variable map; the map that stands stays as it is.",
        ]
      : []),
    ...(differ(plugin.dataset)
      ? [
          `With these settings its kind would propose another dataset or other settings of it; dataset ${source.dataset} stays as it is.`,
        ]
      : []),
  ];
}

function pluginOf(
  source: Pick<Source, "kind">,
  { sourcePlugins }: Pick<ConfigureSourcePorts, "sourcePlugins">,
): SourcePlugin | undefined {
  return sourcePlugins.find(({ kind }) => kind === source.kind);
}
