import type { LetterClass, LetterKey, LetterState } from "../dead-letter/model";
import type { Check } from "../health/model";
import type { Lane } from "../message";
import type { Micros } from "../observation/time";
import type { RunState } from "../source/model";
import type { IngestDetailView, IngestView } from "./views";

/** A run of a source, as lists show it. */
export interface RunView {
  readonly id: string;
  readonly source: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly trigger: string;
  readonly lane: Lane;
  readonly state: RunState;
  readonly attempts: number;
  readonly error: string | undefined;
  /** Which check of health its error is of; undefined where nothing outside was wrong, or nobody knows. */
  readonly failedCheck: Check | undefined;
  readonly rows: number | undefined;
  readonly progress: string | undefined;
  readonly damaged: readonly { readonly name: string; readonly reason: string }[];
  /** Fields of its payload that the map does not name, and how many values they had; undefined until it is ingested. */
  readonly unmapped: Readonly<Record<string, number>> | undefined;
  /** Rows of its payload that were rejected, the commonest reason first; undefined until it is ingested. */
  readonly rejected: readonly { readonly reason: string; readonly count: number }[] | undefined;
  /** When it is tried again; undefined where nothing waits, and where its turn has come. */
  readonly retryAt: Micros | undefined;
  /** The message that was set aside, so that nothing comes of it: the run's own, or that of its payload. */
  readonly letter: (LetterKey & { readonly state: LetterState }) | undefined;
  /** Why it does not begin although its time has come; undefined when nothing holds it back. */
  readonly waits: string | undefined;
  readonly requestedAt: Micros;
  readonly startedAt: Micros | undefined;
  readonly finishedAt: Micros | undefined;
}

/** A run with what came of it. */
export type RunDetailView = RunView & {
  readonly dataset: string;
  /** Who asked for it, where a person did. */
  readonly who: string | undefined;
  /** The schedule whose boundary it is; undefined of other runs, and where the schedule says something else since. */
  readonly schedule:
    | {
        readonly windowSize: Micros;
        readonly interval: Micros;
        readonly lag: Micros;
        readonly boundary: Micros;
      }
    | undefined;
  /** Why its message was set aside: what to do follows from it. */
  readonly letterClass: LetterClass | undefined;
  /** What was made of its payload; undefined until it is ingested. */
  readonly ingest:
    | (Pick<IngestView, "delivery" | "start" | "end" | "rows" | "stations" | "withdrawn" | "payloadBytes"> &
        Pick<IngestView, "rejectedRows" | "rejected" | "badCells" | "unmapped" | "futureDueAt"> & {
          readonly ingestedAt: Micros;
          /** Whether its delivery has been ingested again since. */
          readonly current: boolean;
          /** Windows that it claims or where its rows landed, oldest first, at most 500 of them. */
          readonly windows: IngestDetailView["windows"];
          readonly windowsInAll: number;
        })
    | undefined;
};
