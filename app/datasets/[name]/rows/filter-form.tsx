"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { BrowsedRows } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { Choice, Field } from "../../../_ui/field";
import { readTyped, TYPED_FORM } from "../../../_ui/typed-time";
import { unitOf } from "../column-table";

type Column = BrowsedRows["columns"][number];
type Test = keyof typeof WORDS;

export interface RowFilter {
  readonly column: string;
  readonly test: Test;
  readonly value: string;
}

const WORDS = {
  "at-least": "is at least",
  "at-most": "is at most",
  equals: "equals",
  from: "from",
  before: "before",
  is: "is",
  contains: "contains",
  missing: "is missing",
  present: "is there",
} as const;

/** What each kind of column can be asked; the server knows the same and refuses the rest. */
const TESTS: Readonly<Record<Column["kind"], readonly Test[]>> = {
  time: ["from", "before", "missing", "present"],
  number: ["at-least", "at-most", "equals", "missing", "present"],
  truth: ["is", "missing", "present"],
  text: ["is", "contains", "missing", "present"],
};

/** Filters by column: those that are on, and a line for one more. All of them must hold. */
export function FilterForm({
  columns,
  filters,
  onChange,
}: {
  columns: readonly Column[];
  filters: readonly RowFilter[];
  onChange: (filters: readonly RowFilter[]) => void;
}) {
  const [draft, setDraft] = useState<{ column: string; test: Test; value: string }>();
  const [tried, setTried] = useState(false);
  const column = columns.find(({ name }) => name === draft?.column) ?? columns[0];
  if (!column) return null;
  const tests = TESTS[column.kind];
  const test = draft && tests.includes(draft.test) ? draft.test : (tests[0] ?? "present");
  const value = draft?.value ?? "";
  const edit = (change: Partial<RowFilter>) => setDraft({ column: column.name, test, value, ...change });
  const wrong = wrongValue(column, test, value);
  const add = () => {
    setTried(true);
    if (wrong !== undefined) return;
    onChange([...filters, { column: column.name, test, value: needsValue(test) ? value.trim() : "" }]);
    setDraft({ column: column.name, test, value: "" });
    setTried(false);
  };
  return (
    <div className="flex flex-col gap-2 border-b p-3">
      <form
        aria-label="Filter of rows"
        className="flex flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Choice label="Column" value={column.name} onChange={(name) => edit({ column: name })}>
          {columns.map((each) => (
            <option key={each.name} value={each.name}>
              {nameOf(each)}
            </option>
          ))}
        </Choice>
        <Choice label="Test" value={test} onChange={(chosen) => edit({ test: chosen as Test })}>
          {tests.map((each) => (
            <option key={each} value={each}>
              {WORDS[each]}
            </option>
          ))}
        </Choice>
        {needsValue(test) ? (
          <Field
            label={`Value${valueUnit(column)}`}
            value={value}
            onChange={(text) => edit({ value: text })}
            error={tried ? wrong : undefined}
          />
        ) : null}
        <div className="pt-5">
          <Button type="submit" disabled={filters.length >= 10}>
            Add filter
          </Button>
        </div>
      </form>
      {filters.length > 0 ? (
        <ul aria-label="Filters" className="flex flex-wrap gap-2">
          {filters.map((filter, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same filter may stand twice
            <li key={place}>
              <AriaButton
                onPress={() => onChange(filters.filter((_, other) => other !== place))}
                className="inline-flex min-h-6 cursor-pointer items-center gap-1 rounded border border-accent bg-accent-soft px-2 text-13"
              >
                {words(filter, columns)}
                <X aria-hidden="true" className="size-3.5" />
                <span className="sr-only">, take away</span>
              </AriaButton>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

const needsValue = (test: Test) => test !== "missing" && test !== "present";

/** What is wrong with a value as it is typed; undefined: nothing. */
function wrongValue({ kind }: Column, test: Test, value: string): string | undefined {
  if (!needsValue(test)) return undefined;
  const text = value.trim();
  if (kind === "number")
    return text !== "" && Number.isFinite(Number(text)) ? undefined : "write a number: 12.5";
  if (kind === "time") return readTyped(text) === undefined ? TYPED_FORM : undefined;
  if (kind === "truth") return /^(true|false)$/i.test(text) ? undefined : "write true or false";
  return text === "" ? "write what to look for" : undefined;
}

function nameOf({ name, standardName, level, method, role }: Column): string {
  if (role !== "variable") return name;
  const rest = [level === undefined ? "" : `${level} m`, method === "point" ? "" : (method ?? "")];
  return [standardName ?? name, ...rest].filter(Boolean).join(", ");
}

function valueUnit(column: Column): string {
  const unit = unitOf(column);
  return unit === "" ? "" : ` (${unit})`;
}

function words({ column, test, value }: RowFilter, columns: readonly Column[]): string {
  const found = columns.find(({ name }) => name === column);
  const unit = found && needsValue(test) ? unitOf(found) : "";
  return [found ? nameOf(found) : column, WORDS[test], value, unit].filter(Boolean).join(" ");
}
