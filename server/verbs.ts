import { type AlertVerbPorts, alertVerbs } from "./alert/verbs";
import type { AuditFilter } from "./audit/model";
import { listAudit, readAudit } from "./audit/read";
import { type AsIf, previewRetention, type RetentionPorts } from "./dataset/retention";
import {
  type DatasetVerbPorts,
  datasetSettings,
  type SetDatasetSettings,
  setDatasetSettings,
} from "./dataset/verbs";
import { letterCommands } from "./dead-letter/commands";
import type { LetterKey } from "./dead-letter/model";
import { type LetterRowsPorts, letterRows } from "./dead-letter/payload-rows";
import { type LetterVerbPorts, letterVerbs } from "./dead-letter/verbs";
import { Invalid } from "./errors";
import { type HealthPorts, probeSource, sourceHealth } from "./health/verbs";
import { type IngestVerbPorts, restoreDelivery, withdrawDelivery } from "./ingest/verbs";
import { type AddSource, addSource } from "./installation/add-source";
import { configVerbs } from "./installation/verbs";
import { DAY, formatDuration, formatInstant, type Micros } from "./observation/time";
import type { AuditLog } from "./ports/audit-log";
import type { Catalog } from "./ports/catalog";
import type { Clock } from "./ports/clock";
import type { DayLedger } from "./ports/day-ledger";
import type { Outbox } from "./ports/inbox";
import type { Ledger } from "./ports/ledger";
import type { RunStops } from "./ports/run-stops";
import type { StoredFiles } from "./ports/stored-files";
import type { DatasetView, Views, WindowView } from "./ports/views";
import { projectionVerbs } from "./projection/commands";
import type { ConfigureProjectionPorts } from "./projection/configure";
import { projectionOfDays } from "./projection/of-days";
import type { ProjectionPlugin } from "./projection/plugin";
import { type PlanReading, planReading, type ReadingPorts } from "./reading";
import { type ReingestionVerbPorts, reingestionVerbs } from "./reingestion/verbs";
import { type ReprocessVerbPorts, reprocessVerbs } from "./reprocess/verbs";
import { type ShowPorts, showVerbs } from "./show-verbs";
import { sourceVerbs } from "./source/commands";
import type { ConfigureSourcePorts } from "./source/configure";
import type { SourcePlugin } from "./source/plugin";
import { type SweepPorts, surveyLeftovers } from "./sweep";
import { type VariableMapPorts, variableMapVerbs } from "./variable-map/verbs";
import type { WindowState } from "./window/model";
import { type ReprocessWindow, reprocessWindow, type WindowVerbPorts } from "./window/verbs";

export interface VerbPorts
  extends ConfigureSourcePorts,
    ConfigureProjectionPorts,
    IngestVerbPorts,
    WindowVerbPorts,
    Omit<DatasetVerbPorts, "spans">,
    RetentionPorts,
    Omit<ReprocessVerbPorts, "spans">,
    Pick<ReadingPorts, "rowGroups">,
    Omit<AlertVerbPorts, "catalog" | "clock">,
    Pick<HealthPorts, "probes">,
    Pick<ReingestionVerbPorts, "reingestions">,
    Pick<VariableMapPorts, "variableMaps" | "columnar"> {
  readonly spans: DatasetVerbPorts["spans"] & ReprocessVerbPorts["spans"];
  readonly files: SweepPorts["files"] &
    VariableMapPorts["files"] &
    LetterRowsPorts["files"] &
    ReadingPorts["files"];
  readonly storedFiles: StoredFiles;
  /** Which versions of what run here. */
  readonly versions: () => Promise<Readonly<Record<"ionbeam" | "node" | "postgresql" | "migration", string>>>;
  readonly catalog: Catalog;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly projections: ShowPorts["projections"];
  readonly runStops: RunStops;
  readonly letters: LetterVerbPorts["letters"];
  readonly auditLog: AuditLog;
  readonly views: Views;
  readonly days: Pick<DayLedger, "files" | "state">;
  readonly clock: Clock;
  readonly sourcePlugins: readonly SourcePlugin[];
  readonly projectionPlugins: readonly ProjectionPlugin[];
}

export type Verbs = ReturnType<typeof createVerbs>;

const at = (instant: Micros | undefined) => (instant === undefined ? undefined : formatInstant(instant));

/** A window as `--json` shows it: instants as text, `revision` null where there is none. */
function windowLine(window: WindowView) {
  return {
    dataset: window.dataset,
    start: formatInstant(window.start),
    end: formatInstant(window.end),
    state: window.state,
    stale: window.stale,
    reason: window.reason,
    revision: window.revision ?? null,
    files: window.files,
    rows: window.rows,
    stations: window.stations,
    coverage: window.coverageShare,
    deliveries: window.deliveries,
    synthetic: window.synthetic,
    builtAt: at(window.builtAt) ?? null,
    error: window.error ?? null,
  };
}

/** What a person may ask, the same for the pages and the command line. */
export function createVerbs(ports: VerbPorts) {
  const { views } = ports;

  /** A dataset as `--json` shows it: with its settings as they are written, and instants as text. */
  async function datasetLine({ latest, observed, ...dataset }: DatasetView) {
    const { dataset: _, ...settings } = await datasetSettings(dataset.name, ports);
    return {
      ...dataset,
      ...settings,
      observedStart: at(observed?.start) ?? null,
      observedEnd: at(observed?.end) ?? null,
      latest: latest ? windowLine(latest) : null,
    };
  }

  /** How far the files of a dataset are put together and shown to readers; null where no projection of days has any. */
  async function datasetShown(name: string) {
    await ports.catalog.dataset(name);
    const projection = await projectionOfDays(ports);
    const state = projection === undefined ? undefined : await ports.days.state(projection, name);
    return state ?? null;
  }

  return {
    ...sourceVerbs(ports),
    addSource: (request: AddSource) => addSource(request, ports),
    sourceKinds: async () => ports.sourcePlugins.map(({ kind, title }) => ({ kind, title })),
    ...projectionVerbs(ports),
    withdrawDelivery: (request: { key: string }) => withdrawDelivery(request, ports),
    restoreDelivery: (request: { key: string }) => restoreDelivery(request, ports),
    reprocessWindow: (request: ReprocessWindow) => reprocessWindow(request, ports),
    datasetSettings: (name: string) => datasetSettings(name, ports),
    setDatasetSettings: (request: SetDatasetSettings) => setDatasetSettings(request, ports),
    previewRetention: (request: AsIf) => previewRetention(request, ports),
    ...reprocessVerbs(ports),
    ...reingestionVerbs(ports),
    ...variableMapVerbs(ports),
    surveyLeftovers: () => surveyLeftovers(ports),
    diskUse: () => ports.storedFiles.diskUse(),
    ...letterVerbs(ports),
    letterRows: (key: LetterKey, signal?: AbortSignal) => letterRows(key, ports, signal),
    ...letterCommands(ports),
    ...configVerbs(ports),
    ...showVerbs(ports),
    audit: (filter: Parameters<typeof readAudit>[0]) => readAudit(filter, ports.auditLog),
    listAudit: (filter: AuditFilter & { limit: number }) => listAudit(filter, ports.auditLog),
    auditFacets: () => ports.auditLog.facets(),
    sourceHealth: (name: string) => sourceHealth(name, ports),
    probeSource: (name: string, signal?: AbortSignal) => probeSource(name, signal, ports),
    ...alertVerbs(ports),
    versions: () => ports.versions(),

    async status() {
      const [home, intake] = [await views.home(), await views.intake()];
      return {
        now: formatInstant(home.now),
        intake: { level: intake.level, reason: intake.reason ?? null, since: at(intake.since) ?? null },
        stages: home.stages.map((stage) => ({
          ...stage,
          lag: stage.lag === undefined ? null : formatDuration(stage.lag),
        })),
        windows: home.windowStates,
        deadLetters: home.deadLetters,
        rowsLastHour: home.rowsLastHour,
        jobs: home.jobPools,
        failures: home.failures,
      };
    },

    async listSources() {
      return (await views.sources()).map((source) => ({
        ...source,
        newestObservation: at(source.newestObservation) ?? null,
        lastRun: source.lastRun?.state ?? null,
        schedules: source.schedules.map(({ windowSize, interval, lag, enabled, nextFire }) => ({
          windowSize: formatDuration(windowSize),
          interval: formatDuration(interval),
          lag: formatDuration(lag),
          enabled,
          nextFire: at(nextFire) ?? null,
        })),
      }));
    },

    async listRuns(source: string | undefined, limit: number) {
      if (source !== undefined) await ports.catalog.source(source);
      return (await views.runs({ source, limit })).items.map((run) => ({
        ...run,
        waits: run.waits ?? null,
        retryAt: at(run.retryAt) ?? null,
        start: formatInstant(run.start),
        end: formatInstant(run.end),
        requestedAt: formatInstant(run.requestedAt),
        startedAt: at(run.startedAt) ?? null,
        finishedAt: at(run.finishedAt) ?? null,
      }));
    },

    async listIngests(filter: { dataset?: string | undefined; limit: number }) {
      if (filter.dataset !== undefined) await ports.catalog.dataset(filter.dataset);
      return (await views.ingests(filter)).items.map((ingest) => ({
        ...ingest,
        start: formatInstant(ingest.start),
        end: formatInstant(ingest.end),
        receivedAt: formatInstant(ingest.receivedAt),
        collectedAt: formatInstant(ingest.collectedAt),
        ingestedAt: at(ingest.ingestedAt) ?? null,
        futureDueAt: at(ingest.futureDueAt) ?? null,
      }));
    },

    /** Pages are read one after the other up to `limit`, so that a script gets what it asked for. */
    async listWindows(filter: {
      dataset?: string | undefined;
      state?: readonly WindowState[] | undefined;
      from?: Micros | undefined;
      to?: Micros | undefined;
      limit: number;
    }) {
      if (filter.dataset !== undefined) await ports.catalog.dataset(filter.dataset);
      if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to)
        throw new Invalid("the range ends before it starts: give the earlier instant first, as --from");
      const lines: ReturnType<typeof windowLine>[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(500, filter.limit - lines.length);
        const page = await views.windows({
          dataset: filter.dataset,
          states: filter.state,
          from: filter.from,
          to: filter.to,
          limit,
          cursor,
        });
        lines.push(...page.items.map(windowLine));
        cursor = page.next;
      } while (cursor !== undefined && lines.length < filter.limit);
      return lines;
    },

    async showWindow(dataset: string, start: Micros) {
      const window = await views.window(dataset, start);
      return {
        ...windowLine(window),
        received: window.received,
        gaps: window.gaps.map((gap) => ({ start: formatInstant(gap.start), end: formatInstant(gap.end) })),
        attempts: window.attempts,
        retryAt: at(window.retryAt) ?? null,
        deliveryList: window.deliveryList.map(({ observed: _, ...delivery }) => ({
          ...delivery,
          claim: delivery.claim
            ? { start: formatInstant(delivery.claim.start), end: formatInstant(delivery.claim.end) }
            : null,
          receivedAt: formatInstant(delivery.receivedAt),
          collectedAt: formatInstant(delivery.collectedAt),
          ingestedAt: at(delivery.ingestedAt) ?? null,
        })),
        revisions: window.revisions.map((revision) => ({
          revision: revision.revision,
          output: revision.output,
          current: revision.current,
          sha256: revision.sha256 ?? null,
          bytes: revision.bytes,
          rows: revision.rows,
          publications: revision.publications,
          builtAt: formatInstant(revision.builtAt),
          why: revision.why,
          fileRemovedAt: at(revision.removedAt) ?? null,
        })),
        projections: window.projections.map(({ doneAt, ...each }) => ({
          ...each,
          doneAt: at(doneAt) ?? null,
        })),
      };
    },

    async rebuildWindow(dataset: string, start: Micros, forced: boolean, requestKey: string) {
      const { end } = await views.window(dataset, start);
      await reprocessWindow({ dataset, start, end, requestKey, forced }, ports);
      return windowLine(await views.window(dataset, start, end));
    },

    async listDatasets() {
      return Promise.all((await views.datasets()).map(datasetLine));
    },

    async showDataset(name: string) {
      const line = await datasetLine(await views.dataset(name));
      const shown = await datasetShown(name);
      return { ...line, shown: shown && { ...shown, shownAt: at(shown.shownAt) ?? null } };
    },

    datasetShown,
    planReading: (request: PlanReading) => planReading(request, ports),

    /** The files that together hold a dataset's current products in a range, as a reader opens them. */
    async datasetFiles(name: string, from: Micros | undefined, to: Micros | undefined) {
      await ports.catalog.dataset(name);
      const end = to ?? ports.clock.now();
      const start = from ?? end - 7 * DAY;
      if (start > end)
        throw new Invalid("the range ends before it starts: give the earlier instant first, as --from");
      const projection = await projectionOfDays(ports);
      const files = projection === undefined ? [] : await ports.days.files(projection, name, { start, end });
      return files.map(({ kind, interval, path, except }) => ({
        kind,
        start: formatInstant(interval.start),
        end: formatInstant(interval.end),
        except: except.map((each) => `${formatInstant(each.start)}/${formatInstant(each.end)}`),
        path,
      }));
    },
  };
}
