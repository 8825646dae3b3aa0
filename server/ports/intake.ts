import type { Micros } from "../observation/time";

/**
 * What may begin now. `open`: everything. `live`: collection of live ranges, not of backfill. `paused`: no collection; what was collected is ingested,
 * built and projected. `halted`: nothing that needs room on the disk, which is left to the database.
 */
export type IntakeLevel = "open" | "live" | "paused" | "halted";

export interface IntakeState {
  readonly level: IntakeLevel;
  /** A sentence; undefined while everything may begin. */
  readonly reason: string | undefined;
}

/** Work that was collected and waits, as far as it is counted: never much further than the bounds. */
export interface Backlog {
  /** Messages to ingest. */
  readonly payloads: number;
  /** Bytes of their payloads. */
  readonly payloadBytes: number;
  /** How long the oldest of them that never failed has been waiting, µs. */
  readonly waited: Micros;
  /** Windows to build or to judge. */
  readonly windows: number;
  /** Rows of the windows to build. */
  readonly windowRows: number;
  /** Windows to project. */
  readonly projections: number;
}

/** The ledger's side of the decision whether sources may collect. */
export interface Intake {
  /** What waits: live work alone, and all of it. At most `most` things of each kind are counted. */
  backlog(most: number): Promise<{ readonly live: Backlog; readonly all: Backlog }>;
  /** Writes down what may begin, for the pages; nothing when it stands there already. */
  remember(state: IntakeState): Promise<void>;
}
