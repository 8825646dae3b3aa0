import Link from "next/link";
import type { ReactNode } from "react";
import type { LetterDetail } from "../../../_trpc/outputs";
import { bytesText, countText } from "../../../_ui/format";
import { Identifier } from "../../../_ui/identifier";
import { Instant, Nothing, Span } from "../../../_ui/instant";
import { Facts } from "../../../_ui/table";
import { RunStateMark } from "../../../sources/run-state";
import { windowsHref } from "../../../windows/window-href";
import { WINDOW_STATE_NAMES, WINDOW_STATES } from "../../../windows/window-state";
import { QueueName } from "../../queue-name";

type Fact = readonly [name: string, value: ReactNode];

/** What the line knows of a letter; what it does not know is left out. */
export function LetterFacts({ letter }: { letter: LetterDetail }) {
  const { about, run, source, deliveries } = letter;
  const facts: readonly (Fact | undefined)[] = [
    ["Queue", <QueueName key="queue" name={letter.queue} />],
    ["Id", <Identifier key="id" text={letter.id} what="the id" />],
    ["Lane", letter.lane],
    source === undefined
      ? undefined
      : [
          "Source",
          <Link key="source" href={`/sources/${encodeURIComponent(source)}`} className="link">
            {source}
          </Link>,
        ],
    run === undefined ? undefined : ["Run", <RunStateMark key="run" run={run} />],
    about.dataset === undefined
      ? undefined
      : [
          "Dataset",
          <Link key="dataset" href={`/datasets/${encodeURIComponent(about.dataset)}`} className="link">
            {about.dataset}
          </Link>,
        ],
    about.range === undefined
      ? undefined
      : [
          "Time",
          <span key="time" className="[&>span]:whitespace-normal">
            <Span {...about.range} />
          </span>,
        ],
    about.dataset === undefined || about.range === undefined
      ? undefined
      : ["Windows of that time", <Windows key="windows" letter={letter} />],
    deliveries.length === 0
      ? undefined
      : ["Delivery", deliveries.map((key) => <Identifier key={key} text={key} what="the delivery's key" />)],
    letter.file === undefined ? undefined : ["File", <NamedFile key="file" file={letter.file} />],
    ["Received", <Instant key="received" at={letter.receivedAt} />],
    ["Attempts", countText(letter.attempts)],
    ["Set aside", <Instant key="dead" at={letter.deadAt} />],
    letter.discardedAt === undefined
      ? undefined
      : ["Discarded", <Instant key="discarded" at={letter.discardedAt} />],
  ];
  return <Facts facts={facts.filter((fact) => fact !== undefined)} />;
}

function Windows({ letter: { about, windows } }: { letter: LetterDetail }) {
  const { dataset, range } = about;
  if (dataset === undefined || range === undefined) return null;
  const words = WINDOW_STATE_NAMES.flatMap((state) => {
    const count = windows[state] ?? 0;
    return count === 0 ? [] : [`${countText(count)} ${WINDOW_STATES[state].word}`];
  });
  if (words.length === 0) return <Nothing word="none yet" />;
  return (
    <Link href={windowsHref(dataset, range)} className="link">
      {words.join(", ")}
    </Link>
  );
}

function NamedFile({ file }: { file: NonNullable<LetterDetail["file"]> }) {
  return (
    <span className="flex flex-col">
      <Identifier text={file.location} length={28} what="the path" />
      <span className="text-muted">
        {file.own
          ? file.bytes === undefined
            ? "not there any more"
            : `${bytesText(file.bytes)}, in our store`
          : "outside our store"}
      </span>
    </span>
  );
}
