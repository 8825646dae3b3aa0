import { errorText } from "../errors";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Columnar } from "../ports/columnar";
import type { ShownDatasets, ShowPlan } from "../ports/day-ledger";
import type { Files } from "../ports/files";
import type { Log } from "../ports/log";
import type { SecretBox } from "../ports/secret-box";
import { parseConfig } from "./job";
import type { ProjectionPlugin, Rights } from "./plugin";

/** Files that lack a column are waited for this long before they are looked at again. */
const REWRITE_LOOK_MS = 5_000;

export interface ShowPorts {
  readonly shown: ShownDatasets;
  readonly catalog: Pick<Catalog, "dataset" | "projections">;
  readonly files: Files;
  readonly columnar: Columnar;
  readonly clock: Clock;
  readonly log: Log;
  readonly projectionPlugins: readonly ProjectionPlugin[];
  readonly secretBox: Pick<SecretBox, "open">;
  /** What the sources of a dataset declare. */
  readonly rightsIn: (dataset: string) => Promise<readonly Rights[]>;
  readonly backOffMs: (attempt: number, error: unknown) => number;
  readonly failPoint: (name: string) => void;
}

/** Shows readers what has changed, dataset by dataset; one that fails is said and tried again, the others go on. */
export async function showRound(ports: ShowPorts, signal: AbortSignal): Promise<boolean> {
  for (const { projection, dataset } of await ports.shown.due()) {
    if (signal.aborted) return false;
    const plan = await ports.shown.plan(projection, dataset);
    if (plan) await show(plan, ports, signal);
  }
  return false;
}

async function show(plan: ShowPlan, ports: ShowPorts, signal: AbortSignal): Promise<void> {
  const { projection, dataset } = plan;
  const configured = (await ports.catalog.projections()).find(({ name }) => name === projection);
  const plugin = ports.projectionPlugins.find(({ kind }) => kind === configured?.kind);
  if (!configured || !plugin?.days) return ports.shown.shown(plan);
  if (plan.outdated > 0) {
    // A folder is never of two lists of columns: what is shown stays until all files have the new one.
    return ports.shown.rewrite(plan, ports.clock.now() + REWRITE_LOOK_MS * 1000);
  }
  try {
    const { metadata, synthetic } = await ports.catalog.dataset(dataset);
    const rights = await ports.rightsIn(dataset);
    const { datasetColumns, files, extent, changed } = plan;
    await plugin.days.show(
      { dataset: metadata, datasetColumns, rights, synthetic, extent, files, version: changed },
      await parseConfig(plugin, configured.config, projection, ports.secretBox),
      { ...ports, signal, confirm: async () => undefined },
    );
    ports.failPoint("show.shown");
    await ports.shown.shown(plan);
  } catch (error) {
    const waitMs = signal.aborted ? 0 : ports.backOffMs(1, error);
    ports.log.warn("a dataset could not be shown and is tried again", {
      projection,
      dataset,
      waitMs,
      error: errorText(error),
    });
    await ports.shown.failed(plan, errorText(error), ports.clock.now() + waitMs * 1000);
  }
}
