import { z } from "zod";
import { Denied, Invalid } from "../errors";
import { laneOf } from "../lane";
import { type Lane, type OutgoingMessage, uuidv5 } from "../message";
import { DAY, formatInstant, HOUR, SECOND } from "../observation/time";
import type { Catalog, Run, Source } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Outbox } from "../ports/inbox";
import type { Transactions, Tx } from "../ports/transactions";
import { startQueue } from "./messages";
import { boundaryAt, isOver } from "./model";
import type { SourcePlugin } from "./plugin";

export interface SourceVerbPorts {
  readonly catalog: Catalog;
  readonly outbox: Outbox;
  readonly transactions: Transactions;
  readonly sourcePlugins: readonly Pick<SourcePlugin, "kind">[];
}

/** A span longer than this is sure to be a slip of the hand. */
const LONGEST_RUN = 31 * 24 * HOUR;

export const RunSource = z.object({
  name: z.string().min(1),
  /** µs since the epoch, UTC; half-open. */
  start: z.number().int(),
  end: z.number().int(),
  /** Made once per click: sending it twice asks once (SEMANTICS 7). */
  requestKey: z.string().min(1).max(200),
  /** The key names what is asked for, and not a click: while a run of it is not over it is that one, whoever asks; after that it is a new one. */
  onceWhileOpen: z.boolean().optional(),
});
export type RunSource = z.infer<typeof RunSource>;

type RunVerbPorts = SourceVerbPorts & { readonly clock: Pick<Clock, "now"> };

/**
 * Asks a source for a range now; a long one of the past as backfill, a day at most live: a person waits for it.
 * @throws NotFound, Invalid, Denied
 */
export async function runSource(request: RunSource, ports: RunVerbPorts): Promise<{ runId: string }> {
  if (request.end - request.start > LONGEST_RUN)
    throw new Invalid("a run covers at most 31 days: ask for less, several times");
  const asked = request.onceWhileOpen
    ? { ...request, requestKey: await keyWhileOpen(request, ports) }
    : request;
  return ports.transactions.run((tx) => askFor(tx, asked, ports));
}

/** The first key of a row of them whose run is not over, or was never asked for: two that ask at once come to the same one. */
async function keyWhileOpen({ name, requestKey }: RunSource, { catalog }: RunVerbPorts): Promise<string> {
  for (let place = 1; ; place += 1) {
    const key = `${requestKey} ${place}`;
    const run = await catalog.run(runIdOf(name, key));
    if (!run || !(isOver(run.state) || run.state === "cancelling")) return key;
  }
}

function runIdOf(source: string, requestKey: string): string {
  return uuidv5("run", source, requestKey);
}

/**
 * Asks a source for a range, of whatever length, in the caller's transaction.
 * @param behind the lane of what nobody waits for; absent, it goes by the range
 * @throws NotFound, Invalid, Denied: nothing was written
 */
export async function askFor(
  tx: Tx,
  request: RunSource,
  ports: RunVerbPorts,
  behind?: Lane,
): Promise<{ runId: string }> {
  if (request.end <= request.start)
    throw new Invalid("the range ends before it starts: give an end after the start");
  const now = ports.clock.now();
  if (request.start > now)
    throw new Invalid(
      `the range begins at ${formatInstant(request.start)}, and it is ${formatInstant(now - (now % SECOND))} now: what is still to come cannot be collected; give a start before now`,
    );
  refuseUnknownKind(await ports.catalog.source(request.name, tx), ports);
  const id = runIdOf(request.name, request.requestKey);
  const lane = behind ?? (request.end - request.start <= DAY ? "live" : laneOf(request.end, now));
  const run = { id, source: request.name, range: request, trigger: "person", lane } as const;
  if (!(await requestRun(tx, run, ports))) return { runId: id };
  const after = { run: id, start: formatInstant(request.start), end: formatInstant(request.end) };
  const entry = { who: "local", what: "source run", subject: request.name, before: undefined, after };
  await ports.catalog.audit(tx, entry);
  return { runId: id };
}

/** Writes down a run and the command that starts it, in the caller's transaction; the same id twice is one run. @returns whether it is new */
export async function requestRun(
  tx: Tx,
  run: Pick<Run, "id" | "source" | "range" | "trigger" | "lane">,
  ports: Pick<SourceVerbPorts, "catalog" | "outbox">,
): Promise<boolean> {
  if (!(await ports.catalog.requestRun(tx, run))) return false;
  const command: OutgoingMessage = {
    route: startQueue(run.source),
    id: run.id,
    lane: run.lane,
    body: {
      id: run.id,
      source_name: run.source,
      start_time: formatInstant(run.range.start),
      end_time: formatInstant(run.range.end),
      use_cache: false,
    },
  };
  await ports.outbox.add(tx, [command]);
  return true;
}

export const SetSourceEnabled = z.object({ name: z.string().min(1), enabled: z.boolean() });

/**
 * Turns a source's schedules on or off; runs that are under way go on. One that is turned on owes nothing of the time in which it was off: that
 * range is asked for by hand where it is wanted. @throws NotFound, Denied
 */
export async function setSourceEnabled(
  request: z.infer<typeof SetSourceEnabled>,
  ports: SourceVerbPorts & { readonly clock: Pick<Clock, "now"> },
): Promise<void> {
  await ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    const source = await ports.catalog.source(request.name, tx);
    if (source.enabled === request.enabled) return;
    if (request.enabled) refuseUnknownKind(source, ports);
    await ports.catalog.saveSource(tx, { ...source, enabled: request.enabled });
    if (request.enabled) await oweNothing(tx, request.name, ports);
    await ports.catalog.audit(tx, {
      who: "local",
      what: request.enabled ? "source enable" : "source disable",
      subject: request.name,
      before: { enabled: source.enabled },
      after: { enabled: request.enabled },
    });
  });
}

/** The next boundary of each schedule is the first after now; what that asks for may lie before, by the schedule's lag. */
async function oweNothing(
  tx: Tx,
  source: string,
  { catalog, clock }: Pick<SourceVerbPorts, "catalog"> & { readonly clock: Pick<Clock, "now"> },
): Promise<void> {
  for (const schedule of await catalog.lockedSchedules(tx, source)) {
    if (schedule.removedAt !== undefined) continue;
    // A mark only moves forward: after a clock that went back, boundaries that were fired stay so.
    const firedThrough = Math.max(schedule.firedThrough, boundaryAt(schedule.interval, clock.now()));
    await catalog.saveSchedule(tx, { ...schedule, firedThrough });
  }
}

/** A source of a kind that does not exist yet is stored and shown, and stays off (SEMANTICS 8). */
function refuseUnknownKind(source: Source, ports: Pick<SourceVerbPorts, "sourcePlugins">): void {
  if (ports.sourcePlugins.some((plugin) => plugin.kind === source.kind)) return;
  throw new Denied(
    `source "${source.name}" is of kind "${source.kind}", which this version does not have yet: its settings are kept`,
  );
}
