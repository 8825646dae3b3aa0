import { type RestorePorts, restoreRound } from "../server/ingest/restore";
import { type ExportPorts, exportRound } from "../server/window/delete-after-export";
import { type RemovalPorts, removeDoomed } from "../server/window/delete-data";

export type DataLifePorts = RestorePorts & RemovalPorts & ExportPorts;

/**
 * What becomes of points and payloads: files of what was decided to go are deleted, points that due windows wait for are restored, and what is exported
 * goes where its dataset says so. Each part goes on after a kill from what the ledger says.
 * @param room not aborted while there is room for what is restored
 * @returns whether there may be more
 */
export async function dataLifeRound(
  ports: DataLifePorts,
  draining: AbortSignal,
  room: AbortSignal,
): Promise<boolean> {
  const removals = await removeDoomed(ports);
  const restores = !room.aborted && (await restoreRound(ports, AbortSignal.any([draining, room])));
  const exports = !draining.aborted && (await exportRound(ports));
  return !draining.aborted && (removals || restores || exports);
}
