import { z } from "zod";
import { WrongFields } from "../errors";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Transactions } from "../ports/transactions";
import type { SourcePlugin } from "../source/plugin";
import { addedAgain, addSchedules } from "./missing";
import { planInstance } from "./plan";

export interface AddSourcePorts {
  readonly catalog: Catalog;
  readonly transactions: Transactions;
  readonly clock: Pick<Clock, "now">;
  readonly sourcePlugins: readonly SourcePlugin[];
}

const Name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    "begins with a small letter, and goes on with small letters, digits, _ and -, at most 63 of them",
  );

export const AddSource = z.object({
  name: Name.refine((name) => name !== "new" && name !== "scheduler", "is a word of ours: choose another"),
  kind: z.string().min(1),
  /** Of its own; absent: named as the source, or the one that it had where it was removed. */
  dataset: Name.optional(),
});
export type AddSource = z.infer<typeof AddSource>;

/**
 * Adds another source of a kind, with its kind's map and schedules and a dataset of its own: two sources of one dataset would each claim the other's
 * time. It is off, and owes nothing of the past. One that was removed may be added again: its earlier deliveries are its own. @throws WrongFields
 */
export async function addSource(
  { name, kind, dataset: given }: AddSource,
  { catalog, transactions, clock, sourcePlugins }: AddSourcePorts,
): Promise<{ readonly name: string; readonly dataset: string }> {
  const wrong = (field: string, message: string) =>
    new WrongFields(`${field}: ${message}`, [{ path: [field], message }]);
  const plugin = sourcePlugins.find((each) => each.kind === kind);
  if (!plugin)
    throw wrong(
      "kind",
      `there is no kind "${kind}"; there are: ${sourcePlugins.map((each) => each.kind).join(", ")}`,
    );
  return transactions.run(async (tx) => {
    await catalog.lock(tx);
    const before = (await catalog.everySource(tx)).find((each) => each.name === name);
    if (before && before.removedAt === undefined)
      throw wrong("name", `there is a source "${name}" already: choose another name`);
    // Of the same kind, it goes on with the dataset of its earlier deliveries.
    const isBack = before?.kind === kind && (given === undefined || given === before.dataset);
    const dataset = isBack ? before.dataset : (given ?? name);
    const planned = planInstance({ plugin, name, block: {}, dataset }, undefined);
    if (!isBack && (await catalog.datasets(tx)).some(({ metadata }) => metadata.name === dataset))
      throw wrong("dataset", `there is a dataset "${dataset}" already: choose another name`);
    await catalog.ensureDataset(tx, planned.dataset);
    const source = isBack ? addedAgain(planned.source, before) : planned.source;
    await catalog.saveSource(tx, { ...source, enabled: false });
    await addSchedules(tx, planned.schedules, clock.now(), before !== undefined, catalog);
    await catalog.audit(tx, {
      who: "local",
      what: "source add",
      subject: name,
      before: undefined,
      after: { kind, dataset, enabled: false, ...(isBack ? { again: true } : {}) },
    });
    return { name, dataset };
  });
}
