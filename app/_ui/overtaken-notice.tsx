import type { ReactNode, Ref } from "react";
import { Button } from "./button";
import { MarkGlyph } from "./mark";

/** Two people at one thing: says what somebody else has saved while this was typed, with the ways to go on. Live: it is read out as it comes. */
export function OvertakenNotice({
  children,
  actions,
  ref,
}: {
  children: ReactNode;
  /** Buttons: mine on top of theirs, or theirs alone. */
  actions: ReactNode;
  /** Where another part of the page brings the focus to. */
  ref?: Ref<HTMLDivElement>;
}) {
  return (
    <div
      ref={ref}
      tabIndex={ref ? -1 : undefined}
      role="alert"
      className="flex flex-col gap-2 rounded border border-stale/60 bg-stale-soft px-3 py-2"
    >
      <div className="flex items-start gap-2 text-stale">
        <MarkGlyph glyph="corner" tone="stale" />
        <div className="flex max-w-[80ch] min-w-0 flex-col gap-1 break-words">{children}</div>
      </div>
      <div className="flex flex-wrap gap-2">{actions}</div>
    </div>
  );
}

/** The same of a form of settings, with both values of each setting that was changed. */
export function ChangedElsewhere({
  what,
  keep,
  drop,
}: {
  /** Such as `windows of: 1 h, now 2 h`. */
  what: readonly string[];
  keep: () => void;
  drop: () => void;
}) {
  return (
    <OvertakenNotice
      actions={
        <>
          <Button onPress={keep}>Keep what I typed</Button>
          <Button onPress={drop}>Take theirs</Button>
        </>
      }
    >
      <p>
        Somebody else has changed these settings while you were typing
        {what.length === 0 ? ", and back again" : `: ${what.join("; ")}`}. What you have typed still stands in
        the fields.
      </p>
    </OvertakenNotice>
  );
}
