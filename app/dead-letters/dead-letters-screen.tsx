"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Fragment } from "react";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { DeadLetter } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { countText, plural } from "../_ui/format";
import { Identifier } from "../_ui/identifier";
import { Instant } from "../_ui/instant";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";

type Key = Pick<DeadLetter, "queue" | "id">;

/** Most keys that one request may name. */
const MOST = 500;

function useReplay() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const replay = useMutation(trpc.deadLetter.replay.mutationOptions());
  const { act, pending } = useAct();
  const press = (letters: readonly Key[]) =>
    act(async () => {
      const keys = letters.slice(0, MOST).map(({ queue, id }) => ({ queue, id }));
      const count = await replay.mutateAsync({ keys });
      await queries.invalidateQueries(trpc.deadLetter.pathFilter());
      return `${plural(count, "message")} replayed under ${count === 1 ? "its own id" : "their own ids"}.`;
    });
  return { press, pending };
}

function Replay({ letter }: { letter: DeadLetter }) {
  const { press, pending } = useReplay();
  return (
    <Button onPress={() => press([letter])} pending={pending} label={`Replay message ${letter.id}`}>
      Replay
    </Button>
  );
}

/** Broken at its dots only. */
function QueueName({ name }: { name: string }) {
  return (
    <span className="font-mono text-12">
      {name.split(".").map((part, place, parts) => (
        <Fragment key={parts.slice(0, place + 1).join(".")}>
          {part}
          {place < parts.length - 1 ? "." : ""}
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}

const COLUMNS: readonly Column<DeadLetter>[] = [
  {
    head: "Reason",
    cell: ({ reason, body }) => (
      <div className="flex max-w-[64ch] min-w-0 flex-col gap-1">
        <span className="text-failed">{reason}</span>
        <details>
          <summary className="cursor-pointer text-muted">The message</summary>
          <pre className="mt-1 max-h-72 overflow-auto rounded bg-raised p-2 font-mono text-12 whitespace-pre-wrap break-all">
            {JSON.stringify(body, null, 2)}
          </pre>
        </details>
      </div>
    ),
  },
  { head: "Queue", cell: ({ queue }) => <QueueName name={queue} /> },
  { head: "Id", cell: ({ id }) => <Identifier text={id} what="the id" /> },
  { head: "Attempts", number: true, cell: ({ attempts }) => countText(attempts) },
  { head: "Received", cell: ({ receivedAt }) => <Instant at={receivedAt} /> },
  { head: "Set aside", cell: ({ deadAt }) => <Instant at={deadAt} /> },
  { head: "", cell: (letter) => <Replay letter={letter} /> },
];

export function DeadLettersScreen() {
  const trpc = useTRPC();
  const letters = useInfiniteQuery(
    trpc.deadLetter.list.infiniteQueryOptions({}, { getNextPageParam: (page) => page.next }),
  );
  const { press, pending } = useReplay();
  const items = letters.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="Dead letters"
      sentence="Messages that can never succeed as they are, each with its reason. Mend the cause, then replay them."
      action={
        items.length > 1 ? (
          <Button look="primary" pending={pending} onPress={() => press(items)}>
            {`Replay ${plural(Math.min(items.length, MOST), "message")}`}
          </Button>
        ) : null
      }
    >
      <Panel title="Dead letters" flush>
        <Loaded query={letters}>
          {() =>
            items.length === 0 ? (
              <Empty title="No dead letters">
                All is well: every message could be worked, or will be tried again by itself. One that never
                can would stand here with its reason and a way to replay it.
              </Empty>
            ) : (
              <Table
                label="Dead letters"
                columns={COLUMNS}
                rows={items}
                rowKey={({ queue, id }) => `${queue} ${id}`}
              />
            )
          }
        </Loaded>
        <More query={letters} />
      </Panel>
    </Page>
  );
}
