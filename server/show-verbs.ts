import { NotFound } from "./errors";
import { formatDuration, formatInstant, type Micros } from "./observation/time";
import type { Catalog } from "./ports/catalog";
import type { Views } from "./ports/views";
import { type ProjectionVerbPorts, wantProjection } from "./projection/verbs";
import { withoutSecrets } from "./secret-name";
import { todoOfRun } from "./source/model";

export interface ShowPorts extends ProjectionVerbPorts {
  readonly catalog: Catalog;
  readonly views: Pick<Views, "sources" | "ingest" | "projections">;
}

const at = (instant: Micros | undefined) => (instant === undefined ? null : formatInstant(instant));

/** One thing with everything known of it, as `--json` shows it: instants as text, secrets left out. */
export function showVerbs(ports: ShowPorts) {
  return {
    async showSource(name: string) {
      const removed = (await ports.catalog.everySource()).find(
        (each) => each.name === name && each.removedAt,
      );
      const source = removed ?? (await ports.catalog.source(name));
      const view = (await ports.views.sources()).find((each) => each.name === name);
      if (!view) throw new NotFound(`no source "${name}"`);
      const { lastRun, schedules, newestObservation, removedAt, ...facts } = view;
      return {
        ...facts,
        createdAt: formatInstant(source.createdAt),
        removedAt: at(removedAt),
        newestObservation: at(newestObservation),
        config: withoutSecrets(source.config),
        map: {
          hash: source.mapHash,
          version: source.mapVersion,
          variables: source.map.canonical_variables.map(({ column, standard_name, cf_unit }) => ({
            column,
            standardName: standard_name,
            unit: cf_unit,
          })),
          metadata: source.map.metadata_variables.map(({ column }) => column),
        },
        schedules: schedules.map(({ windowSize, interval, lag, enabled, nextFire, skipped }) => ({
          windowSize: formatDuration(windowSize),
          interval: formatDuration(interval),
          lag: formatDuration(lag),
          enabled,
          nextFire: at(nextFire),
          skipped: skipped.map(({ start, end }) => `${formatInstant(start)}/${formatInstant(end)}`),
        })),
        lastRun: lastRun
          ? {
              id: lastRun.id,
              state: lastRun.state,
              start: formatInstant(lastRun.start),
              end: formatInstant(lastRun.end),
              rows: lastRun.rows ?? null,
              error: lastRun.error ?? null,
              failedCheck: lastRun.failedCheck ?? null,
              todo: todoOfRun(lastRun) ?? null,
              finishedAt: at(lastRun.finishedAt),
            }
          : null,
      };
    },

    async showIngest(delivery: string) {
      const ingest = await ports.views.ingest(delivery);
      return {
        ...ingest,
        source: ingest.source ?? null,
        start: formatInstant(ingest.start),
        end: formatInstant(ingest.end),
        receivedAt: formatInstant(ingest.receivedAt),
        collectedAt: formatInstant(ingest.collectedAt),
        ingestedAt: at(ingest.ingestedAt),
        futureDueAt: at(ingest.futureDueAt),
        history: ingest.history.map((each) => ({ ...each, ingestedAt: formatInstant(each.ingestedAt) })),
        windows: ingest.windows.map(({ start, end, state, ...each }) => ({
          start: formatInstant(start),
          end: formatInstant(end),
          ...each,
          state: state ?? null,
        })),
      };
    },

    async listProjections() {
      return (await ports.views.projections()).map((each) => ({
        ...each,
        lastDoneAt: at(each.lastDoneAt),
      }));
    },

    async runProjection(projection: string, dataset: string, from: Micros, to: Micros) {
      const windows = await wantProjection({ projection, dataset, range: { start: from, end: to } }, ports);
      return { projection, dataset, windows };
    },
  };
}
