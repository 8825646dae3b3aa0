import type { Change } from "../../server/ports/changes";

/** The routers of the API. */
export const NOUNS = [
  "line",
  "source",
  "ingest",
  "window",
  "dataset",
  "projection",
  "deadLetter",
  "audit",
  "settings",
  "reprocess",
  "alert",
  "health",
  "reingestion",
  "variableMap",
] as const;
type Noun = (typeof NOUNS)[number];

/** Which routers' answers a change of a noun may change. */
const CONCERNED: Readonly<Record<Change["noun"], readonly Noun[]>> = {
  source: ["source", "line", "settings", "health", "alert", "variableMap"],
  run: ["source", "line"],
  ingest: ["ingest", "window", "line", "reingestion"],
  window: ["window", "line", "dataset"],
  dataset: ["dataset", "source", "window", "line"],
  projection: ["window", "line", "dataset", "projection"],
  "projection-settings": ["projection", "settings", "window"],
  "dead-letter": ["deadLetter", "line"],
  outbox: ["line"],
  inbox: ["line"],
  points: ["window"],
  reprocess: ["reprocess"],
  reingestion: ["reingestion"],
  audit: ["audit"],
  alert: ["alert"],
};

/** @returns the routers that a hint concerns; all of them for a hint that is not understood */
export function concerned(data: string): readonly Noun[] {
  try {
    const { noun } = JSON.parse(data) as Partial<Change>;
    return (noun === undefined ? undefined : CONCERNED[noun]) ?? NOUNS;
  } catch {
    return NOUNS;
  }
}

/**
 * Gathers hints and tells of all routers concerned at once: soon after a first one, and in a storm of them at most every so often.
 * @param soonMs from a first hint to being told @param leastMs between two tellings
 */
export function gatheredNouns(
  { soonMs, leastMs }: { soonMs: number; leastMs: number },
  tell: (routers: readonly Noun[]) => void,
) {
  const gathered = new Set<Noun>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = Number.NEGATIVE_INFINITY;
  return {
    add(data: string) {
      for (const noun of concerned(data)) gathered.add(noun);
      timer ??= setTimeout(
        () => {
          timer = undefined;
          told = performance.now();
          tell([...gathered]);
          gathered.clear();
        },
        Math.max(soonMs, told + leastMs - performance.now()),
      );
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
