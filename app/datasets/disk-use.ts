import type { DiskUse } from "../_trpc/outputs";

/** Kinds in the order of the line, as people call them. */
export const KINDS = [
  ["payloads", "Payloads"],
  ["points", "Points"],
  ["files", "Current files"],
  ["superseded", "Superseded files"],
  ["products", "Products"],
  ["leftovers", "Left over"],
] as const;

/** Bytes of a dataset's files, of one kind or of all; undefined where nothing was measured yet. */
export function bytesOf(
  uses: readonly DiskUse[],
  dataset: string,
  kind?: DiskUse["kind"],
): number | undefined {
  const chosen = uses.filter((use) => use.dataset === dataset && (kind === undefined || use.kind === kind));
  return chosen.length === 0 ? undefined : chosen.reduce((sum, { bytes }) => sum + bytes, 0);
}
