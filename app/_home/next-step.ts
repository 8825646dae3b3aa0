import type { Home, Source, Stage, WindowLine } from "../_trpc/outputs";

/** What to do next, in a sentence, and where. */
export interface NextStep {
  readonly sentence: string;
  readonly action?: { readonly word: string; readonly href: string };
}

interface Situation {
  readonly home: Pick<Home, "failures"> & {
    readonly stages: readonly Pick<Stage, "failed">[];
    readonly latestBuilt: readonly Pick<WindowLine, "synthetic">[];
  };
  /** How many alerts are open and not muted. */
  readonly alerts: number;
  readonly sources: readonly Pick<Source, "name" | "known" | "enabled" | "synthetic">[];
  /** The address of the newest built window. */
  readonly newest: string | undefined;
}

/** The one thing that helps a person on: mend what failed, bring data, look at a window, bring real data. */
export function nextStep({ home, alerts, sources, newest }: Situation): NextStep | undefined {
  if (home.failures.length > 0 || alerts > 0) return undefined;
  if (home.stages.some(({ failed }) => failed > 0)) {
    return {
      sentence:
        "Some work failed and is tried again by itself, later each time. If it stays so, logs/worker.log in the data folder says why.",
    };
  }
  if (sources.length === 0) {
    return {
      sentence:
        "There is no source yet. Where Ionbeam has just been started, they show up here within seconds; else name a settings file that has one by IONBEAM_CONFIG_PATH, and start again.",
    };
  }
  if (newest === undefined) {
    const running = sources.find((source) => source.enabled);
    if (running)
      return {
        sentence: `${running.name} is being collected; its first window is built within a minute or two, and shows up here by itself.`,
        action: { word: "Watch its runs", href: `/sources/${encodeURIComponent(running.name)}` },
      };
    return {
      sentence: "Nothing is collected: enable a source, or run one over a range of time.",
      action: { word: "Go to the sources", href: "/sources" },
    };
  }
  if (home.latestBuilt.some((window) => !window.synthetic)) return undefined;
  const real = sources.find((source) => source.known && !source.synthetic);
  return {
    sentence: real
      ? `The line works: what it shows is synthetic. Next, run ${real.name} over a day to bring real observations; or open a window to see what was made of it.`
      : "The line works: what it shows is synthetic. Open a window to see what was made of it, and download its file.",
    action: real
      ? { word: `Run ${real.name}`, href: `/sources/${encodeURIComponent(real.name)}` }
      : { word: "Open the newest window", href: newest },
  };
}
