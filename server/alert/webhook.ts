import { createHmac } from "node:crypto";
import { errorText } from "../errors";
import { judgeStatus } from "../health/judge-status";
import type { Check, Checked } from "../health/model";
import { ADVICE } from "../health/model";
import type { Micros } from "../observation/time";
import type { Alerts, Webhook } from "../ports/alerts";
import type { Log } from "../ports/log";
import type { SecretBox } from "../ports/secret-box";
import type { StagedHttp } from "../ports/staged-http";

export interface WebhookPorts {
  readonly stagedHttp: StagedHttp;
  readonly secretBox: Pick<SecretBox, "open">;
  readonly clock: { now(): Micros };
}

/** What came of sending one message. */
export interface Sent {
  readonly ok: boolean;
  readonly status: number | undefined;
  readonly tookMs: number;
  /** The check that failed, of the vocabulary of health. */
  readonly check: Check | undefined;
  readonly checks: readonly Checked[];
  /** What went wrong and what to do; undefined when nothing did. */
  readonly error: string | undefined;
  /** The first 200 characters of the answer. */
  readonly answer: string;
}

const WITHIN_MS = 10_000;
const SHOWN = 200;
const READ_BYTES = 4_096;

/**
 * Sends an event to the webhook: one request, no redirect followed, for the next address would get what was meant for this one. Signed, where there is a key,
 * as standardwebhooks.com says: HMAC-SHA256 over id, time and body. @throws Invalid when a sealed text cannot be opened
 */
export async function postEvent(
  event: { readonly id: string; readonly body: object },
  webhook: Pick<Webhook, "address" | "key">,
  ports: WebhookPorts,
): Promise<Sent> {
  if (webhook.address === undefined) throw new Error("a webhook without an address is not asked");
  const began = performance.now();
  const url = await ports.secretBox.open(webhook.address);
  const key = webhook.key === undefined ? undefined : await ports.secretBox.open(webhook.key);
  const body = JSON.stringify(event.body);
  const timestamp = String(Math.floor(ports.clock.now() / 1e6));
  const came = await ports.stagedHttp.ask({
    url,
    method: "POST",
    body,
    headers: {
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": event.id,
      "webhook-timestamp": timestamp,
      ...(key === undefined ? {} : { "webhook-signature": signature(key, event.id, timestamp, body) }),
    },
    timeoutMs: WITHIN_MS,
    mostBytes: READ_BYTES,
    follow: false,
  });
  const { failed, checks } = judgeStatus(came, new URL(url).username !== "");
  return {
    ok: failed === undefined,
    status: came.answer?.status,
    tookMs: Math.round(performance.now() - began),
    check: failed?.check,
    checks,
    error: failed && `${failed.check}: ${failed.why}; ${ADVICE[failed.check]}`,
    answer: (came.answer?.text ?? "").slice(0, SHOWN),
  };
}

/** `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. A key that begins with `whsec_` is base64 behind it; any other is its own text. */
export function signature(key: string, id: string, timestamp: string, body: string): string {
  const bytes = key.startsWith("whsec_") ? Buffer.from(key.slice(6), "base64") : Buffer.from(key, "utf8");
  return `v1,${createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

export interface WebhookRoundPorts extends WebhookPorts {
  readonly alerts: Pick<Alerts, "webhook" | "dueMessages" | "endMessage">;
  readonly backOffMs: (attempts: number) => number;
  readonly log: Log;
}

/** So often a message is tried: with pauses that double up to an hour, about half a day. Then it is dead, and shown as that. */
export const MOST_TRIES = 20;
const AT_ONCE = 20;

/**
 * Sends what waits, one after the other, those of one alert in their order. Sent, and then written down: a kill in between sends it again under the same id.
 * @returns whether there may be more to send
 */
export async function webhookRound(ports: WebhookRoundPorts, signal: AbortSignal): Promise<boolean> {
  const { alerts, log } = ports;
  const due = await alerts.dueMessages(AT_ONCE);
  if (due.length === 0) return false;
  const webhook = await alerts.webhook();
  if (!webhook?.enabled || webhook.address === undefined) return false;
  for (const message of due) {
    if (signal.aborted) return false;
    const sent = await postEvent(message, webhook, ports).catch((error: unknown) => ({
      ok: false,
      error: errorText(error),
    }));
    const attempts = message.attempts + 1;
    const over = !sent.ok && attempts >= MOST_TRIES;
    await alerts.endMessage(message.seq, {
      state: sent.ok ? "sent" : over ? "dead" : "waiting",
      error: sent.error,
      retryInMs: sent.ok || over ? undefined : ports.backOffMs(attempts - 1),
    });
    if (!sent.ok) log.warn("the webhook could not be told", { attempts, dead: over, error: sent.error });
  }
  return due.length === AT_ONCE;
}
