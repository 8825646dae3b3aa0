import { call, causeOf } from "./api";
import type { Random } from "./random";

/** How requests ended, and which of them ended as none may. */
export interface Visit {
  readonly counts: Record<"answered" | "refused in words" | "nobody there", number>;
  /** Sentences with which requests were refused, and how often. */
  readonly words: Map<string, number>;
  readonly faults: Map<string, number>;
}

const EVERY_MS = 250;
const PATIENCE_MS = 20_000;
const PAGES = [
  "/",
  "/sources",
  "/ingests",
  "/windows",
  "/datasets",
  "/dead-letters",
  "/audit",
  "/sources/ioncannon",
];
const QUERIES = [
  ["line.home", undefined],
  ["source.list", undefined],
  ["source.runs", { source: "ioncannon" }],
  ["ingest.list", { dataset: "ioncannon" }],
  ["window.list", { dataset: "ioncannon" }],
  ["window.list", { states: ["failed", "building", "queued"] }],
  ["dataset.list", undefined],
  ["dataset.get", { name: "ioncannon" }],
  ["dataset.settings", { name: "ioncannon" }],
  ["dataset.retention", { dataset: "ioncannon" }],
  [
    "dataset.retention",
    { dataset: "ioncannon", keepPoints: "P30D", keepPayloads: "P1Y", keepRevisions: "PT1H" },
  ],
  ["dataset.rows", { name: "ioncannon" }],
  ["dataset.files", { name: "ioncannon" }],
  ["dataset.sizes", { name: "ioncannon", unit: "day" }],
  ["deadLetter.list", {}],
  ["settings.state", undefined],
] as const;

/**
 * A request may fail while it is disturbed; it never fails without words, and never of itself. One that finds nobody is sent a second time, as browsers do
 * for what only reads: a connection that was kept open may be closed by the other side in the moment in which it is used again.
 */
export async function visit(
  address: string,
  random: Random,
  isDisturbed: () => boolean,
  signal: AbortSignal,
  sleep: (ms: number) => Promise<void>,
): Promise<Visit> {
  const seen: Visit = {
    counts: { answered: 0, "refused in words": 0, "nobody there": 0 },
    words: new Map(),
    faults: new Map(),
  };
  const count = (map: Map<string, number>, what: string) => map.set(what, (map.get(what) ?? 0) + 1);
  const begun = performance.now();
  const since = () => Math.round((performance.now() - begun) / 1000);
  while (!signal.aborted) {
    const before = isDisturbed();
    const request = draw(random);
    let { what, ended, words } = await ask(address, request, signal);
    if (ended === "nobody there" && !before && !isDisturbed() && !signal.aborted) {
      await sleep(EVERY_MS);
      ({ what, ended, words } = await ask(address, request, signal));
    }
    const disturbed = before || isDisturbed();
    if (signal.aborted) break;
    seen.counts[ended] += 1;
    if (ended === "refused in words") count(seen.words, `${what}: ${words}`);
    if (ended !== "answered" && !disturbed)
      count(seen.faults, `${what} failed undisturbed at ${since()} s: ${words}`);
    if (ended === "refused in words" && !isSentence(words))
      count(seen.faults, `${what}: no words: "${words}"`);
    await sleep(EVERY_MS);
  }
  return seen;
}

type Ended = { readonly what: string; readonly ended: keyof Visit["counts"]; readonly words: string };

type Request =
  | { readonly page: string }
  | { readonly procedure: (typeof QUERIES)[number][0]; readonly input: unknown };

function draw(random: Random): Request {
  if (random.happens(0.6)) {
    const [procedure, input] = random.pick(QUERIES);
    return { procedure, input };
  }
  return { page: random.happens(0.3) ? "/api/health" : random.pick(PAGES) };
}

async function ask(address: string, request: Request, signal: AbortSignal): Promise<Ended> {
  if ("procedure" in request) {
    const { procedure: what, input } = request;
    const answer = await call(address, what, input, "query", signal);
    if (answer.kind === "ok") return { what, ended: "answered", words: "" };
    if (answer.kind === "silent") return { what, ended: "nobody there", words: answer.why };
    return { what, ended: "refused in words", words: answer.words };
  }
  const what = request.page;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await fetch(address + what, { signal: limit });
    const text = await response.text();
    if (response.status < 400) return { what, ended: "answered", words: "" };
    return { what, ended: "refused in words", words: text.slice(0, 300) };
  } catch (error) {
    return { what, ended: "nobody there", words: causeOf(error) };
  }
}

/** What a person can read, and which is not the sentence for what nobody foresaw. */
function isSentence(words: string): boolean {
  return words.trim().length > 10 && !/nobody foresaw|^Internal Server Error$/.test(words);
}
