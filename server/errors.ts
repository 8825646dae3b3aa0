import type { Check } from "./health/model";

/**
 * An error's class says what to do with it; its text is for people. One map turns classes into tRPC codes, one into
 * retry or dead-letter, one into exit codes. Nobody decides anything by an error's message.
 */
export abstract class IonbeamError extends Error {
  /** Whether the same call may succeed later without anybody changing anything. */
  abstract readonly retry: boolean;
  abstract readonly code: "invalid" | "not-found" | "conflict" | "denied" | "transient";

  /** What was wrong outside, told where it was seen; what stands around it finds it by its causes (`checkOf`). */
  readonly check: Check | undefined;

  constructor(message: string, options?: ErrorFacts) {
    super(message, options);
    this.name = new.target.name;
    this.check = options?.check;
  }
}

interface ErrorFacts {
  readonly cause?: unknown;
  readonly check?: Check | undefined;
}

/** The input is wrong and stays wrong: say what and how to mend it. Never retried. */
export class Invalid extends IonbeamError {
  readonly retry = false;
  readonly code = "invalid";
}

/** Settings of which some are wrong: the sentence names all of them, and a form shows each where it is typed. */
export class WrongFields extends Invalid {
  constructor(
    message: string,
    readonly fields: readonly { readonly path: readonly string[]; readonly message: string }[],
  ) {
    super(message);
  }
}

/** What was named does not exist. */
export class NotFound extends IonbeamError {
  readonly retry = false;
  readonly code = "not-found";
  readonly instead: number | undefined;

  /**
   * @param plain the sentence as pages say it: they lead to their own list
   * @param options.shownBy what shows those that there are, on the command line @param options.instead the instant at which there is one
   */
  constructor(
    readonly plain: string,
    { shownBy, instead, cause }: { shownBy?: string; instead?: number; cause?: unknown } = {},
  ) {
    super(
      shownBy === undefined ? plain : `${plain}; ${shownBy}`,
      cause === undefined ? undefined : { cause },
    );
    this.instead = instead;
  }
}

/** More at once than is taken on: less of it would be. */
export class TooMuch extends Invalid {
  readonly tooMuch = true;
}

/** Somebody else was first (a fence, a lock, a newer state). Often success in disguise. */
export class Conflict extends IonbeamError {
  readonly retry = false;
  readonly code = "conflict";
}

/** Refused by a rule (sealed window, retention of the service). */
export class Denied extends IonbeamError {
  readonly retry = false;
  readonly code = "denied";
}

/**
 * Something outside did not answer; try again with back-off. `retryAfterMs` when the other side said when; `everyMs` where looking again is cheap and
 * what is waited for may be there at any moment: then the pauses do not grow.
 */
export class Transient extends IonbeamError {
  readonly retry = true;
  readonly code = "transient";
  readonly retryAfterMs: number | undefined;
  readonly everyMs: number | undefined;

  constructor(message: string, options?: ErrorFacts & { retryAfterMs?: number; everyMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
    this.everyMs = options?.everyMs;
  }
}

/** What a person can do about a full disk: the same sentence on pages, in runs and windows, and on the command line. */
export const DISK_FULL = "the disk of the data folder is full: free some space; work goes on by itself";

/** The system's and DuckDB's words and codes for a disk without space; PostgreSQL's SQLSTATE. */
const FULL_CODES = ["ENOSPC", "EDQUOT", "53100"];
const FULL_WORDS = /ENOSPC|EDQUOT|no space left on device/i;

/** An error and what caused it, outermost first; a circle of causes ends too. */
function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each);
  return chain;
}

/** Whether an error, or what caused it, says that a disk is full. Only its sentence is decided by this, never what is done. */
export function isDiskFull(error: unknown): boolean {
  return chainOf(error).some(
    (each) =>
      each.message === DISK_FULL ||
      FULL_WORDS.test(each.message) ||
      ("code" in each && FULL_CODES.includes(String(each.code))),
  );
}

/** The check that failed outside, as the error or what caused it tells; undefined where it was nothing outside, or nobody knows. */
export function checkOf(error: unknown): Check | undefined {
  return chainOf(error)
    .map((each) => (each instanceof IonbeamError ? each.check : undefined))
    .find((check) => check !== undefined);
}

/** The sentence of any thrown value, for logs and screens. */
export function errorText(error: unknown): string {
  if (isDiskFull(error)) return DISK_FULL;
  if (error instanceof Error) return error.message;
  return String(error);
}
