"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTRPC } from "../../../_trpc/client";
import { Loaded } from "../../../_trpc/loaded";
import type { LetterDetail } from "../../../_trpc/outputs";
import { bytesText, middleText } from "../../../_ui/format";
import { Instant, Words } from "../../../_ui/instant";
import { Page, Panel } from "../../../_ui/page";
import { SkeletonRows } from "../../../_ui/states";
import { LetterActions } from "../../letter-actions";
import { LetterMark } from "../../letter-mark";
import { LetterFacts } from "./letter-facts";
import { PayloadPanel } from "./payload-panel";

/** Why it lies here, what to do about it, and what follows when nobody does. */
function Why({ letter }: { letter: LetterDetail }) {
  return (
    <div className="flex max-w-[80ch] flex-col gap-3">
      <p className="break-words text-16">
        <Words text={letter.reason} />
      </p>
      {letter.discardedAt === undefined ? (
        <>
          <p>{letter.todo}</p>
          <p className="text-muted">
            <span className="font-medium text-ink">If it is discarded: </span>
            {letter.discarding}
          </p>
        </>
      ) : (
        <>
          <p>
            A person discarded it at <Instant at={letter.discardedAt} />: it is worked no more.{" "}
            {letter.discarding}
          </p>
          <p className="text-muted">
            Taken back, it is a dead letter again and can be replayed. What it names in our store is kept for
            that until <Instant at={letter.keptUntil} />.
          </p>
        </>
      )}
    </div>
  );
}

export function LetterScreen({ queue, id }: { queue: string; id: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const letter = useQuery(trpc.deadLetter.get.queryOptions({ queue, id }));
  const download = `/api/dead-letters/${encodeURIComponent(queue)}/${encodeURIComponent(id)}`;
  return (
    <Page
      above={
        <Link
          href={letter.data?.discardedAt === undefined ? "/dead-letters" : "/dead-letters?state=discarded"}
          className="link"
        >
          Dead letters
        </Link>
      }
      title={`Message ${middleText(id, 17)}`}
      sentence={
        letter.data ? (
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <LetterMark letter={letter.data} />
            <span>{letter.data.asks}</span>
          </span>
        ) : null
      }
      action={
        letter.data ? (
          <LetterActions
            letter={letter.data}
            primary
            // What is replayed is no letter any more.
            onDone={(verb) => (verb === "replay" ? router.push("/dead-letters") : undefined)}
          />
        ) : null
      }
    >
      <Loaded
        query={letter}
        skeleton={
          <Panel title="Why it lies here">
            <SkeletonRows rows={3} />
          </Panel>
        }
      >
        {(data) => (
          <>
            <Panel title="Why it lies here">
              <Why letter={data} />
            </Panel>
            <Panel
              title="What it belongs to"
              action={
                <Link href={`/audit?subject=${encodeURIComponent(id)}`} className="link text-13">
                  What people did with it
                </Link>
              }
            >
              <LetterFacts letter={data} />
            </Panel>
            <PayloadPanel queue={queue} id={id} />
            <Panel
              title="The message"
              note={`${bytesText(data.bytes)}${data.cut ? ", of which the beginning" : ""}`}
              action={
                <a href={download} className="link text-13" download>
                  Download
                </a>
              }
            >
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
                tabIndex={0}
                className="max-h-[480px] overflow-auto font-mono text-12 whitespace-pre-wrap break-all"
              >
                {data.text}
                {data.cut ? "\n…" : ""}
              </pre>
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}
