"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { RULE_WORDS } from "../../server/alert/model";
import { useTRPC } from "../_trpc/client";
import type { Alert } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { durationText } from "../_ui/format";
import { Instant, Nothing, Words } from "../_ui/instant";
import { Mark } from "../_ui/mark";
import { type Column, Table } from "../_ui/table";
import { toldWords } from "./alert-words";

export function AlertMark({ alert }: { alert: Pick<Alert, "resolvedAt" | "mutedAt"> }) {
  if (alert.resolvedAt !== undefined) return <Mark glyph="tick" tone="built" word="resolved" />;
  if (alert.mutedAt !== undefined) return <Mark glyph="pause" tone="empty" word="muted" />;
  return <Mark glyph="cross" tone="failed" word="open" />;
}

/** Mutes an open alert, or takes that back. */
export function Mute({ alert }: { alert: Alert }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const mute = useMutation(trpc.alert.mute.mutationOptions());
  const unmute = useMutation(trpc.alert.unmute.mutationOptions());
  const { act, pending } = useAct();
  const muted = alert.mutedAt !== undefined;
  const name = `${RULE_WORDS[alert.rule]}: ${alert.subject}`;
  const press = () =>
    act(async () => {
      await (muted ? unmute : mute).mutateAsync({ alert: alert.id });
      await queries.invalidateQueries(trpc.alert.pathFilter());
      return muted
        ? `${alert.subject} is no longer muted.`
        : `${alert.subject} is muted: nothing more is sent of this alert. Should it come again, that is a new one.`;
    });
  return (
    <Button onPress={press} pending={pending} label={`${muted ? "Unmute" : "Mute"} ${name}`}>
      {muted ? "Unmute" : "Mute"}
    </Button>
  );
}

function What({ alert }: { alert: Alert }) {
  return (
    <div className="max-w-[70ch] min-w-0">
      <span className="text-muted">{RULE_WORDS[alert.rule]}</span>{" "}
      <Link href={alert.href} className="link font-medium break-words">
        {alert.subject}
      </Link>
      <p className="break-words">
        <Words text={alert.sentence} />
      </p>
      {alert.resolution === undefined ? null : <p className="text-muted">{alert.resolution}</p>}
    </div>
  );
}

function Told({ alert }: { alert: Alert }) {
  const words = toldWords(alert);
  if (words.length === 0) return <Nothing word="not told" />;
  return (
    <ul className="max-w-[44ch]">
      {words.map((text) => (
        <li key={text} className="break-words">
          <Words text={text} />
        </li>
      ))}
    </ul>
  );
}

const SHARED: readonly Column<Alert>[] = [
  { head: "State", cell: (alert) => <AlertMark alert={alert} /> },
  { head: "What", cell: (alert) => <What alert={alert} /> },
  {
    head: "Since",
    cell: ({ since }) => (since === undefined ? <Nothing word="not known" /> : <Instant at={since} />),
  },
  { head: "Opened", cell: ({ openedAt }) => <Instant at={openedAt} /> },
];

const OPEN: readonly Column<Alert>[] = [
  ...SHARED,
  { head: "Webhook", cell: (alert) => <Told alert={alert} /> },
  { head: "", cell: (alert) => <Mute alert={alert} /> },
];

const PAST: readonly Column<Alert>[] = [
  ...SHARED,
  { head: "Resolved", cell: ({ resolvedAt }) => <Instant at={resolvedAt} /> },
  {
    head: "Lasted",
    number: true,
    cell: ({ openedAt, resolvedAt }) =>
      resolvedAt === undefined ? <Nothing /> : durationText(Math.max(0, resolvedAt - openedAt)),
  },
  { head: "Webhook", cell: (alert) => <Told alert={alert} /> },
];

export function AlertTable({
  label,
  alerts,
  past,
}: {
  label: string;
  alerts: readonly Alert[];
  past: boolean;
}) {
  return <Table label={label} columns={past ? PAST : OPEN} rows={alerts} rowKey={({ id }) => String(id)} />;
}
