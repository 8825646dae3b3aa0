"use client";

import { Save, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { Loaded } from "../../../_trpc/loaded";
import type { MapJudgement } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { Panel } from "../../../_ui/page";
import { Touches } from "./touches";

/** What a draft would touch, and the means to put it in force or to let it go. */
export function DraftPanel({
  judged,
  pending,
  overtaken,
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
  /** What is said when another map came into force; then nothing is saved. */
  overtaken: ReactNode;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const { data, isPlaceholderData } = judged;
  const savable =
    !overtaken &&
    data !== undefined &&
    !isPlaceholderData &&
    data.faults.length === 0 &&
    data.changes.length > 0;
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
      <div className="flex flex-col gap-4">
        {overtaken}
        <Loaded query={judged}>{(judgement) => <Touches judgement={judgement} />}</Loaded>
      </div>
    </Panel>
  );
}
