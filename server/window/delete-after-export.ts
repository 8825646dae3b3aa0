import { MINUTE, type Micros } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { RetentionRuns } from "../ports/retention";
import type { TimeSeries } from "../ports/time-series";
import { type Decided, type DeletionPorts, decideDeletion } from "./delete-data";

export interface ExportPorts extends DeletionPorts {
  readonly catalog: Pick<Catalog, "dataset">;
  readonly timeSeries: Pick<TimeSeries, "bytes">;
  readonly retentionRuns: Pick<RetentionRuns, "note">;
}

const BATCH = 64;

/** A delivery that must stay is looked at again after this long. */
const LOOK_AGAIN: Micros = 10 * MINUTE;

/**
 * Of datasets that delete after export: decides which points go because all their windows are settled, built and projected (SEMANTICS 4,
 * *Deleting*); payloads stay. Costs what has points and is due to be looked at, never history; the files go by `removeDoomed`.
 * @returns whether there may be more
 */
export async function exportRound(ports: ExportPorts): Promise<boolean> {
  const due = await ports.life.exportDue(BATCH);
  for (const name of new Set(due.map(({ dataset }) => dataset))) {
    const { settings } = await ports.catalog.dataset(name);
    const ids = due.filter(({ dataset }) => dataset === name).map(({ id }) => id);
    const rule = { kind: "export", subjectToChange: settings.subjectToChange } as const;
    const decided = await decideDeletion(name, ids, rule, ports);
    await lookAgainLater(decided, ports);
    await note(name, decided, ports);
  }
  return due.length >= BATCH;
}

/** Counted while the files are still there; a kill before that loses the count and nothing else. */
async function note(dataset: string, { removed, points }: Decided, ports: ExportPorts): Promise<void> {
  if (removed.length === 0) return;
  const bytes = await ports.timeSeries.bytes(points);
  await ports.retentionRuns.note({
    dataset,
    kind: "export",
    error: undefined,
    removed: removed.length,
    bytes,
  });
}

async function lookAgainLater({ stays }: Decided, ports: ExportPorts): Promise<void> {
  if (stays.size === 0) return;
  await ports.transactions.run(async (tx) => {
    const now = await ports.ledger.now(tx);
    await ports.life.lookAtExport(tx, [...stays.keys()], now + LOOK_AGAIN);
  });
}
