/**
 * Named places between two writes of the line. Nothing happens there unless a test arms one, which then kills the process: so each order of
 * "written" and "not yet written" can be tried on the real adapters.
 */
export const FAIL_POINTS = [
  "source.before-settle",
  "source.before-commit",
  "source.after-commit",
  "ingest.payload-copied",
  "ingest.received",
  "ingest.points-written",
  "ingest.series-written",
  "ingest.before-settle",
  "ingest.before-commit",
  "ingest.after-commit",
  "window.before-settle",
  "window.before-commit",
  "window.after-commit",
  "build.begun",
  "build.merged",
  "build.file-stored",
  "build.manifest-stored",
  "build.before-commit",
  "build.after-commit",
  "coverage.manifest-stored",
  "projection.before-settle",
  "projection.before-commit",
  "projection.after-commit",
  "day.written",
  "day.announced",
  "day.stored",
  "day.committed",
  "show.shown",
  "relay.published",
  "cancel.before-stop",
  "series.merged",
  "series.announced",
  "series.shared-stored",
  "series.moved",
  "retention.unlinked",
  "life.points-doomed",
  "life.points-removed",
  "life.payload-doomed",
  "life.payload-removed",
  "life.points-restored",
  "life.series-restored",
  "life.restore-committed",
  "reingestion.before-commit",
  "reingestion.asked",
  "files.before-rename",
  "files.after-rename",
] as const;

/** Those of `ionbeam backup` and `ionbeam restore`, which run beside the line. */
export const BACKUP_FAIL_POINTS = [
  "backup.file-copied",
  "backup.files-copied",
  "backup.database-dumped",
  "backup.before-named",
  "restore.file-placed",
  "restore.files-placed",
  "restore.table-filled",
  "restore.database-loaded",
  "recover.installed",
  "recover.ingested",
  "recover.payloads-ingested",
] as const;

const armed = new Map<string, () => void>();

/** Passes a named place. */
export function failPoint(name: string): void {
  armed.get(name)?.();
}

/** Sets what happens at a place. @throws RangeError for a place that does not exist */
export function armFailPoint(name: string, action: () => void): void {
  if (![...FAIL_POINTS, ...BACKUP_FAIL_POINTS].some((each) => each === name))
    throw new RangeError(`there is no fail point "${name}"`);
  armed.set(name, action);
}
