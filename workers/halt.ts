/** A wish to end, by a signal or because going on is no use. */
export type Halt = { readonly code: number; readonly sentence?: string };

export type Halting = {
  readonly asked: Promise<Halt>;
  ask(halt: Halt): void;
  /** Calls back when a person asks a second time. */
  onHaste(callback: () => void): void;
};

/** A signal asks to end; one more, a second later or more (npm may pass one Ctrl-C on twice), asks to be quick. */
export function haltOnSignals(): Halting {
  let ask: (halt: Halt) => void = () => undefined;
  let hasten: () => void = () => undefined;
  let since: number | undefined;
  const asked = new Promise<Halt>((resolve) => {
    ask = resolve;
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (since !== undefined && performance.now() - since > 1_000) return hasten();
      if (since === undefined) console.log("Ionbeam is stopping.");
      since ??= performance.now();
      ask({ code: 0 });
    });
  }
  return {
    asked,
    ask: (halt) => ask(halt),
    onHaste: (callback) => {
      hasten = callback;
    },
  };
}
