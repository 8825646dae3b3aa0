import type { z } from "zod";
import { LetterClass } from "../server/dead-letter/model";
import { Conflict, errorText, Invalid, IonbeamError } from "../server/errors";
import type { Clock } from "../server/ports/clock";
import type { Inbox, InboxEntry, Outbox } from "../server/ports/inbox";
import type { Log } from "../server/ports/log";
import type { Transactions } from "../server/ports/transactions";
import type { Outcome, StageContext } from "../server/stage";
import { backOffMs } from "./back-off";

const LEASE_MS = 60_000;

/** A message that took the process down again and again. */
class GivenUp extends Invalid {}

/** A body that is none of its stage's. */
class Malformed extends Invalid {}

/**
 * A message that took the process down this often in a row, without an answer in between, is set aside: it would take it down for ever. One that fails
 * with an answer ("the archive is away") is never given up.
 */
const MOST_CRASHES = 50;

/** A stage with its ports bound: what the runner needs to know of it. */
export interface BoundStage {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly handle: (message: unknown, context: StageContext) => Promise<Outcome>;
}

export interface RunnerPorts {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  /** Kills the process at a named place when a test asks for it. */
  readonly failPoint: (name: string) => void;
}

/**
 * Runs one message through its stage: takes the inbox fence, parses once, handles, and settles result, messages and mark in one transaction.
 * What cannot succeed is set aside with its reason; what may succeed later is given back with a time.
 */
export async function runMessage(
  queue: string,
  id: string,
  stage: BoundStage,
  ports: RunnerPorts,
  signal: AbortSignal,
): Promise<"settled" | "released" | "buried" | "busy"> {
  const entry = await ports.inbox.begin(queue, id, LEASE_MS);
  if (!entry) return "busy";
  const log = ports.log.with({ queue, id, stage: stage.name });
  const renewal = setInterval(() => {
    ports.inbox
      .renew(queue, id, entry.fence, LEASE_MS)
      .catch((error) => log.warn("a lease could not be prolonged", { error: errorText(error) }));
  }, LEASE_MS / 3);
  try {
    if (entry.crashes >= MOST_CRASHES) {
      throw new GivenUp(
        `given up: ${entry.crashes} attempts in a row ended with the worker's death; look for the cause in logs/worker.log, then replay`,
      );
    }
    await settle(entry, stage, ports, signal);
    return "settled";
  } catch (error) {
    return await giveBack(entry, error, ports, log, signal.aborted);
  } finally {
    clearInterval(renewal);
  }
}

async function settle(
  entry: InboxEntry,
  stage: BoundStage,
  ports: RunnerPorts,
  signal: AbortSignal,
): Promise<void> {
  const parsed = stage.schema.safeParse(entry.body, { reportInput: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Malformed(
      `the message does not fit ${stage.name}: ${issue ? whatIsWrong(issue) : "it is not valid"}`,
    );
  }
  const outcome = await stage.handle(parsed.data, {
    lane: entry.lane,
    queue: entry.queue,
    signal,
    attempt: entry.attempt,
  });
  ports.failPoint(`${stage.name}.before-settle`);
  await ports.transactions.run(async (tx) => {
    const more = (await outcome.settle?.(tx)) ?? [];
    await ports.outbox.add(tx, [...outcome.publish, ...more]);
    await ports.inbox.settle(tx, entry);
    ports.failPoint(`${stage.name}.before-commit`);
  });
  ports.failPoint(`${stage.name}.after-commit`);
}

/** A field that is wrong, by the place where it stands. What to do about it the letter's class says. */
function whatIsWrong({ path, code, message, input }: z.core.$ZodIssue): string {
  const field = path.length > 0 ? `its field ${path.join(".")}` : "its body";
  return code === "invalid_type" && input === undefined
    ? `${field} is missing`
    : `${field} is wrong (${message})`;
}

async function giveBack(
  entry: InboxEntry,
  error: unknown,
  ports: RunnerPorts,
  log: Log,
  stopping: boolean,
): Promise<"released" | "buried"> {
  const reason = errorText(error);
  const final = error instanceof IonbeamError && !error.retry && !(error instanceof Conflict);
  if (final) {
    log.warn("a message was set aside", { reason });
    await ports.inbox.bury(entry, reason, letterClass(error));
    return "buried";
  }
  // A loser of a fence leaves its message unsettled: it is run again (SEMANTICS 3, *Generation*).
  // A worker that stops is nobody's fault: the next one begins at once.
  const waitMs = stopping ? 0 : backOffMs(entry.attempt, error);
  log.warn("a message is tried again", { reason, waitMs, attempt: entry.attempt + 1 });
  await ports.inbox.release(entry, reason, ports.clock.now() + waitMs * 1000);
  return "released";
}

/** What kind of reason an error is, for those who have to do something about it. */
function letterClass(error: IonbeamError): LetterClass {
  if (error instanceof GivenUp) return "given-up";
  if (error instanceof Malformed) return "malformed";
  return LetterClass.catch("invalid").parse(error.code);
}
