import type { CanonicalColumn } from "../observation/column";
import type { Interval } from "../observation/interval";
import { formatDuration, formatInstant } from "../observation/time";
import type { Dataset } from "../ports/catalog";
import type { BuildPlan, BuildResult, DesiredDelivery } from "../ports/ledger";
import type { Coverage, Exclusion } from "../window/model";
import { licences, type Rights } from "./rights";

/** Of the code that decides about a file's bytes; raised when the same rows would give other bytes. It makes nothing stale. */
export const WRITER_VERSION = "ionbeam-dataset-1";

/** What the written file itself tells. */
export interface ManifestFacts extends Pick<Extract<BuildResult, { kind: "built" }>, "bbox" | "observed"> {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly stations: number;
  readonly columns: readonly CanonicalColumn[];
  /** Of the sources that are ours, by name. */
  readonly rights: ReadonlyMap<string, Rights>;
}

/**
 * What stands beside a file (SEMANTICS 4, *Bytes of a product*): provenance, times, licences, the roles of its columns, and all that is needed to
 * make the ledger again when the database is lost (`ionbeam restore --from-manifests`). None of it is in the file, whose bytes follow from its rows. It follows from the facts alone, never from the instant of the build: the same desired
 * set and coverage of the same revision give the same manifest. Instants with `Z`; bbox is [west, south, east, north] in degrees.
 */
export function manifest(plan: BuildPlan, dataset: Dataset, facts: ManifestFacts): object {
  const deliveries = [...plan.deliveries].sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    manifest_version: 3,
    writer: WRITER_VERSION,
    // A build whose bytes are those of the current revision makes none of its own.
    revision: plan.current?.sha256 === facts.sha256 ? plan.current.revision : plan.lastRevision + 1,
    dataset: dataset.metadata,
    synthetic: dataset.synthetic,
    licences: licences(
      deliveries.map(({ sourceName }) => sourceName),
      facts.rights,
      dataset,
    ),
    window: { ...shown(plan.window), span: plan.declaredSpan },
    file: {
      name: facts.file,
      sha256: facts.sha256,
      bytes: facts.bytes,
      rows: facts.rows,
      stations: facts.stations,
      // Instants of the first and the last row, both in the file.
      observed: facts.observed
        ? { first: formatInstant(facts.observed.start), last: formatInstant(facts.observed.end) }
        : null,
      bbox: facts.bbox ?? null,
    },
    identity: dataset.identity,
    mobile: dataset.mobile,
    settings: settingsEntry(dataset),
    columns: facts.columns,
    coverage: coverageEntry({ share: plan.coverageShare, complete: plan.complete, gaps: plan.gaps }),
    desired_hash: plan.desiredHash,
    map_hashes: [...new Set(deliveries.map(({ mapHash }) => mapHash))].sort(),
    maps: plan.maps,
    deliveries: deliveries.map(deliveryEntry),
    exclusions: plan.exclusions.map(exclusionEntry),
  };
}

/** How far the claims of deliveries cover the window, as the manifest says it. */
export function coverageEntry(coverage: Coverage): object {
  return { share: coverage.share, complete: coverage.complete, gaps: coverage.gaps.map(shown) };
}

/** The manifest's text. Its name comes from it, so a manifest that is there is never written over by another. */
export function manifestText(said: object): string {
  return `${JSON.stringify(said, null, 2)}\n`;
}

function deliveryEntry(delivery: DesiredDelivery): object {
  return {
    key: delivery.key,
    source: delivery.sourceName ?? null,
    priority: delivery.priority,
    interval: shown(delivery.interval),
    claim: delivery.claim ? shown(delivery.claim) : null,
    payload_sha256: delivery.payloadSha256,
    payload_key: delivery.payloadKey,
    generation: delivery.generation,
    ordinal: delivery.ordinal,
    map_hash: delivery.mapHash,
    map_version: delivery.mapVersion,
    collected_at: formatInstant(delivery.collectedAt),
    received_at: formatInstant(delivery.receivedAt),
    ingested_at: formatInstant(delivery.ingestedAt),
    rows: delivery.rows,
    stations: delivery.stations,
  };
}

/** Of the catalogue, what a ledger made from manifests needs to judge windows and ingest as before. */
function settingsEntry({ settings, floor, personal, licence, attribution }: Dataset): object {
  const { policy } = settings;
  return {
    build_after: policy.kind === "build-after" ? formatDuration(policy.after) : null,
    floor: formatInstant(floor),
    personal,
    licence,
    attribution,
  };
}

function exclusionEntry({ id, station, variable, box, time, reason }: Exclusion): object {
  return {
    id,
    reason,
    station: station ?? null,
    variable: variable ?? null,
    box: box ?? null,
    ...shown(time),
  };
}

function shown({ start, end }: Interval): { readonly start: string; readonly end: string } {
  return { start: formatInstant(start), end: formatInstant(end) };
}
