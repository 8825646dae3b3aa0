"use client";

import { useState } from "react";
import { canonicalName } from "../../../../server/observation/canonical-name";
import { failureOf } from "../../../_trpc/failure";
import { Button } from "../../../_ui/button";
import { Cards } from "../../../_ui/cards";
import { WorkDialog } from "../../../_ui/dialog";
import { Choice } from "../../../_ui/field";
import { useSay } from "../../../_ui/toast";
import { useUnsaved } from "../../../_ui/unsaved";
import type { Line, Meant } from "./draft";
import { NameField } from "./name-field";
import { SampleCells, type Sampled } from "./sample-cells";
import { type TypedVariable, useTypedVariable } from "./typed-variable";
import { VariableFields } from "./variable-fields";

const ATTRIBUTE_TYPES = ["string", "int64", "int32", "float64", "bool"];

const ROLES = [
  { value: "variable", word: "Variable", help: "A measured value with a CF name and a unit." },
  { value: "attribute", word: "Attribute", help: "Said about the station or the row, kept as it is." },
  { value: "none", word: "Not mapped", help: "Stays in the raw payload alone." },
] as const;

/** One raw column: what it is, its name in CF, unit, level, method, period and type, with what becomes of real cells. */
export function LineEditor({
  line,
  sampled,
  onTake,
  onClose,
}: {
  line: Line;
  sampled: Sampled;
  onTake: (meant: Meant) => void;
  onClose: () => void;
}) {
  const begun = line.role === "attribute" ? "attribute" : "variable";
  const [role, setRole] = useState<Meant["role"]>(begun);
  const [dtype, setDtype] = useState(line.dtype ?? "string");
  const typed = useTypedVariable(line);
  const say = useSay();
  const unsaved = role !== begun || typed.edited || dtype !== (line.dtype ?? "string");
  useUnsaved(`what is typed for the raw column ${line.column}`, unsaved);
  const take = async () => {
    if (role === "none") return onTake({ role });
    if (role === "attribute") return onTake({ role, dtype });
    try {
      const variable = await typed.finished();
      if (variable) onTake({ role, variable });
    } catch (error) {
      say("failed", failureOf(error).message);
    }
  };
  return (
    <WorkDialog title={`Raw column ${line.column}`} unsaved={unsaved} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          take();
        }}
      >
        <Cards label="What it is" value={role} onChange={setRole} cards={ROLES} />
        {role === "variable" ? <VariablePart line={line} sampled={sampled} typed={typed} /> : null}
        {role === "attribute" ? (
          <Choice label="Type" value={dtype} onChange={setDtype}>
            {[...new Set([dtype, ...ATTRIBUTE_TYPES])].map((type) => (
              <option key={type}>{type}</option>
            ))}
          </Choice>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary">
            Take into the draft
          </Button>
          <Button onPress={onClose}>Leave as it was</Button>
        </div>
      </form>
    </WorkDialog>
  );
}

function VariablePart({ line, sampled, typed }: { line: Line; sampled: Sampled; typed: TypedVariable }) {
  const { texts, set, faultAt, known, variable } = typed;
  return (
    <>
      <NameField
        value={texts.name}
        onChange={(name) => set({ name })}
        known={known}
        error={faultAt("name")}
      />
      <VariableFields texts={texts} set={set} faultAt={faultAt} />
      <SampleCells
        line={line}
        sampled={sampled}
        unit={variable.cf_unit}
        canonicalUnit={known && known.kind !== "unknown" ? known.canonicalUnit : undefined}
        measured={variable}
      />
      {typed.faultless ? (
        <p className="text-12 text-muted">
          Makes the column <span className="font-mono break-all text-ink">{canonicalName(variable)}</span>
        </p>
      ) : null}
    </>
  );
}
