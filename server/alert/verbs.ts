import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Conflict, Invalid } from "../errors";
import type { Micros } from "../observation/time";
import type { Alerts } from "../ports/alerts";
import type { Catalog } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { Transactions, Tx } from "../ports/transactions";
import { testEvent } from "./event";
import { AlertSettings, usualSilence, WebhookAddress } from "./model";
import { postEvent, type Sent, type WebhookPorts } from "./webhook";

export interface AlertVerbPorts extends WebhookPorts {
  readonly alerts: Alerts;
  readonly catalog: Pick<Catalog, "audit" | "sources" | "everySource" | "datasets" | "schedules">;
  readonly transactions: Transactions;
  readonly secretBox: SecretBox;
}

export const SetAlertSettings = z.object({
  /** The version that the form was filled from. */
  version: z.number().int().nonnegative(),
  settings: AlertSettings,
});

const WebhookKey = z
  .string()
  .min(8, "give a key of at least 8 characters")
  .max(500, "a key has at most 500 characters");

/** What a person sets of the webhook; what is left out stays, `null` removes it. */
export const SetWebhook = z.object({
  enabled: z.boolean().optional(),
  address: WebhookAddress.nullable().optional(),
  key: WebhookKey.nullable().optional(),
});

/** The webhook as it is shown: what is secret of it is set or not. Of its address, the origin tells people where it goes. */
export interface WebhookView {
  readonly enabled: boolean;
  readonly addressSet: boolean;
  readonly keySet: boolean;
  readonly changedAt: Micros | undefined;
}

/** What a person may ask about alerts. */
export function alertVerbs(ports: AlertVerbPorts) {
  const { alerts, catalog, transactions, secretBox } = ports;

  async function setMuted(alert: number, muted: boolean): Promise<boolean> {
    return transactions.run(async (tx) => {
      const changed = await alerts.setMuted(tx, alert, muted);
      if (!changed) return false;
      const { rule, subject } = await alerts.alert(alert, tx);
      await catalog.audit(tx, {
        who: "local",
        what: muted ? "alert mute" : "alert unmute",
        subject: `${alert} ${rule} ${subject}`,
        before: { muted: !muted },
        after: { muted },
      });
      return true;
    });
  }

  async function webhookView(): Promise<WebhookView> {
    const webhook = await alerts.webhook();
    return {
      enabled: webhook?.enabled ?? false,
      addressSet: webhook?.address !== undefined,
      keySet: webhook?.key !== undefined,
      changedAt: webhook?.changedAt,
    };
  }

  return {
    alerts: (filter: Parameters<Alerts["page"]>[0]) => alerts.page(filter),
    /** Sends nothing more of it, its end included. @returns whether that changed it @throws NotFound */
    muteAlert: (alert: number) => setMuted(alert, true),
    unmuteAlert: (alert: number) => setMuted(alert, false),

    /** The settings with what they are about: sources and what is usual for each, datasets. */
    async alertSettings() {
      const [found, sources, schedules, datasets] = await Promise.all([
        alerts.settings(),
        catalog.sources(),
        catalog.schedules(),
        catalog.datasets(),
      ]);
      return {
        ...found,
        sources: sources.map(({ name, enabled }) => ({
          name,
          enabled,
          usual: usualSilence(schedules.filter((each) => each.enabled && each.source === name)),
        })),
        datasets: datasets.map(({ metadata }) => metadata.name),
      };
    },

    /** @throws Invalid for a name that there is not, Conflict when somebody else was faster */
    setAlertSettings: (request: z.infer<typeof SetAlertSettings>): Promise<void> =>
      transactions.run((tx) => changeAlertSettings(tx, request, ports)),

    webhook: webhookView,

    /** Address and key are sealed before they are stored, and never told again. @throws Invalid when it is turned on without an address */
    async setWebhook(change: z.infer<typeof SetWebhook>): Promise<WebhookView> {
      const address = change.address == null ? change.address : await secretBox.seal(change.address);
      const key = change.key == null ? change.key : await secretBox.seal(change.key);
      await transactions.run(async (tx) => {
        const before = await alerts.webhook(tx);
        const after = {
          enabled: change.enabled ?? before?.enabled ?? false,
          address: address === undefined ? before?.address : (address ?? undefined),
          key: key === undefined ? before?.key : (key ?? undefined),
        };
        if (after.enabled && after.address === undefined)
          throw new Invalid("a webhook without an address cannot be turned on: give the address too");
        await alerts.saveWebhook(tx, after);
        const told = (webhook: Partial<typeof after> | undefined) => ({
          enabled: webhook?.enabled ?? false,
          addressIs: webhook?.address === undefined ? "not set" : "set",
          keyIs: webhook?.key === undefined ? "not set" : "set",
        });
        const changed = [
          ...(change.address === undefined ? [] : ["address"]),
          ...(change.key === undefined ? [] : ["key"]),
        ];
        await catalog.audit(tx, {
          who: "local",
          what: "webhook set",
          subject: "webhook",
          before: told(before),
          after: { ...told(after), ...(changed.length > 0 ? { entered: changed } : {}) },
        });
      });
      return webhookView();
    },

    /** Sends a test now, once, whether or not the webhook is turned on. @throws Invalid where there is no address, or it cannot be opened */
    async testWebhook(): Promise<Sent> {
      const webhook = await alerts.webhook();
      if (webhook?.address === undefined)
        throw new Invalid("there is no webhook to test: give its address first");
      const id = randomUUID();
      return postEvent({ id, body: testEvent(id, ports.clock.now()) }, webhook, ports);
    },
  };
}

export interface ChangeAlertPorts {
  readonly alerts: Pick<Alerts, "settings" | "saveSettings">;
  readonly catalog: Pick<Catalog, "audit" | "everySource" | "datasets">;
}

/** As a person's change of the settings, in a transaction that does more. @throws Invalid for a name that there is not, Conflict when somebody else was faster */
export async function changeAlertSettings(
  tx: Tx,
  { version, settings }: z.infer<typeof SetAlertSettings>,
  { alerts, catalog }: ChangeAlertPorts,
): Promise<void> {
  const before = await alerts.settings(tx);
  if (before.version !== version)
    throw new Conflict(
      "somebody else changed these settings since they were shown: the page shows what stands now; keep what you typed on top of it, or take theirs",
    );
  // What is set of one that was removed stands until it is added again.
  refuseUnknown(Object.keys(settings.silentAfter), await catalog.everySource(tx), "source");
  const datasets = (await catalog.datasets(tx)).map(({ metadata }) => metadata);
  refuseUnknown(Object.keys(settings.lateAfterOf), datasets, "dataset");
  await alerts.saveSettings(tx, version, settings);
  await catalog.audit(tx, {
    who: "local",
    what: "alert settings",
    subject: "alerts",
    before: before.settings,
    after: settings,
  });
}

function refuseUnknown(
  names: readonly string[],
  known: readonly { readonly name: string }[],
  what: string,
): void {
  const unknown = names.find((name) => !known.some((each) => each.name === name));
  if (unknown !== undefined) throw new Invalid(`there is no ${what} "${unknown}"`);
}
