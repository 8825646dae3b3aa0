import { createHash } from "node:crypto";
import { uuidv5 } from "../message";
import { DAY, MINUTE, type Micros, SECOND } from "../observation/time";
import type { BuildCommit, BuildPlan, BuildResult, GenerationFacts, Ledger } from "../ports/ledger";
import type { Transactions, Tx } from "../ports/transactions";
import { changeSpan, windowAt } from "./align";
import { backOff } from "./back-off";
import { cutClaim } from "./claims";
import {
  type HistoryRow,
  type ModelDelivery,
  type ModelWindow,
  mapRows,
  modelMayBuild,
  modelWindow,
  modelWindows,
} from "./history.model.testing";
import type { Exclusion, Judgement, SpanRule, Window, WindowSettings } from "./model";
import { judge } from "./readiness";

/** Where a history is played: a ledger, and what writes rows and builds files. Real parts may be plugged in. */
export interface HistoryWorld {
  readonly ledger: Ledger;
  readonly transactions: Transactions;
  setClock(now: Micros): void;
  /** Makes the dataset when it is new; replaces its span history. */
  seedDataset(name: string, rules: readonly SpanRule[]): Promise<void>;
  seedExclusions(dataset: string, exclusions: readonly Exclusion[]): Promise<void>;
  /** Stores the rows of one generation; the same call twice leaves the same state. */
  writeRows(ref: { delivery: string; generation: string }, rows: readonly HistoryRow[]): Promise<void>;
  /** Reads, checks against the ledger's counts, merges, writes. `blind`: the store answers no rows. */
  build(plan: BuildPlan, blind: boolean): Promise<BuildResult>;
  /** The rows of a file that `build` wrote, by time, then identity. */
  readFile(fileKey: string): Promise<readonly HistoryRow[]>;
}

export interface Payload {
  readonly start: Micros;
  readonly end: Micros;
  readonly priority: number;
  readonly collectedAt: Micros;
  readonly rows: readonly HistoryRow[];
}

/** Something asked for and not done yet: an ingestion, or the judging of its windows. */
interface Errand {
  readonly kind: "ingest" | "judge";
  readonly payload: number;
  readonly commandId: string;
  readonly ordinal: number;
  readonly map: number;
}

interface Known {
  readonly payload: Payload;
  key: string | undefined;
  withdrawn: boolean;
  readonly done: { commandId: string; ordinal: number; map: number }[];
}

interface Builder {
  readonly plan: BuildPlan;
  readonly leaseUntil: Micros;
}

const DATASET = "history";
const LEASE: Micros = 5 * MINUTE;

/** A crash on purpose, inside a transaction. */
class PowerCut extends Error {}

/**
 * Plays one history step by step, as the line does: every step is one transaction or one crash, errands run in any order and more than
 * once, two builders work beside each other. It keeps its own account, from which the reference model says what must come out.
 */
export class History {
  now: Micros;
  readonly builds: { window: Window; plan: BuildPlan; commit: BuildCommit; at: Micros }[] = [];
  readonly errands: Errand[] = [];
  readonly payloads: Known[] = [];
  exclusions: readonly Exclusion[] = [];
  private readonly builders: (Builder | undefined)[] = [undefined, undefined];
  private readonly seen = new Map<string, Window>();
  private readonly requests = new Map<string, { window: Window; forced: boolean }>();
  private readonly attempts = new Map<string, number>();
  private serial = 0;

  constructor(
    private readonly world: HistoryWorld,
    public rules: readonly SpanRule[],
    public settings: WindowSettings,
    start: Micros,
  ) {
    this.now = start;
  }

  async begin(): Promise<void> {
    this.setClock(this.now);
    await this.world.seedDataset(DATASET, this.rules);
  }

  setClock(now: Micros): void {
    this.now = now;
    this.world.setClock(now);
  }

  /** A command for a new payload stands in the queue. */
  deliver(payload: Payload): number {
    const number = this.payloads.length;
    this.payloads.push({ payload, key: undefined, withdrawn: false, done: [] });
    this.command(number, 0, 0);
    return number;
  }

  /** The same payload under another command id, or a request to ingest again: the ordinal is taken now, whenever it runs. */
  async again(number: number, map: number, request: boolean): Promise<void> {
    const known = this.payloads[number];
    if (!known) return;
    const { key } = known;
    if (!request || key === undefined) return this.command(number, 0, 0);
    const id = this.id("request");
    const ordinal = await this.tx((tx) => this.world.ledger.nextOrdinal(tx, key, id));
    this.command(number, ordinal, map);
  }

  /**
   * Runs an errand. The power may go before its transaction commits (its rows are written by then), or after it, before anybody hears of
   * it: either way the errand stays, to be run again.
   */
  async run(errand: Errand, cut: "before" | "after" | undefined): Promise<void> {
    try {
      if (errand.kind === "ingest") await this.ingest(errand, cut === "before");
      else await this.judgeCommand(errand, cut === "before");
      if (cut === undefined) this.errands.splice(this.errands.indexOf(errand), 1);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
    }
  }

  async withdraw(number: number, withdrawn: boolean): Promise<void> {
    const known = this.payloads[number];
    if (known?.key === undefined) return;
    const { key } = known;
    await this.tx(async (tx) => {
      const windows = await this.world.ledger.setWithdrawn(tx, key, withdrawn);
      for (const window of windows) await this.judgeIn(tx, window);
    });
    known.withdrawn = withdrawn;
  }

  async exclude(exclusions: readonly Exclusion[]): Promise<void> {
    this.exclusions = exclusions;
    await this.world.seedExclusions(DATASET, exclusions);
    await this.judgeAll();
  }

  async set(settings: WindowSettings): Promise<void> {
    this.settings = settings;
    await this.judgeAll();
  }

  /** Left out when data of this history already lies past the instant at which the change would take effect. */
  async changeSpan(text: string): Promise<void> {
    const rules = changeSpan(this.rules, text, this.now);
    const from = rules.at(-1)?.from ?? 0;
    const ahead = this.payloads.some(
      ({ payload }) => payload.end > from || payload.rows.some((row) => row.time >= from),
    );
    const past = this.rules.some((rule) => rule.from > this.now);
    if (ahead || past) return;
    this.rules = rules;
    await this.world.seedDataset(DATASET, rules);
  }

  /** A person's click; refused like the verb does where nothing is, or where it still waits. */
  async reprocess(pick: number, forced: boolean): Promise<void> {
    const windows = [...this.seen.values()];
    const window = windows[pick % Math.max(windows.length, 1)];
    if (!window) return;
    const key = this.id("click");
    await this.tx(async (tx) => {
      const { record } = await this.world.ledger.lockWindow(tx, window);
      if (!record) throw new PowerCut();
      await this.world.ledger.requestReprocess(tx, window, key, forced);
      const judgement = await this.judgeIn(tx, window);
      if (judgement.need.kind === "waiting") throw new PowerCut();
      this.requests.set(key, { window, forced });
    }).catch((error) => {
      if (!(error instanceof PowerCut)) throw error;
    });
  }

  /** The reconciler's look at one due window; a builder without work takes it when it may be built. True when there was one. */
  async look(pick: number, builder: number): Promise<boolean> {
    const due = await this.tx((tx) => this.world.ledger.dueWindows(tx, this.now, 500));
    const found = due[pick % Math.max(due.length, 1)];
    if (!found) return false;
    if (this.builders[builder % 2]) {
      await this.tx((tx) => this.judgeIn(tx, found.window));
      return true;
    }
    const plan = await this.tx(async (tx) => {
      await this.judgeIn(tx, found.window);
      return this.world.ledger.beginBuild(tx, found.window, LEASE / 1000);
    });
    if (!plan) return true;
    this.checkBegin(plan);
    this.builders[builder % 2] = { plan, leaseUntil: this.now + LEASE };
    return true;
  }

  /** The builder's build ends: committed, failed because it read nothing, or dropped because its process died. */
  async finish(builder: number, how: "commit" | "blind" | "die"): Promise<void> {
    const held = this.builders[builder % 2];
    if (!held) return;
    this.builders[builder % 2] = undefined;
    if (how === "die") return;
    const { plan } = held;
    const result = await this.world.build(plan, how === "blind");
    const key = `${plan.window.start}`;
    const attempts = result.kind === "failed" ? (this.attempts.get(key) ?? 0) + 1 : 0;
    this.attempts.set(key, attempts);
    const retryAt = result.kind === "failed" ? this.now + backOff(attempts) : undefined;
    const commit = await this.tx((tx) => this.world.ledger.commitBuild(tx, plan, result, retryAt));
    this.builds.push({ window: plan.window, plan, commit, at: this.now });
    if (commit.kind === "committed") for (const request of plan.requests) this.requests.delete(request);
  }

  /** Lets everything that is owed come to rest, long after all deliveries. */
  async rest(): Promise<void> {
    for (let errand = this.errands[0]; errand; errand = this.errands[0]) await this.run(errand, undefined);
    for (const builder of [0, 1]) await this.finish(builder, "commit");
    for (let round = 0; round < 3; round++) {
      this.setClock(Math.max(this.now, this.latest()) + 30 * DAY);
      await this.drain();
    }
  }

  /** Does whatever may be done at this instant; a build that a builder holds is ended first. @throws when it never ends */
  async drain(): Promise<void> {
    await this.finish(0, "commit");
    for (let turn = 0; turn < 5_000; turn++) {
      if (!(await this.look(0, 0))) return;
      await this.finish(0, "commit");
    }
    throw new Error("the windows never come to rest: one is looked at again and again");
  }

  async judgement(window: Window): Promise<Judgement> {
    return this.tx((tx) => this.judgeIn(tx, window));
  }

  windowAt(instant: Micros): Window {
    return { dataset: DATASET, ...windowAt(this.rules, instant) };
  }

  windows(): readonly Window[] {
    return [...this.seen.values()];
  }

  /** Unserved requests, by key. */
  unserved(): ReadonlyMap<string, { window: Window; forced: boolean }> {
    return this.requests;
  }

  /** What the reference model says of this history so far. */
  model(): ModelWindow[] {
    const range = { start: this.earliest(), end: this.latest() };
    return modelWindows(this.rules, this.modelDeliveries(), this.exclusions, range);
  }

  private modelDeliveries(): ModelDelivery[] {
    return this.payloads.flatMap((known): ModelDelivery[] => {
      const current = [...known.done].sort(
        (x, y) => y.ordinal - x.ordinal || (x.commandId < y.commandId ? 1 : -1),
      )[0];
      if (!current || known.key === undefined) return [];
      const { start, end, priority, collectedAt } = known.payload;
      const rows = mapRows(known.payload.rows, current.map);
      const { key, withdrawn } = known;
      return [{ key, start, end, priority, collectedAt, withdrawn, generation: current.commandId, rows }];
    });
  }

  private async ingest(errand: Errand, cut: boolean): Promise<void> {
    const known = this.payloads[errand.payload];
    if (!known) return;
    const { payload } = known;
    const rows = mapRows(payload.rows, errand.map);
    const facts = {
      dataset: DATASET,
      start: payload.start,
      end: payload.end,
      payloadSha256: createHash("sha256").update(JSON.stringify(payload)).digest("hex"),
      payloadKey: `payloads/${errand.payload}.parquet`,
      payloadBytes: 1,
      priority: payload.priority,
      collectedAt: payload.collectedAt,
      sourceName: undefined,
    };
    const { ledger } = this.world;
    const claims = cutClaim(this.rules, payload.start, payload.end);
    const delivery = await this.tx((tx) => ledger.receive(tx, facts, claims));
    known.key = delivery.key;
    await this.world.writeRows({ delivery: delivery.key, generation: errand.commandId }, rows);
    await this.tx(async (tx) => {
      await ledger.recordGeneration(tx, delivery.id, this.generation(errand, rows));
      if (cut) throw new PowerCut();
    });
    if (!known.done.some(({ commandId }) => commandId === errand.commandId)) known.done.push(errand);
    this.errands.push({ ...errand, kind: "judge" });
  }

  private async judgeCommand(errand: Errand, cut: boolean): Promise<void> {
    await this.tx(async (tx) => {
      const windows = await this.world.ledger.windowsOfCommand(tx, errand.commandId);
      if (!windows) throw new Error(`command ${errand.commandId} is not in the ledger`);
      for (const window of windows) await this.judgeIn(tx, window);
      if (cut) throw new PowerCut();
    });
  }

  private generation(errand: Errand, rows: readonly HistoryRow[]): GenerationFacts {
    const touched = new Map<number, HistoryRow[]>();
    for (const row of rows) {
      const { start } = windowAt(this.rules, row.time);
      touched.set(start, [...(touched.get(start) ?? []), row]);
    }
    const stations = (of: readonly HistoryRow[]) => new Set(of.map(({ identity }) => identity)).size;
    return {
      commandId: errand.commandId,
      ordinal: errand.ordinal,
      map: MAP,
      mapHash: createHash("sha256").update(`map ${errand.map}`).digest("hex"),
      mapVersion: errand.map + 1,
      columns: [
        { name: "a", role: "variable", dtype: "float64" },
        ...(errand.map === 1 ? [] : [{ name: "b", role: "variable", dtype: "float64" } as const]),
        { name: "station_id", role: "metadata", dtype: "string" },
      ],
      rows: rows.length,
      stations: stations(rows),
      observed: undefined,
      touches: [...touched].map(([start, of]) => ({
        window: windowAt(this.rules, start),
        rows: of.length,
        stations: stations(of),
      })),
      rejected: [],
      badCells: {},
      unmapped: {},
      futureDueAt: undefined,
    };
  }

  /** What must hold whenever a build is let in. */
  private checkBegin(plan: BuildPlan): void {
    const { window } = plan;
    const text = JSON.stringify({ window, now: this.now, settings: this.settings });
    for (const other of this.builders) {
      const same = other?.plan.window.start === window.start && other.plan.window.end === window.end;
      if (same && other.leaseUntil > this.now) throw new Error(`two builders in one window: ${text}`);
    }
    if (plan.requests.length > 0) return;
    if (this.now <= window.end + this.settings.subjectToChange) throw new Error(`built unsettled: ${text}`);
    if (plan.lastRevision > 0) return;
    const wanted = modelWindow(window.start, window.end, this.modelDeliveries(), this.exclusions);
    // A delivery received and not yet ingested already claims; the model only counts what was ingested.
    const pending = this.payloads.some((known) => known.key !== undefined && known.done.length === 0);
    if (!pending && !modelMayBuild(wanted, this.settings, this.now)) {
      throw new Error(`built although it still waits: ${text}`);
    }
  }

  private async judgeAll(): Promise<void> {
    for (const window of this.seen.values()) await this.tx((tx) => this.judgeIn(tx, window));
  }

  private async judgeIn(tx: Tx, window: Window): Promise<Judgement> {
    this.seen.set(`${window.start} ${window.end}`, window);
    const { ledger } = this.world;
    const judgement = judge(await ledger.lockWindow(tx, window), this.settings, await ledger.now(tx));
    await ledger.saveJudgement(tx, window, judgement);
    return judgement;
  }

  private command(payload: number, ordinal: number, map: number): void {
    this.errands.push({ kind: "ingest", payload, ordinal, map, commandId: this.id("command") });
  }

  private id(what: string): string {
    this.serial += 1;
    return uuidv5(what, this.serial);
  }

  private earliest(): Micros {
    return Math.min(
      this.now,
      ...this.payloads.flatMap(({ payload }) => [payload.start, ...payload.rows.map((row) => row.time)]),
    );
  }

  private latest(): Micros {
    const ends = this.payloads.flatMap(({ payload }) => [
      payload.end,
      ...payload.rows.map((row) => row.time + SECOND),
    ]);
    return ends.length > 0 ? Math.max(...ends) : this.now;
  }

  private tx<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.world.transactions.run(body);
  }
}

const axis = { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" };
const MAP = {
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: axis,
  lon: { ...axis, standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon" },
  canonical_variables: [],
  metadata_variables: [{ column: "station_id", dtype: "string" }],
};
