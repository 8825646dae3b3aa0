import type { Catalog } from "../ports/catalog";
import type { ProjectionPlugin } from "./plugin";

/** The enabled projection whose products are put together by day; undefined where none is. */
export async function projectionOfDays(ports: {
  readonly catalog: Pick<Catalog, "projections">;
  readonly projectionPlugins: readonly ProjectionPlugin[];
}): Promise<string | undefined> {
  const days = ports.projectionPlugins.filter(({ days }) => days !== undefined);
  const kinds = new Set(days.map(({ kind }) => kind));
  return (await ports.catalog.projections()).find(({ kind, enabled }) => enabled && kinds.has(kind))?.name;
}
