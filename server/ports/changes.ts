/** A hint that rows of a noun changed, for screens and loops; never the truth. */
export interface Change {
  readonly noun:
    | "source"
    | "run"
    | "ingest"
    | "window"
    | "dataset"
    | "projection"
    | "projection-settings"
    | "dead-letter"
    | "outbox"
    | "inbox"
    | "points"
    | "reprocess"
    | "audit"
    | "alert"
    | "reingestion";
  readonly key?: string;
}

export interface Changes {
  notify(change: Change): Promise<void>;
  /** Calls `listener` for each change until the returned function is called. Reconnects by itself. */
  listen(listener: (change: Change) => void): Promise<() => Promise<void>>;
}
