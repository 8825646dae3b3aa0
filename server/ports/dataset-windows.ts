import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { Tx } from "./transactions";

/** A current generation with rows past an instant. */
export interface CutGeneration {
  readonly deliveryId: number;
  readonly generationId: number;
  /** The delivery's key and the generation's command id, as the time series knows them. */
  readonly delivery: string;
  readonly generation: string;
  /** How many rows of it lie past the instant. */
  readonly rows: number;
}

/** A delivery's claim past an instant, [start, end). */
export interface CutClaim extends Interval {
  readonly deliveryId: number;
}

/** Touches and claims as they are cut into the windows of another span. */
export interface NewCut {
  readonly touches: readonly (Pick<CutGeneration, "deliveryId" | "generationId"> & {
    readonly window: Interval;
    readonly rows: number;
    readonly stations: number;
  })[];
  readonly claims: readonly {
    readonly deliveryId: number;
    readonly window: Interval;
    readonly claim: Interval;
  }[];
}

/**
 * What a change of a dataset's settings does to its windows. Each call is part of the transaction that changes them, and marks what has to be judged
 * again, so that the reconciler goes on after a kill. Work is proportional to what is not finished, never to history.
 */
export interface DatasetWindows {
  /** Has every window judged again whose judgement the settings enter: those that owe something. @returns how many */
  judgeUnfinished(tx: Tx, dataset: string): Promise<number>;
  /** What is cut into windows that start at `from` or later. */
  cutFrom(
    tx: Tx,
    dataset: string,
    from: Micros,
  ): Promise<{ readonly generations: readonly CutGeneration[]; readonly claims: readonly CutClaim[] }>;
  /**
   * Puts another cut in the place of all that starts at `from` or later, and has the windows of both judged. A window that has a product and no
   * longer a delivery is asked to be built again at once, so that its product is withdrawn.
   */
  replaceCut(tx: Tx, dataset: string, from: Micros, cut: NewCut): Promise<void>;
}
