import { NotFound } from "../../errors";
import type { CanonicalColumn } from "../../observation/column";
import type { Files } from "../../ports/files";
import type { Jobs } from "../../ports/jobs";
import type { RunDetailView, RunView } from "../../ports/run-view";
import type {
  DatasetView,
  HomeView,
  IngestDetailView,
  IngestView,
  IntakeView,
  Page,
  ProjectionView,
  SourceView,
  StageView,
  Views,
  WindowDetailView,
  WindowFilter,
  WindowSummaryView,
  WindowView,
  WorkerPresence,
} from "../../ports/views";
import type { GridAsk, GridView, SelectionAsk, SelectionCount } from "../../ports/window-grid";
import { todoOfRun } from "../../source/model";
import { type Window, WindowState } from "../../window/model";
import { type Database, us } from "./database";
import { FAILURES, type FailureRow, failureHref, STAGES } from "./home-queries";
import { IngestViews } from "./ingest-views";
import { intakeNow } from "./intake";
import { lastDay } from "./last-day";
import { projectionViews } from "./projection-views";
import { RunViews } from "./run-views";
import { sourceViews } from "./source-views";
import { windowDeliveries } from "./window-deliveries";
import { WindowGrid } from "./window-grid";
import { revisionDifference, windowRevisions } from "./window-revisions";
import { runsOfWindow } from "./window-runs";
import { WindowViews } from "./window-views";
import { workerPresence } from "./worker-presence";

/** What screens and the command line read, from PostgreSQL. */
export class PostgresViews implements Views {
  private readonly windowViews: WindowViews;
  private readonly ingestViews: IngestViews;
  private readonly runViews: RunViews;
  private readonly grid: WindowGrid;

  constructor(
    private readonly db: Database,
    files: Pick<Files, "location">,
    private readonly jobs: Pick<Jobs, "counts">,
    private readonly titles: Readonly<Record<string, string>>,
  ) {
    this.windowViews = new WindowViews(db, files);
    this.ingestViews = new IngestViews(db);
    this.runViews = new RunViews(db);
    this.grid = new WindowGrid(db);
  }

  async lastDay() {
    return lastDay(this.db, await this.db.now());
  }

  async home(): Promise<HomeView> {
    const stages = await this.db.rows<StageView>(undefined, STAGES);
    const states = await this.db.rows<{ state: WindowState; n: number }>(
      undefined,
      `SELECT state, count(*) AS n FROM "window" WHERE state NOT IN ('built', 'incomplete', 'empty') GROUP BY state
       UNION ALL SELECT CASE WHEN NOT complete THEN 'incomplete' WHEN output = 'empty' THEN 'empty' ELSE 'built' END, count(*)
       FROM revision WHERE current AND built_at > clock_timestamp() - interval '1 day' GROUP BY 1`,
    );
    const [counts] = await this.db.rows<{ dead: number; rows: number }>(
      undefined,
      `SELECT (SELECT count(*) FROM inbox WHERE dead_at IS NOT NULL AND settled_at IS NULL) AS dead,
         (SELECT coalesce(sum(rows), 0)::bigint FROM generation WHERE ingested_at > clock_timestamp() - interval '1 hour') AS rows`,
    );
    const failures = await this.db.rows<FailureRow>(undefined, FAILURES);
    const zero = Object.fromEntries(WindowState.options.map((state) => [state, 0])) as Record<
      WindowState,
      number
    >;
    return {
      now: await this.db.now(),
      stages,
      windowStates: { ...zero, ...Object.fromEntries(states.map(({ state, n }) => [state, n])) },
      deadLetters: counts?.dead ?? 0,
      rowsLastHour: counts?.rows ?? 0,
      latestBuilt: await this.windowViews.latestBuilt(8),
      failures: failures.map((row) => ({
        what: row.what,
        subject: row.subject,
        error: row.error,
        count: row.count,
        href: failureHref(row),
        failedCheck: row.failedCheck,
        todo: row.state && todoOfRun({ ...row, state: row.state }),
      })),
      jobPools: await this.jobs.counts(),
    };
  }

  worker(): Promise<WorkerPresence> {
    return workerPresence(this.db);
  }

  intake(): Promise<IntakeView> {
    return intakeNow(this.db);
  }

  sources(): Promise<readonly SourceView[]> {
    return sourceViews(this.db, this.runViews, this.titles);
  }

  runs(filter: Parameters<Views["runs"]>[0]): Promise<Page<RunView>> {
    return this.runViews.page(filter);
  }

  run(id: string): Promise<RunDetailView> {
    return this.runViews.detail(id);
  }

  ingests(filter: Parameters<Views["ingests"]>[0]): Promise<Page<IngestView>> {
    return this.ingestViews.page(filter);
  }

  ingest(delivery: string): Promise<IngestDetailView> {
    return this.ingestViews.detail(delivery);
  }

  async projections(): Promise<readonly ProjectionView[]> {
    const rows = await projectionViews(this.db);
    return rows.map((row) => ({ ...row, title: this.titles[row.kind] ?? row.kind }));
  }

  windows(filter: WindowFilter): Promise<Page<WindowView>> {
    return this.windowViews.page(filter);
  }

  windowGrid(ask: GridAsk): Promise<GridView> {
    return this.grid.grid(ask);
  }

  windowSelection(ask: SelectionAsk): Promise<readonly SelectionCount[]> {
    return this.grid.selection(ask);
  }

  window(dataset: string, start: number, end?: number): Promise<WindowDetailView> {
    return this.windowViews.detail(dataset, start, end);
  }

  windowSummary(dataset: string, start: number): Promise<WindowSummaryView> {
    return this.windowViews.summary(dataset, start, undefined);
  }

  windowDeliveries(window: Window, page: Parameters<Views["windowDeliveries"]>[1]) {
    return windowDeliveries(this.db, window, page);
  }

  windowRevisions(window: Window, page: Parameters<Views["windowRevisions"]>[1]) {
    return windowRevisions(this.db, window, page);
  }

  revisionDifference(window: Window, before: number, after: number) {
    return revisionDifference(this.db, window, before, after);
  }

  async windowRuns(window: Window, limit: number): Promise<readonly RunView[]> {
    return this.runViews.named(await runsOfWindow(this.db, window, limit));
  }

  async removedFile(key: string): Promise<{ revision: number; removedAt: number } | undefined> {
    const [found] = await this.db.rows<{ revision: number; removedAt: number }>(
      undefined,
      `SELECT revision, ${us("removed_at")} AS "removedAt" FROM revision WHERE file_key = $1 AND removed_at IS NOT NULL
       ORDER BY removed_at DESC LIMIT 1`,
      key.replace(/\.[0-9a-f]{8}\.manifest\.json$/, ""),
    );
    return found;
  }

  async datasets(): Promise<readonly DatasetView[]> {
    const rows = await this.db.rows<
      Omit<DatasetView, "latest" | "columns" | "otherColumns"> & {
        columns: readonly CanonicalColumn[] | undefined;
        shown: readonly CanonicalColumn[] | undefined;
      }
    >(
      undefined,
      `SELECT d.name, d.description, d.keywords, d.synthetic, d.licence, d.attribution, d.declared_span AS "declaredSpan",
         d.subject_to_change_us AS "subjectToChange", d.policy, d.identity, d.mobile,
         (SELECT columns FROM revision r WHERE r.dataset = d.name AND r.current AND r.output = 'revision' ORDER BY end_us DESC LIMIT 1) AS columns,
         (SELECT columns FROM served_dataset s WHERE s.dataset = d.name AND columns IS NOT NULL ORDER BY projection LIMIT 1) AS shown,
         (SELECT count(*) FROM "window" w WHERE w.dataset = d.name) AS windows,
         CASE WHEN EXISTS (SELECT 1 FROM revision r WHERE r.dataset = d.name AND r.current AND observed_start_us IS NOT NULL) THEN json_build_object(
           'start', (SELECT min(observed_start_us) FROM revision r WHERE r.dataset = d.name AND r.current),
           'end', (SELECT max(observed_end_us) FROM revision r WHERE r.dataset = d.name AND r.current)) END AS observed
       FROM dataset d ORDER BY d.name`,
    );
    return Promise.all(
      rows.map(async ({ columns = [], shown = [], ...row }) => ({
        ...row,
        columns,
        otherColumns: shown.filter((each) => !columns.some(({ name }) => isSameName(name, each.name))),
        latest: await this.windowViews.newestFile(row.name),
      })),
    );
  }

  async dataset(name: string): Promise<DatasetView> {
    const found = (await this.datasets()).find((each) => each.name === name);
    if (!found) throw new NotFound(`no dataset "${name}"`, { shownBy: "ionbeam dataset list shows them" });
    return found;
  }
}

/** As everybody reads them who reads the files with SQL. */
function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
