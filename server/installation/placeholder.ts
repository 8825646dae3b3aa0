import type { Source } from "../ports/catalog";

/** Whether a map is that of a kind that does not exist yet. */
export function isPlaceholder(map: Source["map"]): boolean {
  return map.datetime.from_col === null && map.canonical_variables.length === 0;
}
