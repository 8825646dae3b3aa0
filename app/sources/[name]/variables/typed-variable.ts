"use client";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isCellMethod } from "../../../../server/observation/cell-method";
import type { CanonicalVariable } from "../../../../server/observation/model";
import { parseDuration } from "../../../../server/observation/time";
import { unitFault } from "../../../../server/observation/unit-fault";
import { useTRPC } from "../../../_trpc/client";
import type { StandardName } from "../../../_trpc/outputs";
import { type Line, newVariable } from "./draft";

/** A variable as it is typed. */
export interface TypedTexts {
  readonly name: string;
  readonly unit: string;
  readonly level: string;
  readonly method: string;
  readonly period: string;
  readonly dtype: string;
}

export interface TypedVariable {
  readonly texts: TypedTexts;
  /** Whether anything is typed otherwise than it was begun from. */
  readonly edited: boolean;
  readonly set: (change: Partial<TypedTexts>) => void;
  /** What CF's table says of the name; undefined until it answers. */
  readonly known: StandardName | undefined;
  readonly variable: CanonicalVariable;
  readonly faultless: boolean;
  readonly faultAt: (field: keyof TypedTexts) => string | undefined;
  /** The variable, when CF's table has answered; or undefined: then what is wrong stands at its fields. */
  readonly finished: () => Promise<CanonicalVariable | undefined>;
}

type Faults = Partial<Record<keyof TypedTexts, string>>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

function nameFault(name: string, known: StandardName | undefined): string | undefined {
  if (name.trim() === "") return "give a CF standard name: search for a word of it";
  if (known?.kind !== "unknown") return undefined;
  const meant = known.suggestions.slice(0, 3).join(", ");
  return `CF's table has no such name${meant === "" ? "" : `; perhaps ${meant}`}`;
}

/** What is wrong with each field; by dimension for the unit, as soon as the name is known. */
export function faultsOf(texts: TypedTexts, known: StandardName | undefined): Faults {
  const name = nameFault(texts.name, known);
  const resolved = known && known.kind !== "unknown" ? known : undefined;
  const unit =
    texts.unit.trim() === ""
      ? "give a unit, or 1 for none"
      : unitFault(texts.unit, resolved?.canonicalUnit, resolved?.name, texts.method);
  return {
    ...(name ? { name } : {}),
    ...(unit ? { unit } : {}),
    ...(NUMBER.test(texts.level.trim()) ? {} : { level: "a number of metres, as 2 or 1.5" }),
    ...(isCellMethod(texts.method) ? {} : { method: "CF has no such cell method" }),
    ...(parseDuration(texts.period) === undefined ? { period: "write it as PT10M, PT1H or PT0S" } : {}),
  };
}

/** A variable that is being typed, with what CF says of its name. */
export function useTypedVariable(line: Line): TypedVariable {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const begun = line.variable ?? newVariable(line.column);
  const stood: TypedTexts = {
    name: begun.standard_name,
    unit: begun.cf_unit,
    level: String(begun.level),
    method: begun.method,
    period: begun.period,
    dtype: begun.dtype,
  };
  const [texts, setTexts] = useState(stood);
  const [tried, setTried] = useState(false);
  const name = texts.name.trim();
  const naming = trpc.mapDraft.name.queryOptions({ name });
  const asked = useQuery({ ...naming, enabled: name !== "", placeholderData: keepPreviousData });
  const known = name === "" || asked.isPlaceholderData ? undefined : asked.data;
  const resolved = known && known.kind !== "unknown" ? known : undefined;
  const faults = faultsOf(texts, known);
  const faultless = resolved !== undefined && Object.keys(faults).length === 0;
  const variable = {
    column: line.column,
    standard_name: resolved?.name ?? name,
    cf_unit: texts.unit.trim(),
    level: Number(texts.level),
    method: texts.method,
    period: texts.period.trim(),
    dtype: texts.dtype,
  };
  return {
    texts,
    edited: JSON.stringify(texts) !== JSON.stringify(stood),
    set: (change) => setTexts((before) => ({ ...before, ...change })),
    known,
    variable,
    faultless,
    // Of a name only when it is to be taken: while it is typed, none is known. Of the rest as soon as something stands there, or was taken away.
    faultAt: (field) =>
      tried || (field !== "name" && (texts[field].trim() !== "" || stood[field].trim() !== ""))
        ? faults[field]
        : undefined,
    finished: async () => {
      setTried(true);
      // Whoever is quicker than the answer waits for it.
      const answer = name === "" ? undefined : await queries.fetchQuery(naming);
      if (answer === undefined || answer.kind === "unknown") return undefined;
      const found = faultsOf(texts, answer);
      return Object.keys(found).length === 0 ? { ...variable, standard_name: answer.name } : undefined;
    },
  };
}
