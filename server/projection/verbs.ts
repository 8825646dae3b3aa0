import { z } from "zod";
import { Denied, Invalid, NotFound } from "../errors";
import { formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { ProjectionLedger } from "../ports/projection-ledger";
import type { Transactions, Tx } from "../ports/transactions";
import type { ProjectionPlugin } from "./plugin";

export const ProjectRange = z.object({
  projection: z.string().min(1),
  dataset: z.string().min(1),
  /** µs since the epoch, UTC; half-open. */
  range: z.object({ start: z.number().int(), end: z.number().int() }),
});
export type ProjectRange = z.infer<typeof ProjectRange>;

export interface ProjectionVerbPorts {
  readonly catalog: Pick<Catalog, "projections" | "dataset" | "audit">;
  readonly projections: Pick<ProjectionLedger, "want" | "retry">;
  readonly transactions: Transactions;
  readonly projectionPlugins: readonly Pick<ProjectionPlugin, "kind">[];
}

/**
 * Has the current revisions of a dataset's windows that share an instant with a range projected, also those that are: enabling a projection or changing its
 * map owes nothing until somebody asks (SEMANTICS 5).
 * @returns how many windows. @throws NotFound; Invalid for an empty range; Denied for a projection that is off or of a kind that does not exist yet
 */
export async function wantProjection(request: ProjectRange, ports: ProjectionVerbPorts): Promise<number> {
  const { projection: name, dataset, range } = request;
  if (range.end <= range.start)
    throw new Invalid("the range ends before it starts: give an end after the start");
  return ports.transactions.run(async (tx) => {
    await refuseIdle(tx, name, ports);
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

export const RetryProjection = z.object({
  projection: z.string().min(1),
  /** Absent: all that failed. */
  window: z.object({ dataset: z.string().min(1), start: z.number().int(), end: z.number().int() }).optional(),
});
export type RetryProjection = z.infer<typeof RetryProjection>;

/**
 * Has failed windows tried again at once rather than when their pause is over.
 * @returns how many windows. @throws NotFound; Denied as `wantProjection`
 */
export async function retryProjection(request: RetryProjection, ports: ProjectionVerbPorts): Promise<number> {
  const { projection, window } = request;
  return ports.transactions.run(async (tx) => {
    await refuseIdle(tx, projection, ports);
    const windows = await ports.projections.retry(tx, projection, window);
    if (windows === 0) return 0;
    const of = window ? { dataset: window.dataset, window: formatInstant(window.start) } : {};
    await ports.catalog.audit(tx, {
      who: "local",
      what: "projection retry",
      subject: projection,
      before: undefined,
      after: { ...of, windows },
    });
    return windows;
  });
}

/** @throws NotFound; Denied for a projection that makes nothing */
async function refuseIdle(tx: Tx, name: string, ports: ProjectionVerbPorts): Promise<void> {
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
}
