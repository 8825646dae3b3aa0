import {
  type AlertMessageView,
  type AlertRule,
  AlertSettings,
  type AlertView,
  type MessageState,
  STANDARD_SETTINGS,
} from "../../alert/model";
import { Conflict, NotFound } from "../../errors";
import type { Micros } from "../../observation/time";
import type {
  AlertFacts,
  AlertMessage,
  Alerts,
  OpenAlert,
  WaitingMessage,
  Webhook,
} from "../../ports/alerts";
import { isSealed, type Sealed } from "../../ports/secret-box";
import type { Tx } from "../../ports/transactions";
import type { Page } from "../../ports/views";
import { alertFacts } from "./alert-facts";
import { type Database, us } from "./database";
import { pageOf } from "./pages";
import { storable } from "./storable";

const OPEN = `id, rule, subject, sentence, href, since_us AS since, ${us("opened_at")} AS "openedAt", muted_at IS NOT NULL AS muted,
  EXISTS (SELECT 1 FROM alert_message m WHERE m.alert = alert.id AND m.kind = 'opened' AND m.state IN ('sent', 'waiting')) AS told`;

const VIEW = `id, rule, subject, sentence, href, since_us AS since, ${us("opened_at")} AS "openedAt", ${us("resolved_at")} AS "resolvedAt",
  resolution, ${us("muted_at")} AS "mutedAt"`;

/** Nobody waits longer for another try: a message that seems to was written before the clock went back. */
const LONGEST_WAIT = "interval '2 hours'";

type MessageRow = AlertMessageView & { readonly alert: number };

/** Alerts in PostgreSQL. */
export class PostgresAlerts implements Alerts {
  constructor(private readonly db: Database) {}

  facts(settings: AlertSettings): Promise<AlertFacts> {
    return alertFacts(this.db, settings);
  }

  open(tx?: Tx): Promise<readonly OpenAlert[]> {
    return this.db.rows(tx, `SELECT ${OPEN} FROM alert WHERE resolved_at IS NULL ORDER BY id`);
  }

  async add(
    tx: Tx,
    problem: Pick<OpenAlert, "rule" | "subject" | "sentence" | "href" | "since">,
  ): Promise<OpenAlert | undefined> {
    const [row] = await this.db.rows<OpenAlert>(
      tx,
      `INSERT INTO alert (rule, subject, sentence, href, since_us, opened_at, changed_at)
       VALUES ($1, $2, $3, $4, $5::bigint, clock_timestamp(), clock_timestamp())
       ON CONFLICT (rule, subject) WHERE resolved_at IS NULL DO NOTHING RETURNING ${OPEN}`,
      problem.rule,
      problem.subject,
      storable(problem.sentence),
      problem.href,
      problem.since ?? null,
    );
    if (row) await this.db.notify(tx, { noun: "alert" });
    return row;
  }

  async update(
    tx: Tx,
    alert: number,
    { sentence, href }: Pick<OpenAlert, "sentence" | "href">,
  ): Promise<void> {
    const changed = await this.db.execute(
      tx,
      `UPDATE alert SET sentence = $2, href = $3, changed_at = clock_timestamp()
       WHERE id = $1::bigint AND resolved_at IS NULL AND (sentence, href) IS DISTINCT FROM ($2, $3)`,
      alert,
      storable(sentence),
      href,
    );
    if (changed > 0) await this.db.notify(tx, { noun: "alert" });
  }

  async resolve(tx: Tx, alert: number, resolution: string): Promise<Micros | undefined> {
    const [row] = await this.db.rows<{ at: Micros }>(
      tx,
      `UPDATE alert SET resolved_at = clock_timestamp(), resolution = $2 WHERE id = $1::bigint AND resolved_at IS NULL
       RETURNING ${us("resolved_at")} AS at`,
      alert,
      resolution,
    );
    if (row) await this.db.notify(tx, { noun: "alert" });
    return row?.at;
  }

  async setMuted(tx: Tx, alert: number, muted: boolean): Promise<boolean> {
    await this.alert(alert, tx);
    const changed = await this.db.execute(
      tx,
      `UPDATE alert SET muted_at = CASE WHEN $2 THEN clock_timestamp() END
       WHERE id = $1::bigint AND resolved_at IS NULL AND (muted_at IS NOT NULL) <> $2`,
      alert,
      muted,
    );
    if (changed > 0 && muted) await this.withhold(tx, alert);
    if (changed > 0) await this.db.notify(tx, { noun: "alert" });
    return changed > 0;
  }

  /** What waits to be sent of an alert, or of all, is sent no more. */
  private async withhold(tx: Tx, alert: number | null): Promise<void> {
    await this.db.execute(
      tx,
      `UPDATE alert_message SET state = 'withheld', retry_at = NULL, ended_at = clock_timestamp()
       WHERE state = 'waiting' AND ($1::bigint IS NULL OR alert = $1::bigint)`,
      alert,
    );
  }

  async alert(id: number, tx?: Tx): Promise<AlertView> {
    const rows = await this.db.rows<Omit<AlertView, "messages">>(
      tx,
      `SELECT ${VIEW} FROM alert WHERE id = $1::bigint`,
      id,
    );
    const [found] = await this.withMessages(rows, tx);
    if (!found) throw new NotFound(`there is no alert ${id}`, { shownBy: "ionbeam alert list shows them" });
    return found;
  }

  async page(filter: {
    readonly state: "open" | "resolved";
    readonly rule?: AlertRule | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<AlertView>> {
    const below = filter.cursor === undefined ? null : Number(filter.cursor);
    const rows = await this.db.rows<Omit<AlertView, "messages">>(
      undefined,
      `SELECT ${VIEW} FROM alert WHERE (resolved_at IS NULL) = $1 AND ($2::bigint IS NULL OR id < $2::bigint)
         AND ($4::text IS NULL OR rule = $4) ORDER BY id DESC LIMIT $3`,
      filter.state === "open",
      Number.isSafeInteger(below) ? below : null,
      filter.limit + 1,
      filter.rule ?? null,
    );
    const page = pageOf(rows, filter.limit, ({ id }) => String(id));
    return { ...page, items: await this.withMessages(page.items) };
  }

  private async withMessages(alerts: readonly Omit<AlertView, "messages">[], tx?: Tx): Promise<AlertView[]> {
    const messages = await this.db.rows<MessageRow>(
      tx,
      `SELECT alert, kind, state, attempts, error, ${us("retry_at")} AS "retryAt", ${us("ended_at")} AS "endedAt"
       FROM alert_message WHERE alert = ANY($1::bigint[]) ORDER BY alert, seq`,
      alerts.map(({ id }) => id),
    );
    return alerts.map((alert) => ({
      ...alert,
      messages: messages.filter((each) => each.alert === alert.id).map(({ alert: _, ...message }) => message),
    }));
  }

  async addMessage(tx: Tx, message: AlertMessage, state: "waiting" | "withheld"): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO alert_message (id, alert, kind, body, state, ended_at)
       VALUES ($1::uuid, $2::bigint, $3, $4::jsonb, $5, CASE WHEN $5 = 'withheld' THEN clock_timestamp() END) ON CONFLICT (id) DO NOTHING`,
      message.id,
      message.alert,
      message.kind,
      JSON.stringify(message.body),
      state,
    );
  }

  async dueMessages(limit: number): Promise<readonly WaitingMessage[]> {
    return this.db.rows<WaitingMessage>(
      undefined,
      `SELECT seq, id::text, alert, kind, body, attempts FROM alert_message m WHERE state = 'waiting'
         AND (retry_at IS NULL OR retry_at <= clock_timestamp() OR retry_at > clock_timestamp() + ${LONGEST_WAIT})
         AND NOT EXISTS (SELECT 1 FROM alert_message e WHERE e.alert = m.alert AND e.seq < m.seq AND e.state = 'waiting')
       ORDER BY seq LIMIT $1`,
      limit,
    );
  }

  async endMessage(
    seq: number,
    outcome: {
      readonly state: MessageState;
      readonly error: string | undefined;
      readonly retryInMs: number | undefined;
    },
  ): Promise<void> {
    await this.db.run(async (tx) => {
      await this.db.execute(
        tx,
        `UPDATE alert_message SET state = $2, attempts = attempts + 1, error = $3,
           retry_at = clock_timestamp() + $4::bigint * interval '1 millisecond', ended_at = CASE WHEN $2 <> 'waiting' THEN clock_timestamp() END
         WHERE seq = $1::bigint AND state = 'waiting'`,
        seq,
        outcome.state,
        outcome.error === undefined ? null : storable(outcome.error),
        outcome.retryInMs ?? null,
      );
      await this.db.notify(tx, { noun: "alert" });
    });
  }

  async settings(tx?: Tx): Promise<{ version: number; settings: AlertSettings }> {
    const [row] = await this.db.rows<{ version: number; body: object }>(
      tx,
      "SELECT version, body FROM alert_settings",
    );
    // Filled up, so that what a later version adds has its standard.
    const settings = AlertSettings.parse({ ...STANDARD_SETTINGS, ...row?.body });
    return { version: row?.version ?? 0, settings };
  }

  async saveSettings(tx: Tx, version: number, settings: AlertSettings): Promise<void> {
    const changed = await this.db.execute(
      tx,
      version === 0
        ? "INSERT INTO alert_settings (id, version, body) VALUES (1, 1, $1::jsonb) ON CONFLICT DO NOTHING"
        : "UPDATE alert_settings SET version = version + 1, body = $1::jsonb WHERE version = $2",
      JSON.stringify(settings),
      ...(version === 0 ? [] : [version]),
    );
    if (changed === 0)
      throw new Conflict(
        "somebody else changed these settings since they were shown: the page shows what stands now; keep what you typed on top of it, or take theirs",
      );
    await this.db.notify(tx, { noun: "alert" });
  }

  async webhook(tx?: Tx): Promise<Webhook | undefined> {
    const [row] = await this.db.rows<{
      enabled: boolean;
      address: unknown;
      key: unknown;
      changedAt: Micros;
    }>(tx, `SELECT enabled, address, key, ${us("changed_at")} AS "changedAt" FROM webhook`);
    return row && { ...row, address: sealed(row.address), key: sealed(row.key) };
  }

  async saveWebhook(tx: Tx, { enabled, address, key }: Omit<Webhook, "changedAt">): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO webhook (id, enabled, address, key, changed_at) VALUES (1, $1, $2::jsonb, $3::jsonb, clock_timestamp())
       ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, address = excluded.address, key = excluded.key, changed_at = excluded.changed_at`,
      enabled,
      address === undefined ? null : JSON.stringify(address),
      key === undefined ? null : JSON.stringify(key),
    );
    if (!enabled || address === undefined) await this.withhold(tx, null);
    await this.db.notify(tx, { noun: "alert" });
  }
}

function sealed(value: unknown): Sealed | undefined {
  return isSealed(value) ? value : undefined;
}
