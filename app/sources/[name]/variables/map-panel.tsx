"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import type { DataIngestionMap } from "../../../../server/observation/model";
import { useTRPC } from "../../../_trpc/client";
import { failureOf } from "../../../_trpc/failure";
import type { MapJudgement, MapSamples, VariableMap } from "../../../_trpc/outputs";
import { useAct } from "../../../_trpc/use-act";
import { Button } from "../../../_ui/button";
import { Confirm } from "../../../_ui/confirm";
import { Choice, Field } from "../../../_ui/field";
import { countText, plural } from "../../../_ui/format";
import { Span } from "../../../_ui/instant";
import { Panel } from "../../../_ui/page";
import { Empty, Failed } from "../../../_ui/states";
import type { SavedMap } from "./again-panel";
import { type Line, linesOf, type Meant, type Shown, shownLines } from "./draft";
import { DraftPanel } from "./draft-panel";
import { LineEditor } from "./line-editor";
import { MapTable } from "./map-table";
import { OvertakenDraft } from "./overtaken-draft";
import { DEFAULT_TYPE, useDraft } from "./use-draft";

/** A raw column that is being edited, and the map that stood when that began. */
interface Editing {
  readonly line: Line;
  readonly began: VariableMap;
}

/** The table of raw columns with a draft of its own: nothing is in force until it is saved. */
export function MapPanel({ of, onSaved }: { of: VariableMap; onSaved: (saved: SavedMap) => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { draft, from, takeOver, judged, samples, mean, begin, discard } = useDraft(of);
  const save = useMutation(trpc.variableMap.change.mutationOptions());
  const reset = useMutation(trpc.variableMap.reset.mutationOptions());
  const { act, pending } = useAct();
  const [editing, setEditing] = useState<Editing>();
  const [asking, setAsking] = useState(false);
  const done = async () => {
    discard();
    await queries.invalidateQueries(trpc.variableMap.pathFilter());
  };
  const onSave = () =>
    act(async () => {
      const { version, hash } = await save.mutateAsync({ source: of.source, from, map: draft });
      await done();
      onSaved({ version, hash });
      return `Version ${version} of the map is in force for what is collected from now on. What was ingested before stays until it is ingested again, below.`;
    });
  const onReset = () =>
    act(async () => {
      setAsking(false);
      const { version, hash } = await reset.mutateAsync({ source: of.source, from: of.hash });
      await done();
      onSaved({ version, hash });
      return `The plug-in's map is in force again, as version ${version}.`;
    });
  return (
    <>
      {judged ? (
        <DraftPanel
          judged={judged}
          pending={pending}
          overtaken={
            // While one saves, the version that comes is one's own.
            takeOver && !pending ? (
              <OvertakenDraft of={of} takeOver={takeOver} onTakeOver={() => begin(takeOver.map)} />
            ) : undefined
          }
          onSave={onSave}
          onDiscard={discard}
        />
      ) : null}
      <Panel
        title="Variables"
        note={<Sampled samples={samples.data} />}
        flush
        action={
          of.isDefault ? undefined : (
            <Button onPress={() => setAsking(true)} pending={pending}>
              <RotateCcw aria-hidden="true" className="size-3.5" />
              Reset to the default
            </Button>
          )
        }
      >
        <Lines
          of={of}
          draft={draft}
          judgement={judged?.data}
          samples={samples.data}
          onEdit={(line) => setEditing({ line, began: of })}
          onMean={mean}
        />
        {samples.error ? <Failed failure={failureOf(samples.error)} retry={() => samples.refetch()} /> : null}
      </Panel>
      {editing ? (
        <LineEditor
          line={editing.line}
          sampled={samples}
          onClose={() => setEditing(undefined)}
          onTake={(meant) => {
            mean(editing.line.column, meant, editing.began);
            setEditing(undefined);
          }}
        />
      ) : null}
      <Confirm
        open={asking}
        title="Reset the map to the default?"
        verb="Reset the map"
        onConfirm={onReset}
        onClose={() => setAsking(false)}
      >
        {`${plural(of.fromDefault.length, "field")} ${of.fromDefault.length === 1 ? "is" : "are"} set otherwise than the plug-in has ${of.fromDefault.length === 1 ? "it" : "them"}. The edited version is kept, and can be used again.${judged ? " What you have changed here and not saved is discarded." : ""}`}
      </Confirm>
    </>
  );
}

function Sampled({ samples }: { samples: MapSamples | undefined }) {
  if (samples === undefined) return "Reading the newest payload…";
  if (!samples.payload) return samples.missing;
  const { start, end, rows, more } = samples.payload;
  return (
    <>
      Cells of the newest payload, <Span start={start} end={end} />
      {`, ${more ? "first " : ""}${plural(rows, "row")}.`}
    </>
  );
}

/** So many columns fit a page without a search. */
const FEW = 12;

function Lines({
  of,
  draft,
  judgement,
  samples,
  onEdit,
  onMean,
}: {
  of: VariableMap;
  draft: DataIngestionMap;
  judgement: MapJudgement | undefined;
  samples: MapSamples | undefined;
  onEdit: (line: Line) => void;
  onMean: (column: string, meant: Meant) => void;
}) {
  const [words, setWords] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const lines = linesOf(draft, of, samples?.columns ?? []);
  const changed = new Set((judgement?.changes ?? []).map(({ column }) => column));
  const found = shownLines(lines, words, shown, changed);
  const remarks = [
    ...(judgement?.faults ?? []).map((each) => ({ ...each, fault: true })),
    ...(judgement?.notes ?? []).map((each) => ({ ...each, fault: false })),
  ];
  return (
    <>
      {lines.length > FEW ? (
        <div className="flex flex-wrap items-start gap-3 border-b px-3 py-2">
          <Field label="Find a column" value={words} onChange={setWords} />
          <Choice label="Show" value={shown} onChange={(value) => setShown(value as Shown)}>
            <option value="all">{`All (${countText(lines.length)})`}</option>
            <option value="mapped">{`Mapped (${countText(lines.filter(({ role }) => role !== "none").length)})`}</option>
            <option value="unmapped">{`Not mapped (${countText(lines.filter(({ role }) => role === "none").length)})`}</option>
            <option value="changed">{`Changed (${countText(changed.size)})`}</option>
          </Choice>
        </div>
      ) : null}
      {found.length === 0 ? (
        <Empty title="No such column">Nothing of the map or the newest payload is meant by this.</Empty>
      ) : (
        <MapTable
          lines={found}
          told={{
            changed,
            remarks,
            suggestions: samples?.suggestions ?? [],
            sampled: (samples?.columns.length ?? 0) > 0,
            onEdit,
            onAccept: ({ column, reason: _, ...variable }) => {
              const before = draft.canonical_variables.find((each) => each.column === column);
              const dtype = before?.dtype ?? DEFAULT_TYPE;
              onMean(column, { role: "variable", variable: { column, ...variable, dtype } });
            },
          }}
        />
      )}
    </>
  );
}
