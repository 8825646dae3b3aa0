import { clip, type Interval } from "../../../../server/observation/interval";
import type { Micros } from "../../../../server/observation/time";

/** How a delivery stands to its window. */
export type Standing = "on time" | "late" | "too late" | "withdrawn";

interface Packed {
  readonly claim?: Interval | undefined;
  readonly observed?: Interval | undefined;
  readonly withdrawn: boolean;
  readonly late: boolean;
  readonly inRevision: boolean;
  readonly receivedAt: Micros;
}

/** A delivery's part of the window. `claimed` false: it claims nothing here, and its rows lie somewhere in this span. */
export interface Bar<Delivery> {
  readonly delivery: Delivery;
  readonly span: Interval;
  readonly claimed: boolean;
}

export interface Lane<Delivery> {
  readonly standing: Standing;
  readonly bars: readonly Bar<Delivery>[];
}

export interface Lanes<Delivery> {
  readonly lanes: readonly Lane<Delivery>[];
  /** Deliveries that would have needed more lanes than there are. */
  readonly undrawn: number;
}

/** Up to so many deliveries have a lane each. */
const ALONE = 12;
/** Of many, those of one standing share at most so many lanes. */
const MOST_LANES = 8;

const ORDER: readonly Standing[] = ["on time", "late", "too late", "withdrawn"];

export function standingOf(delivery: Packed, sealedAt: Micros | undefined): Standing {
  if (delivery.withdrawn) return "withdrawn";
  if (sealedAt !== undefined && delivery.receivedAt > sealedAt && !delivery.inRevision) return "too late";
  return delivery.late ? "late" : "on time";
}

/**
 * Deliveries as bars in lanes: few have a lane each, in the order given; many share lanes where they do not overlap, each standing for itself, so that
 * what is late or withdrawn is never hidden among the others.
 */
export function packBars<Delivery extends Packed>(
  window: Interval,
  deliveries: readonly Delivery[],
  sealedAt?: Micros | undefined,
): Lanes<Delivery> {
  const bars = deliveries.flatMap((delivery): Bar<Delivery>[] => {
    const { claim, observed } = delivery;
    const span = clip(claim ?? lastIncluded(observed) ?? window, window);
    return span ? [{ delivery, span, claimed: claim !== undefined }] : [];
  });
  const standing = (bar: Bar<Delivery>) => standingOf(bar.delivery, sealedAt);
  if (bars.length <= ALONE)
    return { lanes: bars.map((bar) => ({ standing: standing(bar), bars: [bar] })), undrawn: 0 };
  const packed = ORDER.map((each) => ({ each, ...share(bars.filter((bar) => standing(bar) === each)) }));
  return {
    lanes: packed.flatMap(({ each, lanes }) => lanes.map((lane) => ({ standing: each, bars: lane }))),
    undrawn: packed.reduce((sum, { undrawn }) => sum + undrawn, 0),
  };
}

/** First fit by start: the fewest lanes in which no two overlap. */
function share<Delivery>(bars: readonly Bar<Delivery>[]): {
  lanes: readonly (readonly Bar<Delivery>[])[];
  undrawn: number;
} {
  const lanes: { bars: Bar<Delivery>[]; end: Micros }[] = [];
  let undrawn = 0;
  for (const bar of bars.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    const free = lanes.find(({ end }) => end <= bar.span.start);
    if (free) {
      free.bars.push(bar);
      free.end = bar.span.end;
    } else if (lanes.length < MOST_LANES) lanes.push({ bars: [bar], end: bar.span.end });
    else undrawn += 1;
  }
  return { lanes: lanes.map((lane) => lane.bars), undrawn };
}

/** A span of rows, whose last instant is in it, as a half-open one. */
function lastIncluded(observed: Interval | undefined): Interval | undefined {
  return observed && { start: observed.start, end: observed.end + 1 };
}
