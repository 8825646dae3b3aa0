/**
 * An error's class says what to do with it; its text is for people. One map turns classes into tRPC codes, one into
 * retry or dead-letter, one into exit codes. Nobody decides anything by an error's message.
 */
export abstract class IonbeamError extends Error {
  /** Whether the same call may succeed later without anybody changing anything. */
  abstract readonly retry: boolean;
  abstract readonly code: "invalid" | "not-found" | "conflict" | "denied" | "transient";

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The input is wrong and stays wrong: say what and how to mend it. Never retried. */
export class Invalid extends IonbeamError {
  readonly retry = false;
  readonly code = "invalid";
}

/** What was named does not exist. */
export class NotFound extends IonbeamError {
  readonly retry = false;
  readonly code = "not-found";
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

/** Something outside did not answer; try again with back-off. `retryAfterMs` when the other side said when. */
export class Transient extends IonbeamError {
  readonly retry = true;
  readonly code = "transient";
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The sentence of any thrown value, for logs and screens. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error);
}
