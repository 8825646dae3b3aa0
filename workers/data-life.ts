import { type RestorePorts, restoreRound } from "../server/ingest/restore";
import { type ExportPorts, exportRound } from "../server/window/delete-after-export";
import { type RemovalPorts, removeDoomed } from "../server/window/delete-data";

export type DataLifePorts = RestorePorts & RemovalPorts & ExportPorts;

/**
 * What becomes of points and payloads: files of what was decided to go are deleted, points that due windows wait for are restored, and what is exported
 * goes where its dataset says so. Each part goes on after a kill from what the ledger says.
 * @param room not aborted while there is room for what is restored
 * @returns whether there may be more
 * @throws what the first part that failed threw, after the others
 */
export async function dataLifeRound(
  ports: DataLifePorts,
  draining: AbortSignal,
  room: AbortSignal,
): Promise<boolean> {
  const failed: unknown[] = [];
  // What fails in one part is not the others': late data must not wait for its points because a file cannot be deleted.
  const part = (work: Promise<boolean>) =>
    work.catch((error: unknown) => {
      failed.push(error);
      return false;
    });
  const removals = await part(removeDoomed(ports));
  const restores = !room.aborted && (await part(restoreRound(ports, AbortSignal.any([draining, room]))));
  const exports = !draining.aborted && (await part(exportRound(ports)));
  if (failed.length > 0) throw failed[0];
  return !draining.aborted && (removals || restores || exports);
}
