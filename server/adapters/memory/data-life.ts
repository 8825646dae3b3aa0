import type { Interval } from "../../observation/interval";
import type { Micros } from "../../observation/time";
import type {
  AgedCursor,
  AgedDelivery,
  DataLife,
  Deletion,
  DoomedPayload,
  HeldDelivery,
  HeldWindow,
  RestoreOrder,
} from "../../ports/data-life";
import type { SeriesRef } from "../../ports/time-series";
import type { Tx } from "../../ports/transactions";
import type { Window } from "../../window/model";
import type { MemoryStore } from "./store";
import { type DeliveryRow, type GenerationRow, type LedgerTables, windowKey } from "./tables";

/** The life of points and payloads in memory, for tests. */
export class MemoryDataLife implements DataLife {
  constructor(
    private readonly tables: LedgerTables,
    private readonly store: MemoryStore,
  ) {}

  async hold(_tx: Tx, dataset: string, deliveries: readonly number[]): Promise<readonly HeldDelivery[]> {
    return this.rowsOf(deliveries)
      .filter((row) => row.dataset === dataset)
      .map((row) => this.held(row));
  }

  async deletePoints(_tx: Tx, deletion: Deletion): Promise<readonly SeriesRef[]> {
    const going = this.rowsOf(deletion.deliveries).flatMap((row) => {
      this.tables.deliveries.set(row.key, { ...row, pointsLook: undefined });
      return this.generations(row).filter(({ points }) => points === "present");
    });
    for (const each of going) this.tables.generations.set(each.commandId, { ...each, points: "removing" });
    this.fence(deletion);
    return going.map((each) => this.refOf(each));
  }

  async deletePayloads(_tx: Tx, deletion: Deletion): Promise<void> {
    for (const row of this.rowsOf(deletion.deliveries)) {
      if (row.payload === "present") this.tables.deliveries.set(row.key, { ...row, payload: "removing" });
    }
    this.fence(deletion);
  }

  async doomedPoints(limit: number): Promise<readonly SeriesRef[]> {
    const doomed = this.tables.generations.values().filter(({ points }) => points === "removing");
    return doomed.slice(0, limit).map((each) => this.refOf(each));
  }

  async pointsGone(refs: readonly SeriesRef[]): Promise<void> {
    for (const { generation } of refs) {
      const row = this.tables.generations.get(generation);
      if (row?.points === "removing") this.tables.generations.set(generation, { ...row, points: "gone" });
    }
  }

  async doomedPayloads(limit: number): Promise<readonly DoomedPayload[]> {
    const all = this.tables.deliveries.values();
    const keys = new Set(all.filter(({ payload }) => payload === "removing").map((row) => row.payloadKey));
    const needed = new Set(all.filter(({ payload }) => payload === "present").map((row) => row.payloadKey));
    return [...keys].slice(0, limit).map((key) => ({ key, shared: needed.has(key) }));
  }

  async payloadGone(key: string): Promise<void> {
    for (const row of this.tables.deliveries.values()) {
      if (row.payloadKey === key && row.payload === "removing")
        this.tables.deliveries.set(row.key, { ...row, payload: "gone" });
    }
  }

  async aged(
    dataset: string,
    kind: "points" | "payloads",
    receivedBefore: Micros,
    after: AgedCursor | undefined,
    limit: number,
  ): Promise<readonly AgedDelivery[]> {
    const there = (row: DeliveryRow) =>
      kind === "points" ? row.pointsLook !== undefined : row.payload === "present";
    return this.tables.deliveries
      .values()
      .filter(
        (row) =>
          row.dataset === dataset && there(row) && row.receivedAt < receivedBefore && isAfter(row, after),
      )
      .sort((a, b) => a.receivedAt - b.receivedAt || a.id - b.id)
      .slice(0, limit)
      .map((row) => this.agedOf(row, kind));
  }

  async exportDue(limit: number): Promise<readonly { readonly id: number; readonly dataset: string }[]> {
    const now = this.store.clock();
    return this.tables.deliveries
      .values()
      .filter(
        ({ dataset, pointsLook = now + 1 }) =>
          pointsLook <= now && this.tables.deletesAfterExport.get(dataset),
      )
      .slice(0, limit)
      .map(({ id, dataset }) => ({ id, dataset }));
  }

  async lookAtExport(_tx: Tx, deliveries: readonly number[], at: Micros): Promise<void> {
    for (const row of this.rowsOf(deliveries)) {
      if (row.pointsLook !== undefined) this.tables.deliveries.set(row.key, { ...row, pointsLook: at });
    }
  }

  async restoresDue(limit: number): Promise<readonly RestoreOrder[]> {
    for (const { generation } of this.tables.restores.values()) {
      if (!this.isAwaited(generation)) this.tables.restores.delete(generation);
    }
    const now = this.store.clock();
    return this.tables.restores
      .values()
      .filter(({ retryAt }) => retryAt === undefined || retryAt <= now)
      .flatMap(({ generation, attempts }): RestoreOrder[] => {
        const row = this.tables.generations.get(generation);
        const delivery = row && this.tables.deliveryById(row.deliveryId);
        if (!row || !delivery || row.points !== "gone") return [];
        const { map, rows, observed } = row;
        const { payloadKey, payloadSha256 } = delivery;
        return [{ ...this.refOf(row), payloadKey, payloadSha256, map, rows, observed, attempts }];
      })
      .slice(0, limit);
  }

  async restored(_tx: Tx, { generation }: SeriesRef): Promise<boolean> {
    const row = this.tables.generations.get(generation);
    if (row?.points !== "gone" || !this.tables.restores.get(generation)) return false;
    this.tables.generations.set(generation, { ...row, points: "present" });
    this.tables.restores.delete(generation);
    const delivery = this.tables.deliveryById(row.deliveryId);
    if (delivery) this.tables.deliveries.set(delivery.key, { ...delivery, pointsLook: this.store.clock() });
    this.lookAtWaiting(row);
    return true;
  }

  async restoreFailed(_tx: Tx, { generation }: SeriesRef, error: string, retryAt: Micros): Promise<void> {
    const row = this.tables.restores.get(generation);
    const of = this.tables.generations.get(generation);
    if (!row || !of) return;
    this.tables.restores.set(generation, { ...row, attempts: row.attempts + 1, error, retryAt });
    this.lookAtWaiting(of);
  }

  private lookAtWaiting(generation: GenerationRow): void {
    for (const window of this.windowsOf(generation)) {
      const row = this.tables.windows.get(windowKey(window));
      if (row && isDue(row.state)) this.tables.windows.set(windowKey(window), { ...row, lookAgainAt: 0 });
    }
  }

  private isAwaited(commandId: string): boolean {
    const generation = this.tables.generations.get(commandId);
    const delivery = generation && this.tables.deliveryById(generation.deliveryId);
    if (!generation || delivery?.currentGeneration !== commandId || delivery.withdrawn) return false;
    return this.windowsOf(generation).some((window) =>
      isDue(this.tables.windows.get(windowKey(window))?.state ?? ""),
    );
  }

  private held(row: DeliveryRow): HeldDelivery {
    const generations = this.generations(row);
    const current = generations.find(({ commandId }) => commandId === row.currentGeneration);
    const desired = (current?.touches ?? []).filter(({ rows }) => rows > 0);
    const claims = this.tables.claimsOfDelivery.get(String(row.id)) ?? [];
    const windows = (of: readonly Interval[]) =>
      of.map(({ start, end }) => this.heldWindow({ dataset: row.dataset, start, end }));
    return {
      id: row.id,
      key: row.key,
      withdrawn: row.withdrawn,
      ingested: current !== undefined,
      futureOwed: false,
      points: generations.some(({ points }) => points === "present"),
      currentPoints: current?.points === "present",
      payload: row.payload === "present",
      payloadNamed: false,
      desiredIn: windows(desired.map(({ window }) => window)),
      registered: windows(generations.flatMap(({ touches }) => touches.map(({ window }) => window))),
      claims: windows(claims.map(({ window }) => window)),
    };
  }

  private heldWindow(window: Window): HeldWindow {
    const { touches, claims, exclusions, record } = this.tables.facts(window);
    const waiting = this.tables.windows.get(windowKey(window))?.state === "waiting";
    return {
      window,
      touches,
      claimed: claims.length > 0,
      exclusions,
      record,
      waiting,
      busy: false,
      projected: true,
    };
  }

  private fence({ fenced, sealed }: Deletion): void {
    for (const window of fenced) {
      const row = this.tables.windows.get(windowKey(window));
      if (!row) continue;
      const had = row.record.leaseUntil !== undefined;
      this.tables.windows.set(windowKey(window), {
        ...row,
        fence: this.tables.next("fence"),
        lookAgainAt: had ? 0 : row.lookAgainAt,
        record: { ...row.record, leaseUntil: undefined },
      });
    }
    for (const window of sealed) {
      const row = this.tables.windows.get(windowKey(window));
      if (!row || row.record.sealed) continue;
      this.tables.windows.set(windowKey(window), {
        ...row,
        lookAgainAt: 0,
        record: { ...row.record, sealed: true },
      });
    }
  }

  private agedOf(row: DeliveryRow, kind: "points" | "payloads"): AgedDelivery {
    const counted = this.generations(row).filter(({ points, commandId }) =>
      kind === "points" ? points === "present" : commandId === row.currentGeneration,
    );
    return {
      id: row.id,
      receivedAt: row.receivedAt,
      rows: counted.reduce((sum, { rows }) => sum + rows, 0),
      refs: counted.map((each) => this.refOf(each)),
      payloadBytes: row.payloadBytes,
      observed: counted.find(({ observed }) => observed)?.observed,
    };
  }

  private rowsOf(deliveries: readonly number[]): DeliveryRow[] {
    return deliveries.flatMap((id) => this.tables.deliveryById(id) ?? []);
  }

  private generations(row: DeliveryRow): GenerationRow[] {
    return (this.tables.generationsOf.get(String(row.id)) ?? []).flatMap(
      (id) => this.tables.generations.get(id) ?? [],
    );
  }

  private windowsOf({ deliveryId, touches }: GenerationRow): Window[] {
    const dataset = this.tables.deliveryById(deliveryId)?.dataset ?? "";
    return touches.filter(({ rows }) => rows > 0).map(({ window }) => ({ dataset, ...window }));
  }

  private refOf({ commandId, deliveryId }: GenerationRow): SeriesRef {
    const delivery = this.tables.deliveryById(deliveryId);
    return { dataset: delivery?.dataset ?? "", delivery: delivery?.key ?? "", generation: commandId };
  }
}

/** States of windows whose need is due. */
function isDue(state: string): boolean {
  return ["queued", "failed", "building"].includes(state);
}

function isAfter(row: DeliveryRow, after: AgedCursor | undefined): boolean {
  return (
    !after || row.receivedAt > after.receivedAt || (row.receivedAt === after.receivedAt && row.id > after.id)
  );
}
