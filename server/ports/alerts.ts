import type { AlertRule, AlertSettings, AlertView, MessageState } from "../alert/model";
import type { Check } from "../health/model";
import type { Micros } from "../observation/time";
import type { RunState } from "../source/model";
import type { Sealed } from "./secret-box";
import type { Tx } from "./transactions";
import type { Page } from "./views";

/** What alerts are judged by. Each part is bounded by what there is now, never by history. */
export interface AlertFacts {
  readonly now: Micros;
  readonly sources: readonly {
    readonly name: string;
    readonly enabled: boolean;
    /** Those that are on, and since when each is; 0 where that is not known. */
    readonly schedules: readonly {
      readonly interval: Micros;
      readonly lag: Micros;
      readonly since: Micros;
    }[];
    /** The newest observation that it brought, or the end of the newest range that it had rows of while they are still to be ingested. */
    readonly heard: Micros | undefined;
    /** Since when something could be heard: it was made, or turned on. */
    readonly watchedSince: Micros;
    /** Its newest runs that have begun, the newest first; those that a person stopped or discarded are not among them. */
    readonly runs: readonly {
      readonly state: RunState;
      readonly attempts: number;
      readonly error: string | undefined;
      readonly failedCheck?: Check | undefined;
    }[];
    readonly newestError: string | undefined;
  }[];
  /** The names of sources that a person removed. */
  readonly removedSources: readonly string[];
  readonly datasets: readonly {
    readonly name: string;
    /** Windows that could have been built longer ago than they may be late, if there are any, and the oldest of them. */
    readonly late:
      | {
          readonly count: number;
          /** Of these, how many wait for a delivery. */
          readonly waiting: number;
          readonly start: Micros;
          readonly reason: string;
          readonly since: Micros;
        }
      | undefined;
    /** Whether windows that its open alert is of have become too old to be watched. */
    readonly aged: boolean;
    /** The window that failed most often in a row. */
    readonly failing:
      | { readonly start: Micros; readonly attempts: number; readonly error: string | undefined }
      | undefined;
  }[];
  readonly projections: readonly {
    readonly name: string;
    readonly failing:
      | {
          readonly dataset: string;
          readonly start: Micros;
          readonly attempts: number;
          readonly error: string | undefined;
        }
      | undefined;
  }[];
}

export interface OpenAlert {
  readonly id: number;
  readonly rule: AlertRule;
  readonly subject: string;
  readonly sentence: string;
  readonly href: string;
  readonly since: Micros | undefined;
  readonly openedAt: Micros;
  readonly muted: boolean;
  /** Whether the webhook was told that it opened, or is to be. */
  readonly told: boolean;
}

/** What the webhook is told. */
export interface AlertMessage {
  /** Stays the same however often it is sent. */
  readonly id: string;
  readonly alert: number;
  readonly kind: "opened" | "resolved";
  readonly body: object;
}

export interface WaitingMessage extends AlertMessage {
  readonly seq: number;
  readonly attempts: number;
}

export interface Webhook {
  readonly enabled: boolean;
  readonly address: Sealed | undefined;
  /** What messages are signed with. */
  readonly key: Sealed | undefined;
  readonly changedAt: Micros;
}

/** Alerts, what is told of them, and how they are set. */
export interface Alerts {
  facts(settings: AlertSettings): Promise<AlertFacts>;
  open(tx?: Tx): Promise<readonly OpenAlert[]>;
  /** @returns the new row; undefined when one of this rule and subject is open already */
  add(
    tx: Tx,
    problem: Pick<OpenAlert, "rule" | "subject" | "sentence" | "href" | "since">,
  ): Promise<OpenAlert | undefined>;
  update(tx: Tx, alert: number, change: Pick<OpenAlert, "sentence" | "href">): Promise<void>;
  /** @returns when; undefined when it was resolved before */
  resolve(tx: Tx, alert: number, resolution: string): Promise<Micros | undefined>;
  /** Mutes or unmutes an open one; messages of a muted one that were not sent are withheld. @returns whether that changed it @throws NotFound */
  setMuted(tx: Tx, alert: number, muted: boolean): Promise<boolean>;
  /** @throws NotFound */
  alert(id: number, tx?: Tx): Promise<AlertView>;
  /** Newest first. */
  page(filter: {
    readonly state: "open" | "resolved";
    readonly rule?: AlertRule | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<AlertView>>;

  /** @param state `withheld` where nobody is to be told */
  addMessage(tx: Tx, message: AlertMessage, state: "waiting" | "withheld"): Promise<void>;
  /** Those whose time has come, the oldest of each alert, at most `limit`. */
  dueMessages(limit: number): Promise<readonly WaitingMessage[]>;
  /** Writes down what came of sending one; nothing when it was withheld meanwhile. */
  endMessage(
    seq: number,
    outcome: {
      readonly state: MessageState;
      readonly error: string | undefined;
      readonly retryInMs: number | undefined;
    },
  ): Promise<void>;

  /** The settings and their version; version 0 where nobody has set any. */
  settings(tx?: Tx): Promise<{ readonly version: number; readonly settings: AlertSettings }>;
  /** @throws Conflict when they were changed since `version` */
  saveSettings(tx: Tx, version: number, settings: AlertSettings): Promise<void>;
  webhook(tx?: Tx): Promise<Webhook | undefined>;
  saveWebhook(tx: Tx, webhook: Omit<Webhook, "changedAt">): Promise<void>;
}
