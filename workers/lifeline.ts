/** The child's side of the supervisor: what it is told, what it tells, and that it does not outlive it. */

/** What a child tells the supervisor. */
export type ChildMessage =
  /** The web listens and answers there. */
  | { readonly kind: "ready"; readonly address: string }
  /** The worker runs: the catalogue is filled, and what is asked for is done. */
  | { readonly kind: "working" }
  /** Starting again would not help: everything stops with this sentence. */
  | { readonly kind: "fatal"; readonly sentence: string };

/**
 * Ties this process to the supervisor that started it. On SIGTERM `stop` is called once and the process ends; when the
 * supervisor is gone (killed, crashed) it ends at once, for whatever it leaves is taken up by the next start.
 */
export function tieToSupervisor(stop: () => Promise<void>): void {
  let stopping = false;
  process.on("SIGTERM", () => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  // Ctrl-C in a terminal is the supervisor's to handle: it says when, in order.
  process.on("SIGINT", () => undefined);
  process.on("SIGHUP", () => undefined);
  process.on("disconnect", () => process.exit(1));
  if (process.connected === false) process.exit(1);
}

/** Sends a message to the supervisor; nothing happens when there is none. Resolves once it is handed over. */
export function tell(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) return resolve();
    process.send(message, () => resolve());
  });
}
