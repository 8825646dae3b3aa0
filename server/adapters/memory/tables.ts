import type { Interval } from "../../observation/interval";
import type { Micros } from "../../observation/time";
import type { Delivery, GenerationFacts, RevisionRecord } from "../../ports/ledger";
import type { Exclusion, SpanRule, Touch, Window, WindowFacts, WindowRecord } from "../../window/model";
import { UNKNOWN } from "../../window/readiness";
import type { MemoryStore } from "./store";

export interface DeliveryRow extends Delivery {
  readonly receivedAt: Micros;
  readonly currentGeneration: string | undefined;
  readonly nextOrdinal: number;
  readonly payload: Kept;
  /** When to look whether its points may go after export; undefined when there are none. */
  readonly pointsLook: Micros | undefined;
}

/** Points of a generation, and the payload of a delivery. */
export type Kept = "present" | "removing" | "gone";

export interface GenerationRow extends GenerationFacts {
  readonly ingestedAt: Micros;
  readonly deliveryId: number;
  readonly points: Kept;
}

export interface RestoreRow {
  readonly generation: string;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly retryAt: Micros | undefined;
}

export interface WindowRow {
  readonly window: Window;
  readonly record: Omit<WindowRecord, "reprocess">;
  readonly buildNow: boolean;
  /** The current revision tells another coverage, and no build is owed that would tell it. */
  readonly coverageOwed: boolean;
  readonly lookAgainAt: Micros | undefined;
  readonly state: string;
  readonly coverageShare: number;
  readonly complete: boolean;
  readonly gaps: readonly Interval[];
  readonly fence: number;
}

/** A window's row before its first judgement. */
export function unjudged(window: Window): WindowRow {
  const { reprocess: _elsewhere, ...record } = UNKNOWN;
  return {
    window,
    record,
    buildNow: false,
    coverageOwed: false,
    lookAgainAt: undefined,
    state: "open",
    coverageShare: 0,
    complete: false,
    gaps: [],
    fence: 0,
  };
}

interface ClaimRow {
  readonly deliveryId: number;
  readonly window: Window;
  readonly claim: Interval;
}

interface ReprocessRow {
  readonly window: Window;
  readonly requestKey: string;
  readonly forced: boolean;
}

export function windowKey(window: Window): string {
  return `${window.dataset} ${window.start} ${window.end}`;
}

/** What the ledger keeps, with the indexes that keep its work proportional to the windows named. */
export class LedgerTables {
  readonly spans;
  readonly deliveries;
  readonly deliveryKeys;
  readonly generations;
  readonly generationsOf;
  readonly requests;
  readonly claimsOfWindow;
  readonly claimsOfDelivery;
  readonly touchesOfWindow;
  readonly windows;
  readonly revisions;
  readonly reprocess;
  readonly exclusions;
  readonly restores;
  readonly deletesAfterExport;
  readonly sequence;

  constructor(store: MemoryStore) {
    this.spans = store.table<readonly SpanRule[]>();
    this.deliveries = store.table<DeliveryRow>();
    this.deliveryKeys = store.table<string>();
    this.generations = store.table<GenerationRow>();
    this.generationsOf = store.table<readonly string[]>();
    this.requests = store.table<number>();
    this.claimsOfWindow = store.table<readonly ClaimRow[]>();
    this.claimsOfDelivery = store.table<readonly ClaimRow[]>();
    this.touchesOfWindow = store.table<readonly string[]>();
    this.windows = store.table<WindowRow>();
    this.revisions = store.table<readonly (RevisionRecord & { readonly current: boolean })[]>();
    this.reprocess = store.table<readonly ReprocessRow[]>();
    this.exclusions = store.table<readonly Exclusion[]>();
    this.restores = store.table<RestoreRow>();
    this.deletesAfterExport = store.table<boolean>();
    this.sequence = store.table<number>();
  }

  /** The part of a delivery's claim inside a window. */
  claimOf(deliveryId: number, window: Window): Interval | undefined {
    const claims = this.claimsOfWindow.get(windowKey(window)) ?? [];
    return claims.find((each) => each.deliveryId === deliveryId)?.claim;
  }

  /** The next number of a sequence; it never gives one twice. */
  next(name: string): number {
    const value = (this.sequence.get(name) ?? 0) + 1;
    this.sequence.set(name, value);
    return value;
  }

  deliveryById(id: number): DeliveryRow | undefined {
    return this.deliveries.get(this.deliveryKeys.get(String(id)) ?? "");
  }

  /** Current generations that touch the window, of deliveries that are not withdrawn, by delivery key. */
  touching(window: Window): { delivery: DeliveryRow; generation: GenerationRow; touch: Touch }[] {
    const found = (this.touchesOfWindow.get(windowKey(window)) ?? []).flatMap((commandId) => {
      const generation = this.generations.get(commandId);
      const delivery = generation && this.deliveryById(generation.deliveryId);
      if (!generation || !delivery || delivery.withdrawn || delivery.currentGeneration !== commandId)
        return [];
      const cell = generation.touches.find(
        (touch) => touch.window.start === window.start && touch.window.end === window.end,
      );
      if (!cell || cell.rows === 0) return [];
      const touch = {
        deliveryId: delivery.id,
        deliveryKey: delivery.key,
        generation: commandId,
        rows: cell.rows,
        stations: cell.stations,
        ...this.goneOf(generation),
      };
      return [{ delivery, generation, touch }];
    });
    return found.sort((a, b) => (a.delivery.key < b.delivery.key ? -1 : 1));
  }

  private goneOf({ commandId, points }: GenerationRow): Pick<Touch, "gone" | "restoreError"> {
    return points === "present" ? {} : { gone: true, restoreError: this.restores.get(commandId)?.error };
  }

  exclusionsOf(window: Window): readonly Exclusion[] {
    const all = this.exclusions.get(window.dataset) ?? [];
    return all.filter(({ time }) => time.start < window.end && time.end > window.start);
  }

  facts(window: Window): WindowFacts {
    const key = windowKey(window);
    const row = this.windows.get(key);
    const asked = this.reprocess.get(key) ?? [];
    const reprocess = asked.length === 0 ? "none" : asked.some(({ forced }) => forced) ? "forced" : "asked";
    return {
      window,
      touches: this.touching(window).map(({ touch }) => touch),
      // A delivery that is received but not yet ingested claims nothing: the window would be complete without its rows.
      claims: (this.claimsOfWindow.get(key) ?? [])
        .filter(({ deliveryId }) => this.deliveryById(deliveryId)?.currentGeneration !== undefined)
        .map(({ claim }) => claim),
      asked: this.askedOf(window),
      exclusions: this.exclusionsOf(window),
      record: row && { ...row.record, reprocess },
    };
  }

  private askedOf(window: Window): WindowFacts["asked"] {
    const key = windowKey(window);
    const claiming = (this.claimsOfWindow.get(key) ?? []).map(({ deliveryId }) => deliveryId);
    const touching = (this.touchesOfWindow.get(key) ?? []).flatMap(
      (id) => this.generations.get(id)?.deliveryId ?? [],
    );
    const withdrawn = [...new Set([...claiming, ...touching])].filter(
      (id) => this.deliveryById(id)?.withdrawn,
    );
    const rejected = claiming
      .map((id) => this.deliveryById(id))
      .filter((delivery) => delivery && !delivery.withdrawn)
      .map((delivery) => this.generations.get(delivery?.currentGeneration ?? "")?.rejected ?? [])
      .map((reasons) => reasons.reduce((sum, { count }) => sum + count, 0))
      .filter((rows) => rows > 0);
    return {
      withdrawn: withdrawn.length,
      rejecting: rejected.length,
      rejectedRows: rejected.reduce((sum, rows) => sum + rows, 0),
    };
  }

  /** Windows that the delivery claims, or that one of these generations touches. */
  windowsOf(deliveryId: number, generations: readonly (string | undefined)[]): Window[] {
    const dataset = this.deliveryById(deliveryId)?.dataset ?? "";
    const touched = generations.flatMap((id) =>
      (this.generations.get(id ?? "")?.touches ?? []).map(({ window }) => ({ dataset, ...window })),
    );
    const claimed = (this.claimsOfDelivery.get(String(deliveryId)) ?? []).map(({ window }) => window);
    const byKey = new Map([...touched, ...claimed].map((window) => [windowKey(window), window]));
    return [...byKey.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  }
}
