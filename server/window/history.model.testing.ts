import { DAY, type Micros, SECOND } from "../observation/time";
import type { Exclusion, SpanRule, WindowSettings } from "./model";

/** One row of a payload: an identity, a time, and two variables of which any may be missing. */
export interface HistoryRow {
  readonly identity: string;
  readonly time: Micros;
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/** A delivery as the reference model sees it: nothing of it comes from the engine but its key. */
export interface ModelDelivery {
  readonly key: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly priority: number;
  readonly collectedAt: Micros;
  readonly withdrawn: boolean;
  /** The generation that must be current, and its rows, in payload order. */
  readonly generation: string;
  readonly rows: readonly HistoryRow[];
}

/** What must stand at the end of a history. */
export interface ModelWindow {
  readonly start: Micros;
  readonly end: Micros;
  readonly claimed: boolean;
  readonly complete: boolean;
  /** `key generation` of every delivery that must have gone into it, sorted. */
  readonly desired: readonly string[];
  readonly rows: readonly HistoryRow[];
}

/** The maps of a history: 0 keeps a row as it is, 1 knows no `b`, 2 reads `a` in another unit. */
export function mapRows(rows: readonly HistoryRow[], map: number): readonly HistoryRow[] {
  return rows
    .map((row) => ({
      ...row,
      a: map === 2 && row.a !== undefined ? row.a + 100 : row.a,
      b: map === 1 ? undefined : row.b,
    }))
    .filter((row) => row.a !== undefined || row.b !== undefined);
}

/** The reference model: brute force over every second of the range, every delivery, every row. It shares no code with the engine. */
export function modelWindows(
  rules: readonly SpanRule[],
  deliveries: readonly ModelDelivery[],
  exclusions: readonly Exclusion[],
  range: { readonly start: Micros; readonly end: Micros },
): ModelWindow[] {
  const edges: number[] = [];
  // Midnight is always an edge, so whole days hold whole windows.
  const first = Math.floor(range.start / DAY) * 86_400;
  const last = Math.ceil((range.end + 1) / DAY) * 86_400;
  let span = 0;
  for (let s = first; s <= last; s++) {
    if (s % 60 === 0) span = (rules.findLast((rule) => rule.from <= s * SECOND)?.span ?? 0) / SECOND;
    if (s % span === 0 || s % 86_400 === 0) edges.push(s * SECOND);
  }
  return edges.slice(1).map((end, i) => modelWindow(edges[i] ?? 0, end, deliveries, exclusions));
}

/** One window of it, between edges that are known. */
export function modelWindow(
  start: Micros,
  end: Micros,
  deliveries: readonly ModelDelivery[],
  exclusions: readonly Exclusion[],
): ModelWindow {
  const claims = deliveries.filter((d) => d.start < d.end && d.start < end && d.end > start);
  const ends = [start, ...claims.map((d) => d.end)].filter((p) => p < end);
  const gap = ends.some((p) => {
    const reached = claims.some((d) => d.start <= p && p < d.end);
    const next = Math.min(end, ...claims.filter((d) => d.start > p).map((d) => d.start));
    return !reached && next - p > SECOND;
  });
  const inside = deliveries
    .filter((d) => !d.withdrawn)
    .map((d) => ({ ...d, rows: d.rows.filter((row) => row.time >= start && row.time < end) }))
    .filter((d) => d.rows.length > 0)
    .sort((x, y) => x.priority - y.priority || x.collectedAt - y.collectedAt || (x.key < y.key ? -1 : 1));
  const merged = new Map<string, HistoryRow>();
  for (const row of inside.flatMap((d) => d.rows)) {
    const hit = (variable: string) =>
      exclusions.some(
        (e) =>
          (e.station ?? row.identity) === row.identity &&
          (e.variable ?? variable) === variable &&
          e.time.start <= row.time &&
          row.time < e.time.end,
      );
    const before = merged.get(`${row.identity} ${row.time}`);
    const a = (hit("a") ? undefined : row.a) ?? before?.a;
    const b = (hit("b") ? undefined : row.b) ?? before?.b;
    merged.set(`${row.identity} ${row.time}`, { identity: row.identity, time: row.time, a, b });
  }
  return {
    start,
    end,
    claimed: claims.length > 0,
    complete: claims.length > 0 && !gap,
    desired: inside.map((d) => `${d.key} ${d.generation}`).sort(),
    rows: inOrder([...merged.values()].filter((row) => row.a !== undefined || row.b !== undefined)),
  };
}

/** Rows by time, then identity. */
export function inOrder(rows: readonly HistoryRow[]): HistoryRow[] {
  return [...rows].sort((x, y) => x.time - y.time || (x.identity < y.identity ? -1 : 1));
}

/** Whether a window that was never built may be built at `now` without anybody asking. */
export function modelMayBuild(window: ModelWindow, settings: WindowSettings, now: Micros): boolean {
  const settled = now > window.end + settings.subjectToChange;
  const { policy } = settings;
  const passed = policy.kind === "build-after" && now > window.end + settings.subjectToChange + policy.after;
  return settled && (window.complete || passed);
}
