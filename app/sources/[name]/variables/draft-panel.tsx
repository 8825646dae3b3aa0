"use client";

import { Save, Undo2 } from "lucide-react";
import { Loaded } from "../../../_trpc/loaded";
import type { MapJudgement } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { Panel } from "../../../_ui/page";
import { Touches } from "./touches";

/** What a draft would touch, and the means to put it in force or to let it go. */
export function DraftPanel({
  judged,
  pending,
  onSave,
  onDiscard,
}: {
  judged: {
    readonly data: MapJudgement | undefined;
    readonly error: unknown;
    readonly isPlaceholderData: boolean;
    readonly refetch: () => unknown;
  };
  pending: boolean;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const { data, isPlaceholderData } = judged;
  const savable =
    data !== undefined && !isPlaceholderData && data.faults.length === 0 && data.changes.length > 0;
  return (
    <Panel
      title="The draft"
      note="Not in force yet."
      action={
        <span className="flex flex-wrap gap-2">
          <Button onPress={onDiscard}>
            <Undo2 aria-hidden="true" className="size-3.5" />
            Discard
          </Button>
          <Button look="primary" onPress={onSave} pending={pending} disabled={!savable}>
            <Save aria-hidden="true" className="size-3.5" />
            Save the map
          </Button>
        </span>
      }
    >
      <Loaded query={judged}>{(judgement) => <Touches judgement={judgement} />}</Loaded>
    </Panel>
  );
}
