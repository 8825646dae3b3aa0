import { disturb } from "./disturb";
import { type Disturbance, disturbances, nameOf } from "./disturbances";
import { brokenRules } from "./invariants";
import { type Outcome, outcomeOf } from "./outcome";
import { perform } from "./perform";
import { openProduct, type Product } from "./product";
import { randomOf } from "./random";
import { before, recover } from "./recovery";
import { wronglyServed } from "./served";
import type { Archive } from "./settings";
import { addProfiles, settingsYaml } from "./settings";
import { owed, whyOwed } from "./settled";
import { type Stored, storedFiles } from "./stored";
import { type Visit, visit } from "./visitor";
import { doAll, insist, onDatabase, SAY_EVERY_MS, SETTLE_MS, seconds, type Work } from "./work";

/** One disturbance as it went. */
export interface Mark {
  /** Seconds since the begin. */
  readonly at: number;
  readonly disturbance: Disturbance;
  readonly cameAbout: boolean;
  /** Milliseconds until everything worked again; undefined when the next one came before. */
  readonly recoveredMs: number | undefined;
}

export interface Trial {
  readonly outcome: Outcome;
  readonly faults: readonly string[];
  readonly marks: readonly Mark[];
  readonly visit: Visit | undefined;
  readonly stored: Stored;
  readonly starts: number;
  /** Milliseconds from the last operation until nothing was owed. */
  readonly settledMs: number;
}

export interface TrialOptions extends Work {
  readonly seed: number;
  readonly archive: Archive;
  /** Told of the product as soon as there is one, so that an interruption can end it. */
  readonly onProduct: (product: Product) => void;
}

/** Does all operations on a new data folder, disturbed or not, waits until nothing is owed, and looks at what is there. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { signal, sleep, say, archive } = options;
  const disturbed = options.name === "disturbed";
  const product = await openProduct(options.name, settingsYaml(archive.server.url, disturbed));
  options.onProduct(product);
  const faults: string[] = [];
  const started = await recover(product, { worker: undefined, position: 0 }, signal, sleep);
  if (started === undefined) throw new Error(`the product did not start: ${product.gaveUp.join("; ")}`);
  say(`${options.name}: started in ${Math.round(started)} ms at ${product.address}`);

  await insist(options, product, addProfiles);
  const begun = performance.now();
  const marks: Mark[] = [];
  const visiting = new AbortController();
  let busy = false;
  const visits = disturbed
    ? visit(
        product.address,
        randomOf(options.seed, "visitor"),
        () => busy,
        AbortSignal.any([signal, visiting.signal]),
        sleep,
      )
    : undefined;
  const working = doAll(options, product, faults);
  if (disturbed)
    await shake(options, product, marks, faults, (now) => {
      busy = now;
    });
  await working;
  archive.server.mend();
  say(`${options.name}: all operations done after ${seconds(begun)} s`);
  const settledMs = await settle(options, product, faults);
  visiting.abort();
  const visited = await visits;
  for (const [what, times] of visited?.faults ?? []) faults.push(`request: ${what} (${times} times)`);
  for (const words of product.gaveUp) faults.push(`the supervisor gave up: ${words}`);
  const found = await look(options, product);
  faults.push(...found.faults);
  const left = await product.stop();
  if (left !== undefined) faults.push(left);
  return { ...found, faults, marks, visit: visited, starts: product.starts(), settledMs };
}

async function shake(
  options: TrialOptions,
  product: Product,
  marks: Mark[],
  faults: string[],
  onBusy: (busy: boolean) => void,
): Promise<void> {
  const { signal, sleep, say, minutes } = options;
  const begun = performance.now();
  const end = begun + minutes * 60_000;
  const random = randomOf(options.seed, "disturbances");
  const hands = { product, archive: options.archive.server, random, sleep };
  for (const { afterMs, disturbance, mayRecover } of disturbances(random, minutes)) {
    await sleep(afterMs);
    const last = performance.now() >= end;
    if (last || signal.aborted) break;
    onBusy(true);
    const since = before(product);
    const at = Math.round((performance.now() - begun) / 1000);
    const cameAbout = await disturb(disturbance, hands);
    const recoveredMs = mayRecover ? await recover(product, since, signal, sleep) : undefined;
    if (mayRecover && recoveredMs === undefined && !signal.aborted)
      faults.push(`not recovered in three minutes after ${nameOf(disturbance)} at ${at} s`);
    if (recoveredMs !== undefined) onBusy(false);
    marks.push({ at, disturbance, cameAbout, recoveredMs });
    const how = !cameAbout
      ? "did not come about"
      : recoveredMs === undefined
        ? ""
        : `recovered in ${Math.round(recoveredMs)} ms`;
    say(`${String(at).padStart(5)} s  ${nameOf(disturbance)}  ${how}`);
  }
  await recover(product, before(product), signal, sleep);
  onBusy(false);
}

/** Turns the schedule off and waits until nothing is owed, as the product's own rules of quiet and retries have it. */
async function settle(options: TrialOptions, product: Product, faults: string[]): Promise<number> {
  const { signal, sleep, say } = options;
  const stop = { kind: "enable", name: "ioncannon", enabled: false } as const;
  await perform(stop, { address: product.address, signal, sleep, onRefusal: () => undefined });
  const begun = performance.now();
  let said = 0;
  while (!signal.aborted) {
    const open = await onDatabase(product, owed).catch((error) => ({ [String(error)]: 1 }));
    const waited = performance.now() - begun;
    if (Object.keys(open).length === 0) return waited;
    if (waited > SETTLE_MS) {
      const why = await onDatabase(product, whyOwed);
      faults.push(`not settled after ${SETTLE_MS / 1000} s: ${JSON.stringify(open)}`, ...why);
      return waited;
    }
    if (waited - said > SAY_EVERY_MS) {
      said = waited;
      say(`${options.name}: still owed after ${Math.round(waited / 1000)} s: ${JSON.stringify(open)}`);
    }
    await sleep(500);
  }
  return performance.now() - begun;
}

async function look(options: TrialOptions, product: Product) {
  return onDatabase(product, async (client) => {
    const outcome = await outcomeOf(client, options.schedulesFrom, options.operations);
    const rules = await brokenRules(client);
    const stored = await storedFiles(client, product.dataDir);
    const served = await wronglyServed(client, product.dataDir);
    return { outcome, stored, faults: [...rules, ...stored.faults, ...served] };
  });
}
