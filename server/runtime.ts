import path from "node:path";
import { BullmqJobs } from "./adapters/bullmq/jobs";
import { DuckdbColumnar } from "./adapters/duckdb/columnar";
import { ParquetTimeSeries } from "./adapters/duckdb/time-series";
import { FolderFiles } from "./adapters/files/folder-files";
import { isFull } from "./adapters/files/is-full";
import { FetchHttp } from "./adapters/http/fetch-http";
import { LoopbackBroker } from "./adapters/loopback/broker";
import { PostgresCatalog } from "./adapters/postgres/catalog";
import { PostgresChanges } from "./adapters/postgres/changes";
import { Database } from "./adapters/postgres/database";
import { PostgresDatasetWindows } from "./adapters/postgres/dataset-windows";
import { PostgresInbox } from "./adapters/postgres/inbox";
import { releaseLeases } from "./adapters/postgres/leases";
import { PostgresLedger } from "./adapters/postgres/ledger";
import { PostgresOutbox } from "./adapters/postgres/outbox";
import { PostgresProjectionLedger } from "./adapters/postgres/projection-ledger";
import { PostgresSeriesIndex } from "./adapters/postgres/series-index";
import { PostgresViews } from "./adapters/postgres/views";
import { systemClock } from "./adapters/system/clock";
import { failPoint } from "./fail-point";
import { resolveStandardName } from "./observation/standard-name";
import { type Configured, topology } from "./pipeline";
import type { Log } from "./ports/log";
import type { CompactionPolicy } from "./ports/series-index";
import { projectionPlugins } from "./projection/index";
import { sourcePlugins } from "./source/index";
import { createVerbs } from "./verbs";
import { changeSpan, windowAt, windowsOf } from "./window/align";
import { cutClaim } from "./window/claims";
import { judgeWindow, judgeWindows } from "./window/judge-window";

export type { Verbs } from "./verbs";

export interface RuntimeOptions {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  readonly connectionString: string;
  /** Connections to PostgreSQL for the truth; job queues have their own. */
  readonly connections: number;
  /** Whom the operators of archives may write to, see `config/env.ts`. */
  readonly contact?: string | undefined;
  /** When files of points are put together; only tests are in a hurry. */
  readonly compaction?: CompactionPolicy | undefined;
}

/** A network that is asked every five minutes leaves 288 files a day and ends with nine. */
const COMPACTION: CompactionPolicy = {
  settleMs: 600_000,
  minFiles: 32,
  maxFiles: 256,
  maxRows: 2_000_000,
  patienceMs: 86_400_000,
};

export type Runtime = Awaited<ReturnType<typeof openRuntime>>;

/** The composition root: settings in, ports and `close` out. The only place that knows which adapter stands behind a port. */
export async function openRuntime(options: RuntimeOptions, log: Log) {
  const closers: (() => Promise<void>)[] = [];
  const closing = <T extends { close(): Promise<void> }>(part: T): T => {
    closers.push(() => part.close());
    return part;
  };

  const db = closing(
    new Database(options.connectionString, {
      connections: options.connections,
      diskIsFull: () => isFull(options.dataDir),
    }),
  );
  const clock = systemClock;
  const files = new FolderFiles(path.join(options.dataDir, "files"));
  const columnar = closing(new DuckdbColumnar({ tempDirectory: path.join(options.dataDir, "tmp") }));
  const timeSeries = new ParquetTimeSeries(files, {
    index: new PostgresSeriesIndex(db),
    columnar,
    policy: options.compaction ?? COMPACTION,
    failPoint,
  });
  const http = new FetchHttp(clock, options.contact);
  const catalog = new PostgresCatalog(db);
  const ledger = new PostgresLedger(db);
  const inbox = new PostgresInbox(db);
  const outbox = new PostgresOutbox(db);
  const projections = new PostgresProjectionLedger(db);
  const changes = closing(new PostgresChanges(db, options.connectionString, log));
  const jobs = closing(new BullmqJobs(options.connectionString, log));
  const titles = Object.fromEntries(sourcePlugins.map((plugin) => [plugin.kind, plugin.title]));
  const views = new PostgresViews(db, files, jobs, titles);

  const configured: { now: Configured } = { now: { sources: [], projections: [] } };
  const broker = closing(
    new LoopbackBroker(
      inbox,
      topology(() => configured.now),
    ),
  );
  const judging = { catalog, ledger };
  const verbs = createVerbs({
    catalog,
    ledger,
    inbox,
    outbox,
    views,
    clock,
    transactions: db,
    columnar,
    timeSeries,
    datasetWindows: new PostgresDatasetWindows(db),
    spans: { changeSpan, windowsOf, cutClaim },
    sourcePlugins,
    projectionPlugins,
    judgeWindows: (tx, windows) => judgeWindows(tx, windows, judging),
  });

  return {
    clock,
    files,
    columnar,
    timeSeries,
    /** How often there may be something for `timeSeries.upkeep`. */
    upkeepEveryMs: Math.min(60_000, Math.max(100, (options.compaction ?? COMPACTION).settleMs)),
    http,
    catalog,
    ledger,
    inbox,
    outbox,
    projections,
    changes,
    jobs,
    views,
    broker,
    verbs,
    transactions: db,
    sourcePlugins,
    projectionPlugins,
    alignment: { windowAt, cutClaim },
    isCf: (name: string) => resolveStandardName(name).kind !== "unknown",
    /** Which source of ours feeds a dataset, and how its deliveries rank. */
    originOf: async (dataset: string) => {
      const source = (await catalog.sources()).find((each) => each.dataset === dataset);
      const plugin = sourcePlugins.find((each) => each.kind === source?.kind);
      return source && plugin ? { source: source.name, priority: plugin.priority } : undefined;
    },
    judgeWindow: (tx: Parameters<typeof judgeWindow>[0], window: Parameters<typeof judgeWindow>[1]) =>
      judgeWindow(tx, window, judging),
    /** Reads again which queues there are. */
    refreshTopology: async (): Promise<Configured> => {
      const sources = (await catalog.sources()).map((source) => source.name);
      const enabled = (await catalog.projections()).filter((projection) => projection.enabled);
      configured.now = { sources, projections: enabled.map((projection) => projection.name) };
      return configured.now;
    },
    /** For the one worker of an installation, at its start. */
    takeOver: async (): Promise<void> => {
      await files.emptyScratch();
      await releaseLeases(db);
      await jobs.forget();
    },
    close: async (): Promise<void> => {
      for (const close of closers.reverse())
        await close().catch((error) => log.warn("a part did not close", { error: String(error) }));
    },
  };
}
