import { Conflict, Invalid, TooMuch } from "../errors";
import { uuidv5 } from "../message";
import type { Interval } from "../observation/interval";
import { formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { ReprocessingFilter, Reprocessings, ReprocessPlan } from "../ports/reprocessings";
import type { Transactions, Tx } from "../ports/transactions";
import type { Page } from "../ports/views";
import type { SpanRule, Window } from "../window/model";
import { previewLine, reprocessedLine, reprocessLine } from "./lines";
import {
  MOST_REPROCESSED,
  MOST_UNKNOWN,
  type ReprocessChoice,
  type ReprocessedWindow,
  type ReprocessOutcome,
  type ReprocessPreview,
  type ReprocessState,
  type StartReprocess,
} from "./model";

export interface ReprocessVerbPorts {
  readonly catalog: Pick<Catalog, "dataset" | "sources" | "audit">;
  readonly ledger: Pick<Ledger, "spans">;
  readonly reprocessings: Reprocessings;
  readonly transactions: Transactions;
  readonly clock: Pick<Clock, "now">;
  readonly sourcePlugins: readonly { readonly kind: string }[];
  readonly spans: {
    readonly windowsOf: (
      rules: readonly SpanRule[],
      interval: Interval,
      most?: number,
    ) => readonly Interval[];
    readonly countWindows: (rules: readonly SpanRule[], interval: Interval) => number;
  };
}

/** What a person may ask of reprocesses. */
export function reprocessVerbs(ports: ReprocessVerbPorts) {
  const { reprocessings } = ports;
  /** People name one by its number, programs by its id. */
  const idOf = async (name: string) => (await reprocessings.get(name)).id;
  return {
    previewReprocess: (choice: ReprocessChoice) => previewReprocess(choice, ports),
    startReprocess: (request: StartReprocess) => startReprocess(request, ports),
    pauseReprocess: async (id: string) => pauseReprocess(await idOf(id), ports),
    resumeReprocess: async (id: string) => resumeReprocess(await idOf(id), ports),
    cancelReprocess: async (id: string) => cancelReprocess(await idOf(id), ports),
    retryReprocess: async (id: string) => retryReprocess(await idOf(id), ports),
    reprocessPreviewLine: async (choice: ReprocessChoice) =>
      previewLine(await previewReprocess(choice, ports)),
    listReprocesses: async (limit: number) =>
      (await reprocessings.list(limit, undefined)).items.map(reprocessLine),
    reprocessedWindows: (id: string, filter: ReprocessingFilter) => reprocessedWindows(id, ports, filter),
    showReprocess: async (id: string) => reprocessLine(await reprocessings.get(id)),
    /** Pages are read one after the other up to `limit`. */
    listReprocessed: async (
      name: string,
      outcomes: readonly ReprocessOutcome[] | undefined,
      limit: number,
    ) => {
      const id = await idOf(name);
      const lines: ReturnType<typeof reprocessedLine>[] = [];
      let cursor: string | undefined;
      do {
        const page = await reprocessedWindows(id, ports, {
          outcomes,
          limit: Math.min(500, limit - lines.length),
          cursor,
        });
        lines.push(...page.items.map(reprocessedLine));
        cursor = page.next;
      } while (cursor !== undefined && lines.length < limit);
      return lines;
    },
  };
}

/** What a choice would do: how many windows, what is replaced, what does not run and why. Changes nothing. @throws NotFound, Invalid */
async function previewReprocess(
  choice: ReprocessChoice,
  ports: ReprocessVerbPorts,
): Promise<ReprocessPreview> {
  return ports.reprocessings.preview(await planOf(choice, ports));
}

/**
 * Begins to make windows again: a thing of its own, which the worker works through while live work goes first. The same request key is the same one.
 * @throws NotFound; Invalid when nothing would run, or too much at once
 */
async function startReprocess(
  request: StartReprocess,
  ports: ReprocessVerbPorts,
): Promise<{ readonly id: string; readonly number: number }> {
  const id = uuidv5("reprocess", request.requestKey);
  const plan = await planOf(request, ports);
  const preview = await ports.reprocessings.preview(plan);
  if (preview.meant > MOST_REPROCESSED)
    throw new TooMuch(
      `that is ${preview.meant} windows; at most ${MOST_REPROCESSED} are reprocessed at once: choose a shorter range`,
    );
  await ports.transactions.run(async (tx) => {
    // A repeat of a click finds its own, whatever would run by now.
    if (!(await ports.reprocessings.start(tx, id, request, plan))) return;
    if (preview.willRun === 0) throw new Invalid(nothingRuns(preview));
    const { requestKey: _, note, ranges, ...asked } = request;
    const told = ranges.map(
      (each) => `${each.dataset} ${formatInstant(each.start)} to ${formatInstant(each.end)}`,
    );
    await audit(tx, ports, "reprocess start", id, undefined, {
      ranges: told,
      ...asked,
      ...(note ? { note } : {}),
    });
  });
  const { number } = await ports.reprocessings.get(id);
  return { id, number };
}

function nothingRuns({ inRange, meant, leftOut }: ReprocessPreview): string {
  if (inRange === 0) return "there is no window in these ranges: nothing would run";
  if (meant === 0)
    return "none of the windows in these ranges is meant by this choice: nothing would run; choose all of them";
  return `nothing would run: ${leftOut.map(({ windows, reason }) => `${windows} of them: ${reason}`).join("; ")}`;
}

/** Begins no more windows until it is resumed; what is under way is finished. @throws NotFound, Conflict */
function pauseReprocess(id: string, ports: ReprocessVerbPorts): Promise<void> {
  return turn(id, "reprocess pause", ["running"], "paused", ports);
}

/** @throws NotFound, Conflict */
function resumeReprocess(id: string, ports: ReprocessVerbPorts): Promise<void> {
  return turn(id, "reprocess resume", ["paused"], "running", ports);
}

/** Begins nothing more, and stops what runs; it is cancelled when nothing of it is under way. @throws NotFound, Conflict */
function cancelReprocess(id: string, ports: ReprocessVerbPorts): Promise<void> {
  return turn(id, "reprocess cancel", ["running", "paused"], "cancelling", ports, async (tx) => {
    await ports.reprocessings.cancelWaiting(tx, id);
  });
}

/** Has the windows that failed, and those that were cancelled, begun once more. @returns how many @throws NotFound; Conflict when there is none */
async function retryReprocess(id: string, ports: ReprocessVerbPorts): Promise<{ readonly windows: number }> {
  let windows = 0;
  await turn(
    id,
    "reprocess retry",
    ["running", "paused", "done", "cancelled"],
    "running",
    ports,
    async (tx) => {
      windows = await ports.reprocessings.retry(tx, id, ["failed", "cancelled"]);
      if (windows === 0)
        throw new Conflict("none of its windows failed or was cancelled: there is nothing to try again");
    },
  );
  return { windows };
}

async function turn(
  id: string,
  what: string,
  from: readonly ReprocessState[],
  to: ReprocessState,
  ports: ReprocessVerbPorts,
  more?: (tx: Tx) => Promise<void>,
): Promise<void> {
  await ports.transactions.run(async (tx) => {
    const state = await ports.reprocessings.lock(tx, id);
    // Asked for twice is asked for once.
    if (state === to && more === undefined) return;
    if (!from.includes(state)) {
      if (to === "cancelling" && state === "cancelling") return;
      throw new Conflict(
        `it is ${state}: ${what.replace("reprocess ", "")} is for one that is ${from.join(" or ")}`,
      );
    }
    await more?.(tx);
    // What is paused stays so until it is resumed.
    const next = state === "paused" && what === "reprocess retry" ? state : to;
    await ports.reprocessings.setState(tx, id, next);
    await audit(tx, ports, what, id, { state }, { state: next });
  });
}

async function audit(
  tx: Tx,
  { catalog }: Pick<ReprocessVerbPorts, "catalog">,
  what: string,
  subject: string,
  before: object | undefined,
  after: object,
): Promise<void> {
  await catalog.audit(tx, { who: "local", what, subject, before, after });
}

/** A page of a reprocess's windows, with which of them have a page of their own: those on their dataset's grid. */
async function reprocessedWindows(
  id: string,
  ports: ReprocessVerbPorts,
  filter: ReprocessingFilter,
): Promise<Page<ReprocessedWindow>> {
  const { items, next } = await ports.reprocessings.windows(id, filter);
  const rules = await spansOf(items, ports);
  const onGrid = ({ dataset, start, end }: Window) => {
    const spans = rules.get(dataset) ?? [];
    const [window] = spans.length === 0 ? [] : ports.spans.windowsOf(spans, { start, end });
    return window?.start === start && window.end === end;
  };
  return { items: items.map((item) => ({ ...item, hasPage: onGrid(item) })), next };
}

/** Span histories by dataset. @throws NotFound */
function spansOf(
  of: readonly { readonly dataset: string }[],
  { ledger, transactions }: Pick<ReprocessVerbPorts, "ledger" | "transactions">,
): Promise<ReadonlyMap<string, readonly SpanRule[]>> {
  return transactions.run(async (tx) => {
    const rules = new Map<string, readonly SpanRule[]>();
    for (const name of new Set(of.map(({ dataset }) => dataset))) {
      rules.set(name, await ledger.spans(tx, name));
    }
    return rules;
  });
}

/** Adds what only the catalogue knows: windows by their datasets' spans that have begun, and which datasets can be collected. */
async function planOf(choice: ReprocessChoice, ports: ReprocessVerbPorts): Promise<ReprocessPlan> {
  const now = ports.clock.now();
  const names = [...new Set(choice.ranges.map(({ dataset }) => dataset))];
  for (const name of names) await ports.catalog.dataset(name);
  const rules = await spansOf(choice.ranges, ports);
  const begun = choice.ranges
    .map((range) => ({ ...range, end: Math.min(range.end, now) }))
    .filter(({ start, end }) => end > start);
  const many = begun.reduce(
    (sum, range) => sum + ports.spans.countWindows(rules.get(range.dataset) ?? [], range),
    0,
  );
  if (many > MOST_UNKNOWN && choice.depth === "collect")
    throw new TooMuch(
      `that is ${many} windows; at most ${MOST_UNKNOWN} are collected again at once: choose a shorter range`,
    );
  const spanned: Window[] =
    many > MOST_UNKNOWN
      ? []
      : begun.flatMap((range) =>
          ports.spans
            .windowsOf(rules.get(range.dataset) ?? [], range)
            .map((window) => ({ dataset: range.dataset, ...window })),
        );
  const kinds = new Set(ports.sourcePlugins.map(({ kind }) => kind));
  const collectable = (await ports.catalog.sources())
    .filter(({ kind, dataset }) => kinds.has(kind) && names.includes(dataset))
    .map(({ dataset }) => dataset);
  return { ...choice, spanned, collectable: [...new Set(collectable)] };
}
