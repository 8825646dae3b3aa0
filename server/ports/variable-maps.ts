import type { DataIngestionMap } from "../observation/model";
import type { Micros } from "../observation/time";
import type { Tx } from "./transactions";

/** A map as it is kept: by its hash, for ever. */
export interface KeptMap {
  readonly hash: string;
  readonly version: number;
  readonly map: DataIngestionMap;
  readonly since: Micros;
  /** Who put it in force for the source last, and when; undefined for one that no person did. */
  readonly by: { readonly who: string; readonly at: Micros } | undefined;
}

/** A payload of a source that is still kept. */
export interface KeptPayload {
  readonly delivery: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly receivedAt: Micros;
  /** Key in the file store. */
  readonly payloadKey: string;
  /** Raw columns that the map of its ingestion did not name, and how many cells of them held something. */
  readonly unmapped: Readonly<Record<string, number>>;
}

/** Versions of variable maps, and what the newest payload of a source can tell about its columns. */
export interface VariableMaps {
  /** Newest version first, at most `limit`. */
  versions(dataset: string, source: string, limit: number): Promise<readonly KeptMap[]>;
  /** @throws NotFound */
  kept(dataset: string, hash: string, tx?: Tx): Promise<{ version: number; map: DataIngestionMap }>;
  /** The version of this map where it is kept; else one above the highest. The caller holds the catalogue's lock. */
  versionFor(tx: Tx, dataset: string, hash: string): Promise<number>;
  /** The newest delivery of a source whose payload is kept; one with rows where any of the newest fifty has some. */
  newestPayload(dataset: string, source: string): Promise<KeptPayload | undefined>;
}
