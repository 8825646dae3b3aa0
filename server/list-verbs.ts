import { type DatasetVerbPorts, datasetSettings } from "./dataset/verbs";
import { Invalid } from "./errors";
import { DAY, formatDuration, formatInstant, type Micros } from "./observation/time";
import type { Catalog } from "./ports/catalog";
import type { Clock } from "./ports/clock";
import type { DayLedger } from "./ports/day-ledger";
import type { DatasetView, Views, WindowView } from "./ports/views";
import { projectionOfDays } from "./projection/of-days";
import type { ProjectionPlugin } from "./projection/plugin";
import { todoOfRun } from "./source/model";
import type { ReasonClass, WindowState } from "./window/model";
import { reprocessWindow, type WindowVerbPorts } from "./window/verbs";

export interface ListPorts extends WindowVerbPorts, Omit<DatasetVerbPorts, "ledger"> {
  readonly ledger: WindowVerbPorts["ledger"] & DatasetVerbPorts["ledger"];
  readonly catalog: Catalog;
  readonly views: Views;
  readonly days: Pick<DayLedger, "files" | "state">;
  readonly clock: Clock;
  readonly projectionPlugins: readonly ProjectionPlugin[];
}

const at = (instant: Micros | undefined) => (instant === undefined ? undefined : formatInstant(instant));

/** A window as `--json` shows it: instants as text, `revision` null where there is none. */
function windowLine(window: WindowView) {
  return {
    dataset: window.dataset,
    start: formatInstant(window.start),
    end: formatInstant(window.end),
    state: window.state,
    stale: window.stale,
    askedAgain: window.askedAgain !== undefined,
    reason: window.reason,
    reasonClass: window.reasonClass,
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

/** What the command line lists and shows, as its `--json` has it. */
export function listVerbs(ports: ListPorts) {
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
        failures: home.failures.map(({ failedCheck = null, todo = null, ...failure }) => ({
          ...failure,
          failedCheck,
          todo,
        })),
      };
    },

    async listSources() {
      const sources = (await views.sources()).filter(({ removedAt }) => removedAt === undefined);
      return sources.map((source) => ({
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
      // The runs of one that was removed stay.
      if (source !== undefined && !(await views.sources()).some(({ name }) => name === source))
        await ports.catalog.source(source);
      return (await views.runs({ source, limit })).items.map((run) => ({
        ...run,
        failedCheck: run.failedCheck ?? null,
        todo: todoOfRun(run) ?? null,
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
      /** Reads the reason of every window between `from` and `to`, which must be given. */
      reason?: readonly ReasonClass[] | undefined;
      from?: Micros | undefined;
      to?: Micros | undefined;
      limit: number;
    }) {
      if (filter.reason !== undefined && (filter.from === undefined || filter.to === undefined))
        throw new Invalid("give --from and --to: reasons are looked for in a range of time");
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
          reasons: filter.reason,
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
