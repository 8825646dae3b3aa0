import { MINUTE, type Micros } from "../observation/time";
import type { Alerts, OpenAlert } from "../ports/alerts";
import type { Log } from "../ports/log";
import type { Transactions, Tx } from "../ports/transactions";
import { alertMessage } from "./event";
import type { AlertRule } from "./model";
import { judge, keyOf, type Problem } from "./problems";

export interface AlertRoundPorts {
  readonly alerts: Pick<
    Alerts,
    "facts" | "open" | "add" | "update" | "resolve" | "addMessage" | "settings" | "webhook"
  >;
  readonly transactions: Transactions;
  readonly log: Log;
  /** A clock that nobody sets, ms. */
  readonly uptimeMs: () => number;
}

/** So long after a start, and after the clock was set, nothing is called overdue: what was missed meanwhile is being made up. */
const CALM: Micros = 10 * MINUTE;

/** So long a problem must be away before it is over, ms: between two tries, and while a window with new data is built anew, a failure is not seen. */
const AWAY_MS: Readonly<Partial<Record<AlertRule, number>>> = { builds: 120_000, projections: 120_000 };

const BY_ITSELF = "It came to its end by itself.";
const NOT_WATCHED = "It is not watched any more: it was turned off, or its rule was.";

/** Looks again and again at what is wrong, and keeps one alert for each problem: opened once, kept up to date, resolved by itself. */
export class AlertWatch {
  private readonly began: number;
  private stepped: number | undefined;
  /** Since when open ones are not seen any more, by key, ms. */
  private readonly away = new Map<string, number>();

  constructor(private readonly ports: AlertRoundPorts) {
    this.began = ports.uptimeMs();
  }

  /** The clock was set: for a while ages mean nothing. */
  clockSet(): void {
    this.stepped = this.ports.uptimeMs();
  }

  /** @returns false: it is asked again soon enough */
  async round(): Promise<boolean> {
    const { alerts } = this.ports;
    const { settings } = await alerts.settings();
    const { problems, watched, undecided, endings } = judge(await alerts.facts(settings), settings);
    const seen = new Map(problems.map((problem) => [keyOf(problem), problem]));
    const open = await alerts.open();
    for (const alert of open) {
      const key = keyOf(alert);
      const problem = seen.get(key);
      if (problem) await this.keep(alert, problem);
      else if (!watched.has(key)) {
        if (this.isOver(alert)) await this.resolve(alert, endings.get(key) ?? NOT_WATCHED);
      } else if (!undecided.has(key) && this.isOver(alert))
        await this.resolve(alert, endings.get(key) ?? BY_ITSELF);
    }
    const known = new Set(open.map(keyOf));
    for (const [key, problem] of seen)
      if (!known.has(key) && !this.tooEarly(problem)) await this.openOne(problem);
    return false;
  }

  private tooEarly({ after }: Problem): boolean {
    if (after === undefined) return false;
    const calm = this.ports.uptimeMs() - Math.max(this.began, this.stepped ?? this.began);
    return calm * 1000 < Math.min(after, CALM);
  }

  private isOver(alert: OpenAlert): boolean {
    const now = this.ports.uptimeMs();
    const timed = alert.rule === "silence" || alert.rule === "late";
    if (timed && this.stepped !== undefined && (now - this.stepped) * 1000 < CALM) return false;
    const key = keyOf(alert);
    const since = this.away.get(key) ?? now;
    this.away.set(key, since);
    return now - since >= (AWAY_MS[alert.rule] ?? 0);
  }

  private async keep(alert: OpenAlert, problem: Problem): Promise<void> {
    this.away.delete(keyOf(alert));
    if (alert.sentence === problem.sentence && alert.href === problem.href) return;
    await this.ports.transactions.run((tx) => this.ports.alerts.update(tx, alert.id, problem));
  }

  private async openOne(problem: Problem): Promise<void> {
    const { alerts, transactions, log } = this.ports;
    await transactions.run(async (tx) => {
      const alert = await alerts.add(tx, problem);
      if (!alert) return;
      if (await this.isListened(tx))
        await alerts.addMessage(tx, alertMessage(alert, "opened", alert.openedAt), "waiting");
      log.warn("an alert was opened", { rule: alert.rule, subject: alert.subject, sentence: alert.sentence });
    });
  }

  /** Whether there is a webhook that is on. */
  private async isListened(tx: Tx): Promise<boolean> {
    const webhook = await this.ports.alerts.webhook(tx);
    return webhook?.enabled === true && webhook.address !== undefined;
  }

  private async resolve(alert: OpenAlert, resolution: string): Promise<void> {
    const { alerts, transactions, log } = this.ports;
    await transactions.run(async (tx) => {
      const at = await alerts.resolve(tx, alert.id, resolution);
      if (at === undefined || !alert.told || alert.muted) return;
      // Who was told of its beginning is told of its end, unless the webhook was turned off since.
      const state = (await this.isListened(tx)) ? "waiting" : "withheld";
      await alerts.addMessage(tx, alertMessage(alert, "resolved", at, resolution), state);
    });
    this.away.delete(keyOf(alert));
    log.info("an alert was resolved", { rule: alert.rule, subject: alert.subject });
  }
}
