import { canonicalDtype } from "../../../../server/observation/dtype";
import type { DataIngestionMap } from "../../../../server/observation/model";
import { type Meant, withColumn } from "./draft";

/** What a draft is put on, when the map that it was begun from is in force no more. */
export interface TakeOver {
  /** The map in force with the draft's own changes on it. */
  readonly map: DataIngestionMap;
  /** Raw columns that the map in force has otherwise than the draft was begun from. */
  readonly theirs: readonly string[];
  /** Those that the draft changes too, to something else: the draft's stands in `map`. */
  readonly both: readonly string[];
}

/**
 * Puts a draft's changes on the map that somebody else saved meanwhile, raw column by raw column.
 * @param begun the map that the draft was begun from @param inForce the one that holds now
 */
export function takenOver(
  begun: DataIngestionMap,
  draft: DataIngestionMap,
  inForce: DataIngestionMap,
): TakeOver {
  const mine = changedColumns(begun, draft);
  const theirs = changedColumns(begun, inForce);
  const otherwise = new Set(changedColumns(draft, inForce));
  return {
    map: mine.reduce((map, column) => withColumn(map, column, meantIn(draft, column)), inForce),
    theirs,
    both: theirs.filter((column) => mine.includes(column) && otherwise.has(column)),
  };
}

/** Raw columns that two maps mean otherwise. The axes are those of the source's kind: nobody changes them. */
function changedColumns(before: DataIngestionMap, after: DataIngestionMap): readonly string[] {
  const names = [before, after].flatMap(({ canonical_variables, metadata_variables }) =>
    [...canonical_variables, ...metadata_variables].map(({ column }) => column),
  );
  return [...new Set(names)].filter((column) => textOf(before, column) !== textOf(after, column));
}

function meantIn({ canonical_variables, metadata_variables }: DataIngestionMap, column: string): Meant {
  const variable = canonical_variables.find((each) => each.column === column);
  if (variable) return { role: "variable", variable };
  const attribute = metadata_variables.find((each) => each.column === column);
  return attribute ? { role: "attribute", dtype: attribute.dtype } : { role: "none" };
}

/** Types have several spellings, and the keys of a line no order. */
function textOf(map: DataIngestionMap, column: string): string {
  const meant = meantIn(map, column);
  const line = meant.role === "variable" ? meant.variable : meant;
  const type = "dtype" in line ? { dtype: canonicalDtype(line.dtype) ?? line.dtype } : {};
  return JSON.stringify([meant.role, Object.entries({ ...line, ...type }).sort()]);
}
