import { createHash } from "node:crypto";
import { Denied, NotFound, Transient } from "../../errors";
import { laneOf } from "../../lane";
import type { Interval } from "../../observation/interval";
import type { Micros } from "../../observation/time";
import type {
  BuildCommit,
  BuildPlan,
  BuildResult,
  CoverageChange,
  Delivery,
  DeliveryFacts,
  GenerationFacts,
  Ledger,
  RevisionRecord,
} from "../../ports/ledger";
import type { Tx } from "../../ports/transactions";
import type { Exclusion, Judgement, SpanRule, Window, WindowFacts } from "../../window/model";
import { PAYLOAD_DELETED, sealedText } from "../../window/sealed";
import { beginBuild, commitBuild, renewBuild } from "./builds";
import { coverageChange, followCoverage, owesCoverage } from "./coverage";
import type { MemoryStore } from "./store";
import { type DeliveryRow, LedgerTables, unjudged, windowKey } from "./tables";

/** The ledger in memory, for tests. */
export class MemoryLedger implements Ledger {
  readonly tables: LedgerTables;

  constructor(private readonly store: MemoryStore) {
    this.tables = new LedgerTables(store);
  }

  /** Sets the span history of a dataset, making the dataset when it is new. */
  async setSpans(_tx: Tx, dataset: string, rules: readonly SpanRule[]): Promise<void> {
    this.tables.spans.set(dataset, rules);
  }

  /** Replaces the exclusions in force. */
  async setExclusions(_tx: Tx, dataset: string, exclusions: readonly Exclusion[]): Promise<void> {
    this.tables.exclusions.set(dataset, exclusions);
  }

  /** All revisions of a window, oldest first. */
  async revisions(_tx: Tx, window: Window): Promise<readonly (RevisionRecord & { current: boolean })[]> {
    return this.tables.revisions.get(windowKey(window)) ?? [];
  }

  async now(_tx: Tx): Promise<Micros> {
    return this.store.clock();
  }

  async spans(_tx: Tx, dataset: string): Promise<readonly SpanRule[]> {
    const rules = this.tables.spans.get(dataset);
    if (!rules) throw new NotFound(`no dataset ${dataset}`);
    return rules;
  }

  async receive(
    _tx: Tx,
    facts: DeliveryFacts,
    claims: readonly { window: Interval; claim: Interval }[],
  ): Promise<Delivery> {
    const { tables } = this;
    const parts = [facts.dataset, facts.start, facts.end, facts.payloadSha256];
    const key = createHash("sha256").update(parts.join("\u001f")).digest("hex");
    const existing = tables.deliveries.get(key);
    const same = tables.deliveries.values().filter(({ payloadKey }) => payloadKey === facts.payloadKey);
    if (same.some(({ payload }) => payload === "removing")) {
      throw new Transient("this payload is being deleted; it is received again when that is done");
    }
    if (existing) {
      const again = { ...existing, payload: "present" as const };
      tables.deliveries.set(key, again);
      return again;
    }
    const id = tables.next("delivery");
    const row: DeliveryRow = {
      ...facts,
      id,
      key,
      withdrawn: false,
      receivedAt: this.store.clock(),
      currentGeneration: undefined,
      nextOrdinal: 1,
      payload: "present",
      pointsLook: undefined,
    };
    tables.deliveries.set(key, row);
    tables.deliveryKeys.set(String(id), key);
    const rows = claims.map(({ window, claim }) => ({
      deliveryId: id,
      window: { dataset: facts.dataset, ...window },
      claim,
    }));
    tables.claimsOfDelivery.set(String(id), rows);
    for (const claimed of rows) {
      const at = windowKey(claimed.window);
      tables.claimsOfWindow.set(at, [...(tables.claimsOfWindow.get(at) ?? []), claimed]);
    }
    return row;
  }

  async recordGeneration(
    _tx: Tx,
    deliveryId: number,
    facts: GenerationFacts,
  ): Promise<{ current: boolean; windows: readonly Window[] }> {
    const { tables } = this;
    const delivery = tables.deliveryById(deliveryId);
    if (!delivery) throw new NotFound(`no delivery ${deliveryId} in the ledger`);
    if (!tables.generations.get(facts.commandId)) this.insertGeneration(delivery, facts);
    const all = (tables.generationsOf.get(String(deliveryId)) ?? []).flatMap(
      (id) => tables.generations.get(id) ?? [],
    );
    const highest = all.reduce((a, b) =>
      a.ordinal > b.ordinal || (a.ordinal === b.ordinal && a.commandId >= b.commandId) ? a : b,
    );
    tables.deliveries.set(delivery.key, {
      ...delivery,
      currentGeneration: highest.commandId,
      pointsLook: this.store.clock(),
    });
    return {
      current: highest.commandId === facts.commandId,
      windows: tables.windowsOf(deliveryId, [delivery.currentGeneration, highest.commandId]),
    };
  }

  private insertGeneration(delivery: DeliveryRow, facts: GenerationFacts): void {
    const { tables } = this;
    const row = {
      ...facts,
      deliveryId: delivery.id,
      ingestedAt: this.store.clock(),
      points: "present" as const,
    };
    tables.generations.set(facts.commandId, row);
    const of = String(delivery.id);
    tables.generationsOf.set(of, [...(tables.generationsOf.get(of) ?? []), facts.commandId]);
    for (const { window } of facts.touches) {
      const at = windowKey({ dataset: delivery.dataset, ...window });
      tables.touchesOfWindow.set(at, [...(tables.touchesOfWindow.get(at) ?? []), facts.commandId]);
    }
  }

  async windowsOfCommand(_tx: Tx, commandId: string): Promise<readonly Window[] | undefined> {
    const generation = this.tables.generations.get(commandId);
    if (!generation) return undefined;
    const all = this.tables.generationsOf.get(String(generation.deliveryId)) ?? [];
    return this.tables.windowsOf(generation.deliveryId, all);
  }

  async nextOrdinal(
    _tx: Tx,
    deliveryKey: string,
    requestId: string,
    asks: "person" | "future rows" = "person",
  ): Promise<number> {
    const delivery = this.delivery(deliveryKey);
    if (delivery.payload !== "present") throw new Denied(PAYLOAD_DELETED);
    if (asks === "person" && this.isSealed(delivery)) throw new Denied(sealedText("ingested again"));
    const known = this.tables.requests.get(requestId);
    if (known !== undefined) return known;
    this.tables.requests.set(requestId, delivery.nextOrdinal);
    this.tables.deliveries.set(deliveryKey, { ...delivery, nextOrdinal: delivery.nextOrdinal + 1 });
    return delivery.nextOrdinal;
  }

  async setWithdrawn(_tx: Tx, deliveryKey: string, withdrawn: boolean) {
    const delivery = this.delivery(deliveryKey);
    const windows = this.tables.windowsOf(delivery.id, [delivery.currentGeneration]);
    if (this.isSealed(delivery)) throw new Denied(sealedText(withdrawn ? "withdrawn" : "restored"));
    this.tables.deliveries.set(deliveryKey, { ...delivery, withdrawn });
    return { windows, changed: delivery.withdrawn !== withdrawn };
  }

  /** Whether a window that its current generation has rows in is sealed. */
  private isSealed({ dataset, currentGeneration }: DeliveryRow): boolean {
    const touches = this.tables.generations.get(currentGeneration ?? "")?.touches ?? [];
    return touches.some(
      ({ window, rows }) =>
        rows > 0 && this.tables.windows.get(windowKey({ dataset, ...window }))?.record.sealed,
    );
  }

  private delivery(key: string): DeliveryRow {
    const delivery = this.tables.deliveries.get(key);
    if (!delivery) throw new NotFound(`no delivery ${key}`);
    return delivery;
  }

  async lockWindow(_tx: Tx, window: Window): Promise<WindowFacts> {
    return this.tables.facts(window);
  }

  async saveJudgement(_tx: Tx, window: Window, judgement: Judgement): Promise<void> {
    const key = windowKey(window);
    const row = this.tables.windows.get(key);
    if (!judgement.exists) {
      if (row?.record.lastRevision === 0) this.tables.windows.delete(key);
      return;
    }
    const { desiredHash, firstChange, lastChange, attempts, error, retryAt } = judgement;
    const kept = row?.record ?? {
      builtHash: undefined,
      output: "none" as const,
      lastRevision: 0,
      leaseUntil: undefined,
      sealed: false,
    };
    this.tables.windows.set(key, {
      window,
      record: { ...kept, desiredHash, firstChange, lastChange, attempts, error, retryAt },
      buildNow: judgement.buildNow,
      coverageOwed: owesCoverage(this.tables, window, judgement),
      lookAgainAt: judgement.lookAgainAt,
      state: judgement.state,
      coverageShare: judgement.coverage.share,
      complete: judgement.coverage.complete,
      gaps: judgement.coverage.gaps,
      fence: row?.fence ?? 0,
    });
    for (const generation of judgement.restore) {
      if (this.tables.restores.get(generation)) continue;
      const wanted = { generation, attempts: 0, error: undefined, retryAt: undefined };
      this.tables.restores.set(generation, wanted);
    }
  }

  async dueWindows(
    _tx: Tx,
    now: Micros,
    limit: number,
  ): Promise<readonly { window: Window; buildNow: boolean }[]> {
    const place = ({ window }: { window: Window }) => (laneOf(window.end, now) === "live" ? 0 : 1);
    const rows = this.tables.windows
      .values()
      .map(({ window, lookAgainAt, ...row }) => {
        return { window, look: (lookAgainAt ?? now + 1) <= now, buildNow: row.buildNow || row.coverageOwed };
      })
      .sort((a, b) => place(a) - place(b) || a.window.end - b.window.end);
    const builds = rows.filter((row) => row.buildNow).slice(0, limit);
    const looks = rows.filter((row) => row.look).slice(0, limit);
    return rows
      .filter((row) => builds.includes(row) || looks.includes(row))
      .map(({ window, buildNow }) => ({ window, buildNow }));
  }

  async judgeLater(_tx: Tx, windows: readonly Window[]): Promise<void> {
    for (const window of windows) {
      const row = this.tables.windows.get(windowKey(window)) ?? unjudged(window);
      this.tables.windows.set(windowKey(window), { ...row, lookAgainAt: 0 });
    }
  }

  async requestReprocess(_tx: Tx, window: Window, requestKey: string, forced: boolean): Promise<boolean> {
    const key = windowKey(window);
    const asked = this.tables.reprocess.get(key) ?? [];
    if (asked.some((each) => each.requestKey === requestKey)) return false;
    this.tables.reprocess.set(key, [...asked, { window, requestKey, forced }]);
    const row = this.tables.windows.get(key);
    // A person who asks has mended something: the back-off of earlier failures is over.
    const anew = { retryAt: undefined, attempts: 0, error: undefined };
    if (row) this.tables.windows.set(key, { ...row, record: { ...row.record, ...anew } });
    return true;
  }

  async beginBuild(_tx: Tx, window: Window, leaseMs: number): Promise<BuildPlan | undefined> {
    return beginBuild(this.tables, window, this.store.clock(), leaseMs);
  }

  async renewBuild(_tx: Tx, window: Window, token: number, leaseMs: number): Promise<boolean> {
    return renewBuild(this.tables, window, token, this.store.clock() + leaseMs * 1000);
  }

  async commitBuild(
    _tx: Tx,
    plan: BuildPlan,
    result: BuildResult,
    retryAt: Micros | undefined,
  ): Promise<BuildCommit> {
    return commitBuild(this.tables, plan, result, retryAt, this.store.clock());
  }

  async coverageChange(_tx: Tx, window: Window): Promise<CoverageChange | undefined> {
    return coverageChange(this.tables, window);
  }

  async followCoverage(_tx: Tx, change: CoverageChange, manifestKey: string | undefined): Promise<void> {
    followCoverage(this.tables, change, manifestKey);
  }
}
