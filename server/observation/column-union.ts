import type { CanonicalColumn } from "./column";
import { commonDtype } from "./dtype";

const ORDER: Readonly<Record<CanonicalColumn["role"], number>> = {
  time: 0,
  latitude: 1,
  longitude: 2,
  variable: 3,
  metadata: 4,
};

/**
 * The columns of a window's file: the union of those that the maps of its deliveries declare, in the order of SEMANTICS 1. Where two maps
 * disagree about a type, integers become int64, other numbers float64 and everything else text; where one calls variable what another calls metadata,
 * it is a variable. Names that differ only in case are one column, as for everybody who reads the file with SQL.
 */
export function unionOfColumns(lists: readonly (readonly CanonicalColumn[])[]): CanonicalColumn[] {
  const byName = new Map<string, CanonicalColumn>();
  // The same in whatever order the deliveries come: the choice between two descriptions must not depend on it.
  for (const column of lists.flat().sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)))) {
    const folded = column.name.toLowerCase();
    const before = byName.get(folded);
    byName.set(folded, before ? reconcile(before, column) : column);
  }
  return [...byName.values()].sort((a, b) => ORDER[a.role] - ORDER[b.role] || compareText(a.name, b.name));
}

function reconcile(a: CanonicalColumn, b: CanonicalColumn): CanonicalColumn {
  const kept = ORDER[a.role] <= ORDER[b.role] ? a : b;
  return a.dtype === b.dtype ? kept : { ...kept, dtype: commonDtype(a.dtype, b.dtype) };
}

/** By UTF-8 bytes, as everything that decides about bytes of products. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
