import { z } from "zod";
import { changeConfig, SettingChanges } from "../configuration/change";
import type { Configuration } from "../configuration/model";
import { configurationOf } from "../configuration/state";
import { Denied, NotFound } from "../errors";
import type { Catalog, Projection } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { Transactions, Tx } from "../ports/transactions";
import type { ProjectionPlugin } from "./plugin";

export interface ConfigureProjectionPorts {
  readonly catalog: Pick<Catalog, "lock" | "projections" | "saveProjection" | "audit">;
  readonly transactions: Transactions;
  readonly projectionPlugins: readonly ProjectionPlugin[];
  readonly secretBox: SecretBox;
}

export const ConfigureProjection = z.object({
  name: z.string().min(1),
  /** Of the configuration that the form was filled from; absent: whatever stands. */
  version: z.string().optional(),
  changes: SettingChanges,
});
export type ConfigureProjection = z.infer<typeof ConfigureProjection>;

/** The settings of a projection as a form shows them, without secrets. @throws NotFound */
export async function projectionConfiguration(
  name: string,
  ports: ConfigureProjectionPorts,
): Promise<Configuration> {
  const projection = await projectionOf(name, ports);
  return configurationOf(projection.config, pluginOf(projection, ports)?.config, ports.secretBox);
}

/**
 * Changes settings of a projection. What is projected from then on uses them; what is done stays as it is, and owes nothing until somebody asks (SEMANTICS 5).
 * @throws NotFound; Conflict over somebody else's newer save; WrongFields
 */
export async function configureProjection(
  request: ConfigureProjection,
  ports: ConfigureProjectionPorts,
): Promise<{ readonly changed: boolean }> {
  return ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    const projection = await projectionOf(request.name, ports, tx);
    const schema = pluginOf(projection, ports)?.config;
    const { changes, version } = request;
    const change = await changeConfig(projection.config, changes, version, schema, ports.secretBox);
    if (!change) return { changed: false };
    await ports.catalog.saveProjection(tx, { ...projection, config: change.config });
    const { before, after } = change;
    await ports.catalog.audit(tx, {
      who: "local",
      what: "projection configure",
      subject: request.name,
      before,
      after,
    });
    return { changed: true };
  });
}

export const SetProjectionEnabled = z.object({ name: z.string().min(1), enabled: z.boolean() });

/**
 * Turns a projection on or off. On, it takes the windows that are built from then on, and those that it still owed; of what was built while it was off it owes
 * nothing until asked (SEMANTICS 5). @throws NotFound; Denied for a kind that this version does not have
 */
export async function setProjectionEnabled(
  request: z.infer<typeof SetProjectionEnabled>,
  ports: ConfigureProjectionPorts,
): Promise<void> {
  await ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    const projection = await projectionOf(request.name, ports, tx);
    if (projection.enabled === request.enabled) return;
    if (request.enabled && !pluginOf(projection, ports))
      throw new Denied(
        `projection "${projection.name}" is of kind "${projection.kind}", which this version does not have yet: its settings are kept`,
      );
    await ports.catalog.saveProjection(tx, { ...projection, enabled: request.enabled });
    await ports.catalog.audit(tx, {
      who: "local",
      what: request.enabled ? "projection enable" : "projection disable",
      subject: request.name,
      before: { enabled: projection.enabled },
      after: { enabled: request.enabled },
    });
  });
}

async function projectionOf(
  name: string,
  { catalog }: Pick<ConfigureProjectionPorts, "catalog">,
  tx?: Tx,
): Promise<Projection> {
  const all = await catalog.projections(tx);
  const found = all.find((each) => each.name === name);
  if (found) return found;
  throw new NotFound(
    `no projection "${name}"; there are: ${all.map((each) => each.name).join(", ") || "none yet"}`,
  );
}

function pluginOf(
  projection: Pick<Projection, "kind">,
  { projectionPlugins }: Pick<ConfigureProjectionPorts, "projectionPlugins">,
): ProjectionPlugin | undefined {
  return projectionPlugins.find(({ kind }) => kind === projection.kind);
}
