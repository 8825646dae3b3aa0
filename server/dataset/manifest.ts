import type { CanonicalColumn } from "../observation/column";
import { formatInstant } from "../observation/time";
import type { Dataset } from "../ports/catalog";
import type { BuildPlan } from "../ports/ledger";

/** Of the code that decides about a file's bytes; raised when the same rows would give other bytes. It makes nothing stale. */
export const WRITER_VERSION = "ionbeam-dataset-1";

export interface ManifestFacts {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly stations: number;
  readonly columns: readonly CanonicalColumn[];
  readonly attributions: readonly { readonly licence: string; readonly attribution: string }[];
}

/** What stands beside a file: provenance, times, licences, and the roles of its columns. None of it is in the file, whose bytes follow from its rows. */
export function manifest(plan: BuildPlan, dataset: Dataset, facts: ManifestFacts): object {
  return {
    manifest_version: 1,
    writer: WRITER_VERSION,
    dataset: dataset.metadata,
    synthetic: dataset.synthetic,
    window: {
      start: formatInstant(plan.window.start),
      end: formatInstant(plan.window.end),
      span: plan.declaredSpan,
    },
    file: {
      name: facts.file,
      sha256: facts.sha256,
      bytes: facts.bytes,
      rows: facts.rows,
      stations: facts.stations,
    },
    identity: dataset.identity,
    mobile: dataset.mobile,
    columns: facts.columns,
    coverage: { share: plan.coverageShare, complete: plan.complete },
    licences: facts.attributions,
    desired_hash: plan.desiredHash,
    deliveries: plan.deliveries.map((delivery) => ({
      key: delivery.key,
      generation: delivery.generation,
      source: delivery.sourceName ?? null,
      priority: delivery.priority,
      collected_at: formatInstant(delivery.collectedAt),
      rows: delivery.rows,
      map_hash: delivery.mapHash,
    })),
    exclusions: plan.exclusions.map(({ id, reason }) => ({ id, reason })),
  };
}
