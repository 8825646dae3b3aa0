import type { Cell } from "../ports/columnar";

/** A cell as JSON can carry it: instants are µs since the epoch, integers beyond 2^53 are text. */
export type JsonCell = Exclude<Cell, bigint>;

/** NaN and the infinities have no JSON. */
export function jsonCell(cell: Cell): JsonCell {
  if (typeof cell === "bigint") return cell.toString();
  return typeof cell === "number" && !Number.isFinite(cell) ? null : cell;
}
