import type { LetterClass, LetterFilter, LetterKey, LetterState, WhichLetters } from "../dead-letter/model";
import type { Lane } from "../message";
import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import type { RunState } from "../source/model";
import type { WindowState } from "../window/model";
import type { Tx } from "./transactions";
import type { Page } from "./views";

/** What a message says of itself, as it says it: any of it may be missing or wrong. */
export interface LetterHead {
  readonly source?: string;
  readonly dataset?: string;
  readonly start?: string;
  readonly end?: string;
  /** The file that it names. */
  readonly location?: string;
}

/** A message that was set aside. */
export interface Letter extends LetterKey {
  readonly lane: Lane;
  readonly class: LetterClass;
  readonly reason: string;
  readonly attempts: number;
  readonly receivedAt: Micros;
  readonly deadAt: Micros;
  readonly discardedAt: Micros | undefined;
  /** Size of its JSON. */
  readonly bytes: number;
  readonly head: LetterHead;
}

/** What the ledger and the catalogue know about what a letter names. */
export interface LetterSurroundings {
  readonly run: { readonly id: string; readonly source: string; readonly state: RunState } | undefined;
  readonly deliveries: readonly string[];
  /** Windows of its dataset in its time, by state. */
  readonly windows: Readonly<Partial<Record<WindowState, number>>>;
}

/** Dead letters and discarded ones (SEMANTICS 7): messages that can never succeed as they are, kept with their reason. */
export interface Letters {
  /** Newest first, by when they came into the state. */
  page(
    filter: LetterFilter & { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<Letter>>;
  /** How many there are by queue and class, and the instant at which that was so. */
  counts(state: LetterState): Promise<{
    readonly asOf: Micros;
    readonly groups: readonly {
      readonly queue: string;
      readonly class: LetterClass;
      readonly count: number;
    }[];
  }>;
  /** @throws NotFound */
  letter(key: LetterKey): Promise<Letter & { readonly body: unknown }>;
  surroundings(
    letter: LetterKey,
    about: {
      readonly runId: string | undefined;
      readonly source: string | undefined;
      readonly dataset: string | undefined;
      readonly range: Interval | undefined;
      readonly payloadKey: string | undefined;
    },
  ): Promise<LetterSurroundings>;
  /** Dead and discarded letters of a dataset or of its sources, newest first. */
  ofDataset(dataset: string, limit: number): Promise<readonly Letter[]>;
  /** Brings dead letters back to life under their own id; runs that they start are queued again. @returns them, as they were */
  replay(tx: Tx, which: WhichLetters): Promise<readonly Letter[]>;
  /** Settles dead letters as discarded; runs that they start end so. The rows stay. @returns them, as they were */
  discard(tx: Tx, which: WhichLetters): Promise<readonly Letter[]>;
  /** Takes discarded letters back: dead again, with their reason. @returns them, as they were */
  restore(tx: Tx, which: WhichLetters): Promise<readonly Letter[]>;
}
