import { isSealedThroughout } from "../configuration/sealing";
import type { Catalog } from "../ports/catalog";
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
