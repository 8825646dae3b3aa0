import { uuidv5 } from "../server/message";
import { type Answer, call } from "./api";
import type { Operation } from "./operations";

const RETRY_MS = 500;
/** What is asked for through the pages. */
export type Asked = Exclude<Operation, { kind: "age" }>;
/** Longer than any outage: an operation that is not taken by then never will be. */
const PATIENCE_MS = 600_000;

type Mutation = readonly [procedure: string, input: unknown];

export interface Performer {
  readonly address: string;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told of each attempt that was not taken. */
  readonly onRefusal: (answer: Exclude<Answer, { kind: "ok" }>) => void;
}

/**
 * Does one operation as a person would: asks again until it is taken, with the same request key. What it needs (a delivery to withdraw, a window to build)
 * is waited for.
 * @throws Error when it was not taken in ten minutes, or never can be
 */
export async function perform(operation: Asked, performer: Performer): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let last = "nothing was answered";
  while (performance.now() < end && !performer.signal.aborted) {
    const mutation = await mutationFor(operation, performer);
    if (mutation !== undefined) {
      const answer = await call(performer.address, ...mutation, "mutation", performer.signal);
      if (answer.kind === "ok" && isToBeRefused(operation))
        throw new Error("taken, although a window is sealed");
      if (answer.kind === "ok" || hasNothingToDo(operation, answer)) return;
      last = answer.kind === "silent" ? answer.why : answer.words;
      if (isToBeRefused(operation) && answer.kind === "refused" && answer.code === "FORBIDDEN") return;
      if (isFinal(operation, answer)) throw new Error(`refused for good: ${last}`);
      performer.onRefusal(answer);
    } else {
      last = "what it needs is not there";
    }
    await performer.sleep(RETRY_MS);
  }
  if (!performer.signal.aborted) throw new Error(`not taken in ${PATIENCE_MS / 1000} s: ${last}`);
}

function isToBeRefused(operation: Operation): boolean {
  return "sealed" in operation && operation.sealed === true;
}

/** Whether a range holds windows by now, and whether a run or reprocess has ended by now, is a matter of time. */
function hasNothingToDo(operation: Operation, answer: Answer): boolean {
  if (answer.kind !== "refused") return false;
  if (operation.kind === "reprocess range") return answer.code === "BAD_REQUEST";
  if (operation.kind === "cancel run") return answer.code === "CONFLICT";
  return operation.kind === "cancel reprocess" && (answer.code === "CONFLICT" || answer.code === "NOT_FOUND");
}

/** A window that is not there yet comes with its delivery. */
function isFinal(operation: Operation, answer: Exclude<Answer, { kind: "ok" }>): boolean {
  if (answer.kind === "silent" || answer.status >= 500 || answer.code === "") return false;
  return !(operation.kind === "reprocess" && answer.code === "NOT_FOUND");
}

/** @returns undefined while what it needs is not there, or nobody says whether it is */
async function mutationFor(operation: Asked, performer: Performer): Promise<Mutation | undefined> {
  switch (operation.kind) {
    case "run": {
      const { kind: _, ...input } = operation;
      return ["source.run", input];
    }
    case "reprocess": {
      const { kind: _, ...input } = operation;
      return ["window.reprocess", { ...input, forced: true }];
    }
    case "reprocess range": {
      const { dataset, start, end, depth, requestKey } = operation;
      return ["reprocess.start", { ranges: [{ dataset, start, end }], behaviour: "all", depth, requestKey }];
    }
    case "cancel reprocess":
      return ["reprocess.cancel", { id: uuidv5("reprocess", operation.requestKey) }];
    case "cancel run":
      return ["source.cancelRun", { id: uuidv5("run", operation.name, operation.requestKey) }];
    case "set": {
      const { kind: _, ...input } = operation;
      return ["dataset.set", input];
    }
    case "enable":
      return ["source.setEnabled", { name: operation.name, enabled: operation.enabled }];
    default: {
      const key = await deliveryKey(operation, performer);
      return key === undefined ? undefined : [`ingest.${operation.kind}`, { key }];
    }
  }
}

interface Page {
  readonly items: readonly { delivery: string; start: number; end: number; ingestedAt?: number }[];
  readonly next?: string;
}

async function deliveryKey(
  { dataset, start, end }: { dataset: string; start: number; end: number },
  { address, signal, onRefusal }: Performer,
): Promise<string | undefined> {
  let cursor: string | undefined;
  do {
    const answer = await call(address, "ingest.list", { dataset, cursor }, "query", signal);
    if (answer.kind !== "ok") {
      onRefusal(answer);
      return undefined;
    }
    const page = answer.data as Page;
    const found = page.items.find((item) => item.start === start && item.end === end);
    if (found) return found.delivery;
    cursor = page.next;
  } while (cursor !== undefined);
  return undefined;
}
