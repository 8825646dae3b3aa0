import { isSealedThroughout, openConfig } from "../configuration/sealing";
import type { Alerts } from "../ports/alerts";
import type { Catalog } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { Transactions } from "../ports/transactions";
import type { ProjectionPlugin } from "../projection/plugin";
import type { SourcePlugin } from "../source/plugin";

export interface SealPorts {
  readonly catalog: Pick<Catalog, "lock" | "sources" | "saveSource" | "projections" | "saveProjection">;
  readonly transactions: Transactions;
  readonly sourcePlugins: readonly SourcePlugin[];
  readonly projectionPlugins: readonly ProjectionPlugin[];
}

/**
 * Seals the secrets that versions before this one stored in clear, or of which only a newer kind says that they are secret. For every start; where there
 * are none it writes nothing. @returns the names of what was sealed
 */
export async function sealStoredSecrets(ports: SealPorts): Promise<readonly string[]> {
  return ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    const sealed: string[] = [];
    for (const source of await ports.catalog.sources(tx)) {
      const schema = ports.sourcePlugins.find(({ kind }) => kind === source.kind)?.config;
      if (await isSealedThroughout(source.config, schema)) continue;
      await ports.catalog.saveSource(tx, source);
      sealed.push(`source ${source.name}`);
    }
    for (const projection of await ports.catalog.projections(tx)) {
      const schema = ports.projectionPlugins.find(({ kind }) => kind === projection.kind)?.config;
      if (await isSealedThroughout(projection.config, schema)) continue;
      await ports.catalog.saveProjection(tx, projection);
      sealed.push(`projection ${projection.name}`);
    }
    return sealed;
  });
}

export interface LostSecretsPorts {
  readonly catalog: Pick<Catalog, "sources" | "projections">;
  readonly alerts: Pick<Alerts, "webhook">;
  readonly secretBox: Pick<SecretBox, "open">;
}

/** The stored secrets that this installation's key does not open, such as `source netatmo: client_secret`. @throws Transient when the key cannot be read */
export async function lostSecrets({
  catalog,
  alerts,
  secretBox,
}: LostSecretsPorts): Promise<readonly string[]> {
  const { address, key } = (await alerts.webhook()) ?? {};
  const blocks = [
    ...(await catalog.sources()).map(({ name, config }) => ({ what: `source ${name}`, config })),
    ...(await catalog.projections()).map(({ name, config }) => ({ what: `projection ${name}`, config })),
    { what: "webhook", config: { address, key } },
  ];
  const found: string[] = [];
  for (const { what, config } of blocks) {
    const { lost } = await openConfig(config, secretBox);
    if (lost.length > 0) found.push(`${what}: ${lost.map((path) => path.join(".")).join(", ")}`);
  }
  return found;
}
