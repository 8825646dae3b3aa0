import { Conflict, Invalid } from "../errors";
import { uuidv5 } from "../message";
import { formatInstant, type Micros } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Reingestions, ReingestPlan } from "../ports/reingestions";
import type { Transactions } from "../ports/transactions";
import {
  MOST_DELIVERIES,
  nothingRuns,
  type ReingestChoice,
  type ReingestionView,
  type ReingestOutcome,
  type StartReingestion,
} from "./model";

export interface ReingestionVerbPorts {
  readonly catalog: Pick<Catalog, "source" | "audit">;
  readonly reingestions: Reingestions;
  readonly transactions: Transactions;
}

/** What a person may ask about ingesting kept payloads again. */
export function reingestionVerbs(ports: ReingestionVerbPorts) {
  return {
    previewReingestion: async (choice: ReingestChoice) =>
      ports.reingestions.preview((await planOf(choice, ports)).plan),
    /** The same as `--json` shows it: instants as text, and why nothing would run. */
    async previewReingestionLine(choice: ReingestChoice) {
      const { kept, ...preview } = await ports.reingestions.preview((await planOf(choice, ports)).plan);
      if (preview.deliveries > 0) return preview;
      return { ...preview, hint: nothingRuns({ ...preview, kept }, isoSpan) };
    },
    startReingestion: (request: StartReingestion) => startReingestion(request, ports),
    cancelReingestion: (id: string) => cancelReingestion(id, ports),
    retryReingestion: (id: string) => retryReingestion(id, ports),
    showReingestion: async (id: string) => line(await ports.reingestions.get(id)),
    listReingestions: async (source: string | undefined, limit: number) =>
      (await ports.reingestions.list(source, limit, undefined)).items.map(line),
    /** Pages are read one after the other up to `limit`. */
    async listReingested(name: string, outcomes: readonly ReingestOutcome[] | undefined, limit: number) {
      const { id } = await ports.reingestions.get(name);
      const page = await ports.reingestions.deliveries(id, { outcomes, limit });
      return page.items.map(({ start, end, outcome, reason, rowsBefore, rowsAfter, ...delivery }) => ({
        ...delivery,
        start: formatInstant(start),
        end: formatInstant(end),
        outcome: outcome ?? null,
        reason: reason ?? null,
        rowsBefore: rowsBefore ?? null,
        rowsAfter: rowsAfter ?? null,
      }));
    },
  };
}

const isoSpan = (start: Micros, end: Micros) => `${formatInstant(start)} to ${formatInstant(end)}`;

/** One as `--json` shows it: instants as text. */
function line({ start, end, madeAt, endedAt, ...each }: ReingestionView) {
  return {
    ...each,
    start: formatInstant(start),
    end: formatInstant(end),
    madeAt: formatInstant(madeAt),
    endedAt: endedAt === undefined ? null : formatInstant(endedAt),
  };
}

/** @throws NotFound, Invalid */
async function planOf(choice: ReingestChoice, { catalog }: Pick<ReingestionVerbPorts, "catalog">) {
  if (choice.end <= choice.start)
    throw new Invalid("the range ends before it starts: give an end after the start");
  const source = await catalog.source(choice.source);
  const { start, end } = choice;
  const plan: ReingestPlan = { source: source.name, dataset: source.dataset, start, end };
  return { source, plan };
}

/**
 * Has every current delivery of a source in a range ingested again, by the map that the source has now, behind all that is live. Windows are built again by
 * themselves as their deliveries change. The same request key is the same one.
 * @throws NotFound; Conflict when the map is no longer the one that the person saw; Invalid when nothing would run, or too much at once
 */
async function startReingestion(
  request: StartReingestion,
  ports: ReingestionVerbPorts,
): Promise<{ readonly id: string; readonly number: number }> {
  const id = uuidv5("reingestion", request.requestKey);
  const { plan } = await planOf(request, ports);
  const preview = await ports.reingestions.preview(plan);
  if (preview.deliveries > MOST_DELIVERIES)
    throw new Invalid(
      `that is ${preview.deliveries} deliveries; at most ${MOST_DELIVERIES} are ingested again at once: choose a shorter range`,
    );
  await ports.transactions.run(async (tx) => {
    const source = await ports.catalog.source(request.source, tx);
    const map = { hash: source.mapHash, version: source.mapVersion };
    // A repeat of a click finds its own, whatever would run by now.
    if (!(await ports.reingestions.start(tx, id, plan, map))) return;
    if (request.mapHash !== undefined && request.mapHash !== map.hash)
      throw new Conflict(
        `the map of ${source.name} was changed since: version ${map.version} is in force; look at it before you ingest again`,
      );
    if (preview.deliveries === 0) throw new Invalid(nothingRuns(preview, isoSpan));
    await ports.catalog.audit(tx, {
      who: "local",
      what: "ingest again",
      subject: source.name,
      before: undefined,
      after: {
        reingestion: id,
        start: formatInstant(plan.start),
        end: formatInstant(plan.end),
        deliveries: preview.deliveries,
        mapVersion: map.version,
        map: map.hash,
      },
    });
  });
  const { number } = await ports.reingestions.get(id);
  return { id, number };
}

/** Asks for no more deliveries; those that were asked for are finished. Twice is once. @throws NotFound, Conflict */
async function cancelReingestion(name: string, ports: ReingestionVerbPorts): Promise<void> {
  const { id, source, number } = await ports.reingestions.get(name);
  await ports.transactions.run(async (tx) => {
    const state = await ports.reingestions.lock(tx, id);
    if (state === "cancelling" || state === "cancelled") return;
    if (state !== "running") throw new Conflict("it is done: there is nothing to cancel");
    await ports.reingestions.cancel(tx, id);
    await ports.catalog.audit(tx, {
      who: "local",
      what: "ingest cancel",
      subject: source,
      before: { reingestion: number, state },
      after: { reingestion: number, state: "cancelling" },
    });
  });
}

/**
 * Has the deliveries that failed, and those that were cancelled, ingested once more: the same request, by its own map and under its own ordinal, so that what was
 * asked for since stays above it.
 * @returns how many @throws NotFound; Conflict when there is none, or while it is being cancelled
 */
async function retryReingestion(
  name: string,
  ports: ReingestionVerbPorts,
): Promise<{ readonly deliveries: number }> {
  const { id, source, number } = await ports.reingestions.get(name);
  return ports.transactions.run(async (tx) => {
    const state = await ports.reingestions.lock(tx, id);
    if (state === "cancelling") throw new Conflict("it is being cancelled: try it again when that is done");
    const deliveries = await ports.reingestions.retry(tx, id, ["failed", "cancelled"]);
    if (deliveries === 0)
      throw new Conflict("none of its deliveries failed or was cancelled: there is nothing to try again");
    await ports.catalog.audit(tx, {
      who: "local",
      what: "ingest retry",
      subject: source,
      before: { reingestion: number, state },
      after: { reingestion: number, state: "running", deliveries },
    });
    return { deliveries };
  });
}
