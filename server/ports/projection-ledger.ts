import type { Lane } from "../message";
import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { Product } from "../projection/plugin";
import type { Window } from "../window/model";
import type { RevisionRecord } from "./ledger";
import type { Tx } from "./transactions";

/** One projection of one window: the current revision to be projected, under a fencing token. */
export interface ProjectionPlan {
  readonly projection: string;
  readonly window: Window;
  readonly token: number;
  /** How often this has been tried since it last succeeded, this time included. */
  readonly attempt: number;
  readonly revision: RevisionRecord;
  /** Columns of the whole dataset, this revision's included. */
  readonly datasetColumns: readonly CanonicalColumn[];
}

/** State per (projection, window): wanted and done revision, work, error (SEMANTICS 5). */
export interface ProjectionLedger {
  /** Takes the token when wanted > done and no lease is alive. */
  begin(projection: string, window: Window, leaseMs: number): Promise<ProjectionPlan | undefined>;
  renew(plan: ProjectionPlan, leaseMs: number): Promise<boolean>;
  /** Records the products, and that what readers are shown of the dataset has changed; a lower revision than the done one is refused (false). */
  done(tx: Tx, plan: ProjectionPlan, products: readonly Product[]): Promise<boolean>;
  failed(plan: ProjectionPlan, error: string, retryAt: Micros): Promise<void>;
  /** Windows owed to enabled projections whose time has come, live ones before backfill (by the database's clock), oldest end first. */
  due(limit: number): Promise<readonly { projection: string; window: Window; lane: Lane }[]>;
  /** Failed ones are due at once, in one window or in all. @returns how many */
  retry(tx: Tx, projection: string, window: Window | undefined): Promise<number>;
  products(projection: string, window: Window): Promise<readonly Product[]>;
  /** Wanted by a person for windows that are done or were never wanted. */
  want(tx: Tx, projection: string, dataset: string, range: Interval): Promise<number>;
}
