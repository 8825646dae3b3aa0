import type pg from "pg";
import { withClient } from "../server/adapters/postgres/with-client";
import { call } from "./api";
import { age, type Deletion, notGone } from "./deletion";
import { describeOperation, type Operation } from "./operations";
import { perform } from "./perform";
import type { Product } from "./product";
import { owedToPeople } from "./settled";

/** What is done in a trial, and by what means. */
export interface Work {
  readonly name: "undisturbed" | "disturbed";
  readonly minutes: number;
  readonly operations: readonly Operation[];
  /** Done once those have settled; undefined for a short run, which has no time for it. */
  readonly afterwards: Deletion | undefined;
  /** Where the schedules' windows begin, µs. */
  readonly schedulesFrom: number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
}

export const SETTLE_MS = 1_500_000;
export const SAY_EVERY_MS = 15_000;
/** What is afterwards needs time to settle before, while disturbances go on. */
const FIRST_SHARE = 0.6;

/** Operations in order, and after they have settled deletion and what comes after it. */
export async function doAll(options: Work, product: Product, faults: string[]): Promise<void> {
  const { operations, afterwards, minutes, schedulesFrom, name, say } = options;
  const allMs = minutes * 60_000;
  const begun = performance.now();
  await doOperations(operations, afterwards ? allMs * FIRST_SHARE : allMs, options, product, faults);
  if (!afterwards) return;
  say(`${name}: the first ${operations.length} operations done after ${seconds(begun)} s`);
  await untilEmpty(
    "not settled before deletion",
    (client) => owedToPeople(client, schedulesFrom),
    options,
    product,
    faults,
  );
  say(`${name}: settled after ${seconds(begun)} s, now deletion`);
  await doOperations(afterwards.deletion, 0, options, product, faults);
  await untilEmpty("not deleted", notGone, options, product, faults);
  faults.push(...(await dryRunAfterwards(options, product)));
  say(`${name}: deleted after ${seconds(begun)} s`);
  const leftMs = Math.max(0, allMs - (performance.now() - begun));
  await doOperations(afterwards.late, leftMs, options, product, faults);
}

/** Spread over a time where they are disturbed; as fast as they are taken where nothing disturbs. */
async function doOperations(
  operations: readonly Operation[],
  overMs: number,
  options: Work,
  product: Product,
  faults: string[],
): Promise<void> {
  const { signal, sleep, name } = options;
  const paceMs = name === "disturbed" ? overMs / operations.length : 0;
  const begun = performance.now();
  for (const [n, operation] of operations.entries()) {
    await sleep(Math.max(0, begun + n * paceMs - performance.now()));
    if (signal.aborted) return;
    const performer = { address: product.address, signal, sleep, onRefusal: () => undefined };
    const doing =
      operation.kind === "age"
        ? insist(options, product, (client) => age(client, operation.dataset, operation.before))
        : perform(operation, performer);
    await doing.catch((error: unknown) =>
      faults.push(`operation ${n} ${describeOperation(operation)}: ${String(error)}`),
    );
  }
}

/** Asks the database until it answers. @throws the last error after ten minutes */
export async function insist<Value>(
  { signal, sleep }: Work,
  product: Product,
  body: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const end = performance.now() + 600_000;
  for (;;) {
    try {
      return await onDatabase(product, body);
    } catch (error) {
      if (performance.now() > end || signal.aborted) throw error;
    }
    await sleep(500);
  }
}

async function untilEmpty(
  fault: string,
  open: (client: pg.Client) => Promise<Readonly<Record<string, number>>>,
  options: Work,
  product: Product,
  faults: string[],
): Promise<void> {
  const { signal, sleep, say, name } = options;
  const begun = performance.now();
  let said = 0;
  while (!signal.aborted) {
    const left = await onDatabase(product, open).catch((error) => ({ [String(error)]: 1 }));
    if (Object.keys(left).length === 0) return;
    const waited = performance.now() - begun;
    if (waited > SETTLE_MS) {
      faults.push(`${fault} after ${SETTLE_MS / 1000} s: ${JSON.stringify(left)}`);
      return;
    }
    if (waited - said > SAY_EVERY_MS) {
      said = waited;
      say(`${name}: ${fault} after ${Math.round(waited / 1000)} s: ${JSON.stringify(left)}`);
    }
    await sleep(500);
  }
}

/** The dry run of what has just been deleted by its age finds nothing more. Points that are exported wait for their next look. */
async function dryRunAfterwards({ signal, sleep }: Work, product: Product): Promise<string[]> {
  const end = performance.now() + 600_000;
  while (performance.now() < end && !signal.aborted) {
    const answer = await call(
      product.address,
      "dataset.retention",
      { dataset: "ioncannon" },
      "query",
      signal,
    );
    if (answer.kind === "ok")
      return (answer.data as { kind: string; keep: string; things: number }[]).flatMap(
        ({ kind, keep, things }) =>
          kind === "export" || (keep === "P1Y" && things === 0)
            ? []
            : [`the dry run after deletion: ${kind}, keep ${keep}, ${things} would go`],
      );
    await sleep(500);
  }
  return ["the dry run after deletion was not answered"];
}

/** Something asked of the product's database. @throws Error where it does not run */
export async function onDatabase<Value>(
  product: Product,
  body: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const address = product.database();
  if (address === undefined) throw new Error("PostgreSQL does not run");
  return withClient({ connectionString: address, connectionTimeoutMillis: 10_000 }, body);
}

export const seconds = (begun: number) => Math.round((performance.now() - begun) / 1000);
