import type { Micros } from "../observation/time";

/** What a stored file is to the truth. */
export type StoredKind = "payloads" | "points" | "files" | "superseded" | "products" | "leftovers";

export interface Stored {
  readonly kind: Exclude<StoredKind, "leftovers">;
  readonly dataset: string;
  /** The source that delivered it; undefined for what is made of several. */
  readonly source: string | undefined;
}

/** Disk use of one dataset, source and kind, as the last whole walk over the store found it. */
export interface DiskUse {
  readonly dataset: string;
  /** Empty for what is made of several sources' rows. */
  readonly source: string;
  readonly kind: StoredKind;
  readonly files: number;
  readonly bytes: number;
  readonly measuredAt: Micros;
}

/** Whom the files of the store belong to, by the ledger. */
export interface StoredFiles {
  /** What the ledger names, by key; keys that it does not name are left out. Work is proportional to the keys. */
  named(keys: readonly string[]): Promise<ReadonlyMap<string, Stored>>;
  /** Those of the keys that a message names which was not settled yet: unpublished, received, or set aside. */
  inMessages(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Runs `remove` while nobody can commit this canonical file: under the locks of the windows that it may belong to, with their tokens taken. Passes
   * over a window that is being built, and a key that came to be named. @returns whether `remove` was run and removed it
   */
  unlessBuilt(key: string, remove: () => Promise<boolean>): Promise<boolean>;
  /** The database's clock. */
  now(): Promise<Micros>;
  /** Replaces the disk use of all datasets. */
  measured(uses: readonly Omit<DiskUse, "measuredAt">[]): Promise<void>;
  diskUse(): Promise<readonly DiskUse[]>;
}
