"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "../_trpc/client";
import { failureOf } from "../_trpc/failure";
import { Loaded } from "../_trpc/loaded";
import type { WebhookSettings, WebhookTest } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { Field } from "../_ui/field";
import { Instant } from "../_ui/instant";
import { Mark } from "../_ui/mark";
import { Panel } from "../_ui/page";
import { useSay } from "../_ui/toast";
import { useUnsaved } from "../_ui/unsaved";

/** Where alerts are sent: what is entered is never shown again. */
export function WebhookPanel() {
  const trpc = useTRPC();
  const webhook = useQuery(trpc.alert.webhook.queryOptions());
  return (
    <Panel title="Webhook" note="Is told once when an alert opens, and once when it is over.">
      <Loaded query={webhook}>{(data) => <WebhookForm webhook={data} />}</Loaded>
    </Panel>
  );
}

function WebhookState({ webhook }: { webhook: WebhookSettings }) {
  if (webhook.enabled) return <Mark glyph="tick" tone="built" word="on" />;
  return <Mark glyph="pause" tone="empty" word={webhook.addressSet ? "off" : "not set"} />;
}

function WebhookForm({ webhook }: { webhook: WebhookSettings }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const set = useMutation(trpc.alert.setWebhook.mutationOptions());
  const { act, pending } = useAct();
  const [address, setAddress] = useState("");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  useUnsaved("what is typed for the webhook", address !== "" || key !== "");
  const change = (what: Parameters<typeof set.mutateAsync>[0], sentence: string) =>
    act(async () => {
      await set.mutateAsync(what);
      await queries.invalidateQueries(trpc.alert.pathFilter());
      setAddress("");
      setKey("");
      setTried(false);
      return sentence;
    });
  const wrong = {
    address:
      address !== "" && !/^https?:\/\/[^\s/]/i.test(address) ? "begin with http:// or https://" : undefined,
    key: key !== "" && key.length < 8 ? "give at least 8 characters" : undefined,
  };
  const submit = () => {
    setTried(true);
    if (wrong.address !== undefined || wrong.key !== undefined || (address === "" && key === "")) return;
    const entered = { ...(address === "" ? {} : { address }), ...(key === "" ? {} : { key }) };
    return change(
      { ...entered, ...(address !== "" && !webhook.addressSet ? { enabled: true } : {}) },
      "The webhook is saved. Send a test to see whether it arrives.",
    );
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-center gap-x-3">
        <WebhookState webhook={webhook} />
        {webhook.changedAt === undefined ? null : (
          <span className="text-muted">
            changed at <Instant at={webhook.changedAt} />
          </span>
        )}
      </p>
      <form
        aria-label="Webhook"
        className="flex flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field
          label="Address"
          secret
          value={address}
          onChange={setAddress}
          error={tried ? wrong.address : undefined}
          hint={webhook.addressSet ? "set, and not shown; enter another to replace it" : "not set"}
        />
        <Field
          label="Signing key"
          secret
          value={key}
          onChange={setKey}
          error={tried ? wrong.key : undefined}
          hint={
            webhook.keySet ? "set, and not shown; enter another to replace it" : "not set: nothing is signed"
          }
        />
        <div className="flex flex-wrap gap-2 pt-5">
          <Button type="submit" look="primary" pending={pending} disabled={address === "" && key === ""}>
            Save webhook
          </Button>
          {webhook.addressSet ? (
            <Button
              onPress={() =>
                change(
                  { enabled: !webhook.enabled },
                  webhook.enabled
                    ? "The webhook is off; what waited to be sent is withheld."
                    : "The webhook is on: it is told of what opens from now on.",
                )
              }
              pending={pending}
            >
              {webhook.enabled ? "Turn off" : "Turn on"}
            </Button>
          ) : null}
          {webhook.keySet ? (
            <Button onPress={() => change({ key: null }, "The signing key is removed.")} pending={pending}>
              Remove the key
            </Button>
          ) : null}
          {webhook.addressSet ? (
            <Button
              onPress={() =>
                change({ address: null, enabled: false }, "The address of the webhook is removed; it is off.")
              }
              pending={pending}
            >
              Remove the address
            </Button>
          ) : null}
        </div>
      </form>
      {webhook.addressSet ? <TestWebhook /> : null}
    </div>
  );
}

function TestWebhook() {
  const trpc = useTRPC();
  const test = useMutation(trpc.alert.testWebhook.mutationOptions());
  const say = useSay();
  const press = () =>
    test.mutate(undefined, {
      onSuccess: ({ ok }) =>
        say(
          ok ? "done" : "failed",
          ok ? "The test arrived." : "The test did not arrive; why stands below the button.",
        ),
      onError: (error) => say("failed", failureOf(error).message),
    });
  return (
    <div className="flex flex-col items-start gap-2">
      <Button onPress={press} pending={test.isPending}>
        <Send aria-hidden="true" className="size-3.5" />
        {test.isPending ? "Sending…" : "Send a test"}
      </Button>
      <div role="status">{test.data === undefined ? null : <TestResult sent={test.data} />}</div>
    </div>
  );
}

function TestResult({ sent }: { sent: WebhookTest }) {
  const took = `in ${sent.tookMs} ms`;
  return (
    <div className="flex max-w-[100ch] flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-2">
        {sent.ok ? (
          <Mark glyph="tick" tone="built" word={`arrived: status ${sent.status}, ${took}`} />
        ) : (
          <Mark
            glyph="cross"
            tone="failed"
            word={`${sent.check ?? "failed"}${sent.status === undefined ? "" : `: status ${sent.status}`}, ${took}`}
          />
        )}
      </p>
      {sent.error === undefined ? null : <p className="break-words">{sent.error}</p>}
      {sent.answer === "" ? (
        <p className="text-muted">The answer had no text.</p>
      ) : (
        <pre className="max-w-full overflow-x-auto rounded border bg-ground px-2 py-1 font-mono text-12 whitespace-pre-wrap">
          {sent.answer}
        </pre>
      )}
    </div>
  );
}
