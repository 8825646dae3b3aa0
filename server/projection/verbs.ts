import { Denied, Invalid, NotFound } from "../errors";
import type { Interval } from "../observation/interval";
import { formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { ProjectionLedger } from "../ports/projection-ledger";
import type { Transactions } from "../ports/transactions";
import type { ProjectionPlugin } from "./plugin";

export interface ProjectionVerbPorts {
  readonly catalog: Pick<Catalog, "projections" | "dataset" | "audit">;
  readonly projections: Pick<ProjectionLedger, "want">;
  readonly transactions: Transactions;
  readonly projectionPlugins: readonly Pick<ProjectionPlugin, "kind">[];
}

/**
 * Has the current revisions of a dataset's windows that share an instant with a range projected, also those that are: enabling a projection or changing its
 * map owes nothing until somebody asks (SEMANTICS 5).
 * @returns how many windows. @throws NotFound; Invalid for an empty range; Denied for a projection that is off or of a kind that does not exist yet
 */
export async function wantProjection(
  request: { readonly projection: string; readonly dataset: string; readonly range: Interval },
  ports: ProjectionVerbPorts,
): Promise<number> {
  const { projection: name, dataset, range } = request;
  if (range.end <= range.start)
    throw new Invalid("the range ends before it starts: give an end after the start");
  return ports.transactions.run(async (tx) => {
    const all = await ports.catalog.projections(tx);
    const projection = all.find((each) => each.name === name);
    if (!projection)
      throw new NotFound(
        `no projection "${name}"; there are: ${all.map((each) => each.name).join(", ") || "none yet"}`,
      );
    if (!ports.projectionPlugins.some(({ kind }) => kind === projection.kind))
      throw new Denied(
        `projection "${name}" is of kind "${projection.kind}", which this version does not have yet: its settings are kept`,
      );
    if (!projection.enabled) throw new Denied(`projection "${name}" is off: nothing would be made`);
    await ports.catalog.dataset(dataset, tx);
    const windows = await ports.projections.want(tx, name, dataset, range);
    if (windows === 0) return 0;
    const after = { from: formatInstant(range.start), to: formatInstant(range.end), windows };
    await ports.catalog.audit(tx, {
      who: "local",
      what: "projection run",
      subject: `${name} ${dataset}`,
      before: undefined,
      after,
    });
    return windows;
  });
}
