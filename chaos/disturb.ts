import { renameSync, writeFileSync } from "node:fs";
import type { ArchiveServer } from "../e2e/archive-server";
import { withClient } from "../server/adapters/postgres/with-client";
import { isAlive, signalProcess } from "../server/process-table";
import type { Disturbance } from "./disturbances";
import type { Product } from "./product";
import type { Random } from "./random";

/** How long a worker may take to come by the fail point that it is armed with; it stays armed, and others come meanwhile. */
const FAIL_POINT_MS = 7_000;

export interface Hands {
  readonly product: Product;
  readonly archive: ArchiveServer;
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Does it. @returns whether it came about: a process may be down already, a fail point may not be passed */
export async function disturb(disturbance: Disturbance, hands: Hands): Promise<boolean> {
  switch (disturbance.kind) {
    case "kill":
      return kill(disturbance, hands);
    case "pause":
      return pause(disturbance, hands);
    case "fail-point":
      return passFailPoint(disturbance, hands);
    case "repeat-messages":
      return sql(
        hands.product,
        `UPDATE outbox SET published_at = NULL WHERE seq IN (
           SELECT seq FROM outbox WHERE published_at IS NOT NULL ORDER BY md5(seq::text || $1) LIMIT $2)`,
        String(hands.random.next()),
        disturbance.count,
      );
    case "lose-jobs":
      return sql(
        hands.product,
        "WITH d AS (DELETE FROM bullmq.dedup), n AS (DELETE FROM bullmq.dedup_next) DELETE FROM bullmq.job",
      );
    case "archive":
      trouble(disturbance, hands.archive);
      return true;
  }
}

/** Longer than a process that is asked to end may take, on a slow machine too. */
const GONE_MS = 30_000;
/** Who held a connection hears of its end a moment after the process at the other side is gone. */
const SEEN_MS = 200;

/** What is killed is gone when this is over: who looked before would find everything well. */
async function kill(disturbance: Extract<Disturbance, { kind: "kill" }>, hands: Hands): Promise<boolean> {
  const pids = signalled(disturbance, hands);
  const end = performance.now() + GONE_MS;
  while (pids.some(isAlive) && performance.now() < end) await hands.sleep(20);
  if (["postmaster", "backend"].includes(disturbance.what)) await hands.sleep(SEEN_MS);
  return pids.length > 0;
}

/** @returns the processes that were killed, or asked to end */
function signalled({ what, signal }: Extract<Disturbance, { kind: "kill" }>, hands: Hands): number[] {
  const { product, random } = hands;
  const running = product.processes();
  const { backends, ...single } = running;
  if (what === "all") {
    product.expectEnd();
    const all = [...Object.values(single), ...backends].filter((pid) => pid !== undefined);
    for (const pid of all) signalProcess(pid, signal);
    return all;
  }
  const pid = what === "backend" ? (backends.length > 0 ? random.pick(backends) : undefined) : single[what];
  if (pid === undefined) return [];
  if (what === "supervisor") product.expectEnd();
  signalProcess(pid, signal);
  // Those end with it, a moment later: until then they may say that all is well. PostgreSQL ends all its processes when one of them was killed.
  const whole = what === "postmaster" || (what === "backend" && signal === "SIGKILL");
  const others = what === "supervisor" ? [single.worker, single.web] : whole ? backends : [];
  return [...new Set([pid, ...others])].filter((each) => each !== undefined);
}

async function pause({ what, ms }: Extract<Disturbance, { kind: "pause" }>, hands: Hands): Promise<boolean> {
  const { backends, postmaster, ...rest } = hands.product.processes();
  const database = [postmaster, ...backends];
  const chosen =
    what === "all" ? [...Object.values(rest), ...database] : what === "postgres" ? database : [rest[what]];
  const pids = chosen.filter((pid) => pid !== undefined);
  for (const pid of pids) signalProcess(pid, "SIGSTOP");
  try {
    await hands.sleep(ms);
  } finally {
    for (const pid of pids) signalProcess(pid, "SIGCONT");
  }
  return pids.length > 0;
}

/** Leaves the name for the worker, and waits for its death. */
async function passFailPoint(
  { name, nth }: Extract<Disturbance, { kind: "fail-point" }>,
  { product, sleep }: Hands,
): Promise<boolean> {
  const { worker } = product.processes();
  if (worker === undefined) return false;
  const unfinished = `${product.failPointFile}.new`;
  writeFileSync(unfinished, `${name}:${nth}`);
  renameSync(unfinished, product.failPointFile);
  const end = performance.now() + FAIL_POINT_MS;
  while (performance.now() < end) {
    if (product.processes().worker !== worker) return true;
    await sleep(50);
  }
  return false;
}

/** One statement on the product's database; nothing where it does not answer. */
async function sql(product: Product, statement: string, ...values: unknown[]): Promise<boolean> {
  const address = product.database();
  if (address === undefined) return false;
  const limits = { connectionTimeoutMillis: 3_000, statement_timeout: 3_000 };
  try {
    return await withClient({ connectionString: address, ...limits }, async (client) => {
      return ((await client.query(statement, values)).rowCount ?? 0) > 0;
    });
  } catch {
    return false;
  }
}

function trouble({ trouble: how, times }: Extract<Disturbance, { kind: "archive" }>, archive: ArchiveServer) {
  if (how === "unavailable") archive.fail(/./, { kind: "status", status: 503, times });
  else if (how === "slow") archive.fail(/./, { kind: "slow", ms: 1_500, times });
  else archive.fail(/./, { kind: how, times });
}
