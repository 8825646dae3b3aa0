import type { Product } from "./product";

const RECOVERY_MS = 180_000;
const LOOK_MS = 100;

/** What the product was when it was disturbed. */
export interface Before {
  readonly worker: number | undefined;
  readonly position: number;
}

/** To be taken down before a disturbance. */
export function before(product: Product): Before {
  return { worker: product.processes().worker, position: product.workerLogSize() };
}

/**
 * Waits until all of the product works again: every process is there, the worker has said that it runs, and the pages' health is well.
 * @returns how long that took, milliseconds; undefined when it did not in three minutes
 */
export async function recover(
  product: Product,
  since: Before,
  signal: AbortSignal,
  sleep: (ms: number) => Promise<void>,
): Promise<number | undefined> {
  const begun = performance.now();
  while (performance.now() - begun < RECOVERY_MS && !signal.aborted) {
    if (isComplete(product, since) && (await isWell(product, signal)) && isComplete(product, since))
      return performance.now() - begun;
    await sleep(LOOK_MS);
  }
  return undefined;
}

function isComplete(product: Product, since: Before): boolean {
  const { supervisor, worker, web, postmaster } = product.processes();
  if ([supervisor, worker, web, postmaster].includes(undefined)) return false;
  return worker === since.worker || product.workerRunsSince(since.position);
}

async function isWell(product: Product, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    return (await fetch(`${product.address}/api/health`, { signal: limit })).ok;
  } catch {
    return false;
  }
}
