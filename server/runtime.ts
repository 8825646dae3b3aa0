import path from "node:path";
import { BullmqJobs } from "./adapters/bullmq/jobs";
import { DuckdbColumnar } from "./adapters/duckdb/columnar";
import { DuckdbRowGroups } from "./adapters/duckdb/row-groups";
import { ParquetTimeSeries } from "./adapters/duckdb/time-series";
import { FolderFiles } from "./adapters/files/folder-files";
import { freeSpace } from "./adapters/files/free-space";
import { isFull } from "./adapters/files/is-full";
import { FetchHttp } from "./adapters/http/fetch-http";
import { NodeStagedHttp } from "./adapters/http/staged-http";
import { LoopbackBroker } from "./adapters/loopback/broker";
import { PostgresAlerts } from "./adapters/postgres/alerts";
import { answers } from "./adapters/postgres/answers";
import { PostgresAuditLog } from "./adapters/postgres/audit-log";
import { PostgresCatalog } from "./adapters/postgres/catalog";
import { PostgresChanges } from "./adapters/postgres/changes";
import { followClock } from "./adapters/postgres/clock-step";
import { PostgresDataLife } from "./adapters/postgres/data-life";
import { Database } from "./adapters/postgres/database";
import { PostgresDatasetFiles } from "./adapters/postgres/dataset-files";
import { PostgresDatasetWindows } from "./adapters/postgres/dataset-windows";
import { PostgresDays } from "./adapters/postgres/days";
import { embeddedHome } from "./adapters/postgres/embedded/place";
import { PostgresInbox } from "./adapters/postgres/inbox";
import { PostgresIntake } from "./adapters/postgres/intake";
import { PostgresKeyNames } from "./adapters/postgres/key-names";
import { releaseLeases } from "./adapters/postgres/leases";
import { PostgresLedger } from "./adapters/postgres/ledger";
import { PostgresLetters } from "./adapters/postgres/letters";
import { PostgresOutbox } from "./adapters/postgres/outbox";
import { PostgresProbes } from "./adapters/postgres/probes";
import { PostgresProjectionLedger } from "./adapters/postgres/projection-ledger";
import { PostgresProjectionPages } from "./adapters/postgres/projection-pages";
import { PostgresReingestions } from "./adapters/postgres/reingestions";
import { PostgresReprocessings } from "./adapters/postgres/reprocessings";
import { PostgresRetentionRuns } from "./adapters/postgres/retention-runs";
import { RevisionRetention } from "./adapters/postgres/revision-retention";
import { PostgresRunStops } from "./adapters/postgres/run-stops";
import { PostgresSeriesIndex } from "./adapters/postgres/series-index";
import { lossyPool } from "./adapters/postgres/session";
import { PostgresShownDatasets } from "./adapters/postgres/shown-datasets";
import { PostgresStoredFiles } from "./adapters/postgres/stored-files";
import { PostgresVariableMaps } from "./adapters/postgres/variable-maps";
import { versions } from "./adapters/postgres/versions";
import { PostgresViews } from "./adapters/postgres/views";
import { WORKER_SESSIONS } from "./adapters/postgres/worker-presence";
import { systemClock } from "./adapters/system/clock";
import { KeyFileSecretBox } from "./adapters/system/secret-box";
import { sealConfig } from "./configuration/sealing";
import { declaredRights, licences } from "./dataset/rights";
import { failPoint } from "./fail-point";
import { windowAt } from "./observation/span-grid";
import { resolveStandardName } from "./observation/standard-name";
import type { Micros } from "./observation/time";
import { type Configured, topology } from "./pipeline";
import type { SealSettings } from "./ports/catalog";
import type { Clock } from "./ports/clock";
import type { DayPolicy } from "./ports/day-ledger";
import type { Log } from "./ports/log";
import type { Retentions } from "./ports/retention";
import type { SecretBox } from "./ports/secret-box";
import type { CompactionPolicy } from "./ports/series-index";
import { projectionPlugins } from "./projection/index";
import { sourcePlugins } from "./source/index";
import { type IntakeBounds, type Room, STANDARD_BOUNDS } from "./source/intake";
import { createVerbs } from "./verbs";
import { changeSpan, countWindows, windowsOf } from "./window/align";
import { cutClaim } from "./window/claims";
import { dataRetention, previewExport } from "./window/data-retention";
import { judgeWindow, judgeWindows } from "./window/judge-window";

export type { Verbs } from "./verbs";

export interface RuntimeOptions {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  readonly connectionString: string;
  /** Set for the one worker of an installation: its sessions tell others that it lives. */
  readonly role?: "worker" | undefined;
  /** Connections to PostgreSQL for the truth; job queues have their own. */
  readonly connections: number;
  /** Whom the operators of archives may write to, see `config/env.ts`. */
  readonly contact?: string | undefined;
  /** By how much a test has set the machine's clock. */
  readonly clockSet?: (() => Micros) | undefined;
  /** Base64 of the key that secrets are sealed with; a file of the data folder has one otherwise. */
  readonly secretKey?: string | undefined;
  /** Bytes that DuckDB may take before it spills to disk; its adapter has a standard. */
  readonly duckdbMemory?: number | undefined;
  /** When files of points are put together; only tests are in a hurry. */
  readonly compaction?: CompactionPolicy | undefined;
  /** What may wait before collection does; the rest is standard. */
  readonly intake?: Partial<IntakeBounds> | undefined;
  /** When days are put together and shown; only tests are in a hurry. */
  readonly dayPolicy?: DayPolicy | undefined;
}

const DAYS: DayPolicy = { quietMs: 600_000, restMs: 60_000, lookMs: 300_000, keepMs: 3_600_000 };

const sealSettings =
  (box: SecretBox): SealSettings =>
  (of, kind, config, present, tx) => {
    const kinds = of === "source" ? sourcePlugins : projectionPlugins;
    const inTx: SecretBox = { seal: (text) => box.seal(text, tx), open: (sealed) => box.open(sealed) };
    return sealConfig(config, kinds.find((each) => each.kind === kind)?.config, inTx, present);
  };

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
      name: options.role === "worker" ? WORKER_SESSIONS : undefined,
      diskIsFull: () => isFull(options.dataDir),
    }),
  );
  const { clockSet } = options;
  const clock: Clock = clockSet ? { ...systemClock, now: () => systemClock.now() + clockSet() } : systemClock;
  const files = new FolderFiles(path.join(options.dataDir, "files"));
  const columnar = closing(
    new DuckdbColumnar({
      tempDirectory: path.join(options.dataDir, "tmp"),
      ...(options.duckdbMemory ? { memoryLimit: `${Math.floor(options.duckdbMemory / 1024)} KiB` } : {}),
    }),
  );
  const timeSeries = new ParquetTimeSeries(files, {
    index: new PostgresSeriesIndex(db),
    columnar,
    policy: options.compaction ?? COMPACTION,
    failPoint,
  });
  const http = new FetchHttp(clock, options.contact);
  const secretBox = new KeyFileSecretBox(options.dataDir, options.secretKey, new PostgresKeyNames(db));
  const catalog = new PostgresCatalog(db, sealSettings(secretBox));
  const stagedHttp = new NodeStagedHttp(options.contact);
  const alerts = new PostgresAlerts(db);
  const ledger = new PostgresLedger(db);
  const life = new PostgresDataLife(db);
  const deleting = { life, ledger, transactions: db, timeSeries, files, failPoint };
  const data = dataRetention(deleting);
  const inbox = new PostgresInbox(db);
  const outbox = new PostgresOutbox(db);
  const dayPolicy = options.dayPolicy ?? DAYS;
  const projections = new PostgresProjectionLedger(db, dayPolicy.quietMs);
  const days = new PostgresDays(db, dayPolicy);
  const changes = closing(new PostgresChanges(db, options.connectionString, log));
  const jobs = closing(new BullmqJobs(options.connectionString, log, lossyPool()));
  const intake = new PostgresIntake(db, files);
  // The embedded database may have had to go to another disk.
  const home = embeddedHome(options.dataDir, options.connectionString);
  const disks = home?.startsWith(options.dataDir) === false ? [options.dataDir, home] : [options.dataDir];
  const titles = Object.fromEntries(
    [...sourcePlugins, ...projectionPlugins].map((plugin) => [plugin.kind, plugin.title]),
  );
  const views = new PostgresViews(db, files, jobs, titles);

  const configured: { now: Configured } = { now: { sources: [], projections: [] } };
  const broker = closing(
    new LoopbackBroker(
      inbox,
      topology(() => configured.now),
    ),
  );
  const judging = { catalog, ledger };
  const retentions: Retentions = {
    points: data,
    payloads: data,
    revisions: new RevisionRetention(db, files, failPoint),
  };
  const retentionRuns = new PostgresRetentionRuns(db);
  const reprocessings = new PostgresReprocessings(db);
  const reingestions = new PostgresReingestions(db);
  const runStops = new PostgresRunStops(db);
  const storedFiles = new PostgresStoredFiles(db, (location) => files.keyOf(location));
  const projectionPages = new PostgresProjectionPages(db, titles);
  const verbs = createVerbs({
    catalog,
    ledger,
    letters: new PostgresLetters(db),
    auditLog: new PostgresAuditLog(db),
    projections,
    outbox,
    views,
    days,
    clock,
    transactions: db,
    columnar,
    rowGroups: new DuckdbRowGroups(columnar),
    timeSeries,
    datasetWindows: new PostgresDatasetWindows(db),
    files,
    retentions,
    retentionRuns,
    reprocessings,
    reingestions,
    variableMaps: new PostgresVariableMaps(db),
    runStops,
    previewExport: (dataset, subjectToChange) => previewExport(dataset, subjectToChange, deleting),
    storedFiles,
    spans: { changeSpan, windowsOf, cutClaim, countWindows },
    alerts,
    probes: new PostgresProbes(db),
    stagedHttp,
    secretBox,
    versions: () => versions(db),
    sourcePlugins,
    projectionPlugins,
    judgeWindows: (tx, windows) => judgeWindows(tx, windows, judging),
  });

  return {
    databaseAnswers: (withinMs: number) => answers(options.connectionString, withinMs),
    clock,
    files,
    columnar,
    datasetFiles: new PostgresDatasetFiles(db),
    timeSeries,
    /** How often there may be something for `timeSeries.upkeep`. */
    upkeepEveryMs: Math.min(60_000, Math.max(100, (options.compaction ?? COMPACTION).settleMs)),
    http,
    catalog,
    ledger,
    life,
    inbox,
    outbox,
    projections,
    days,
    shown: new PostgresShownDatasets(db, dayPolicy),
    changes,
    jobs,
    /** For the one worker of an installation, which decides whether sources may collect. */
    intake: {
      intake,
      bounds: { ...STANDARD_BOUNDS, ...options.intake },
      rooms: async (): Promise<readonly Room[]> => {
        const spaces = await Promise.all(disks.map(freeSpace));
        return spaces.flatMap((space, i) => (space ? [{ folder: disks[i] ?? "", ...space }] : []));
      },
    },
    views,
    projectionPages,
    broker,
    verbs,
    retentions,
    retentionRuns,
    reprocessings,
    reingestions,
    runStops,
    storedFiles,
    transactions: db,
    sourcePlugins,
    projectionPlugins,
    secretBox,
    alerts,
    stagedHttp,
    alignment: { windowAt, cutClaim },
    isCf: (name: string) => resolveStandardName(name).kind !== "unknown",
    /** Which source of ours feeds a dataset, and how its deliveries rank. */
    originOf: async (dataset: string) => {
      const source = (await catalog.everySource()).find((each) => each.dataset === dataset);
      const plugin = sourcePlugins.find((each) => each.kind === source?.kind);
      return source && plugin ? { source: source.name, priority: plugin.priority } : undefined;
    },
    /** What the sources of a dataset declare, and the dataset's own rights where none of ours feeds it; each once. */
    rightsIn: async (dataset: string) => {
      const own = await catalog.dataset(dataset);
      const feeding = (await catalog.everySource()).filter((source) => source.dataset === dataset);
      const declared = declaredRights(feeding, sourcePlugins);
      const names = feeding.length > 0 ? feeding.map(({ name }) => name) : [undefined];
      const rights = licences(names, declared, own).map(({ licence, attribution }) => ({
        licence,
        attribution,
      }));
      return [...new Map(rights.map((each) => [JSON.stringify(each), each])).values()];
    },
    judgeWindow: (tx: Parameters<typeof judgeWindow>[0], window: Parameters<typeof judgeWindow>[1]) =>
      judgeWindow(tx, window, judging),
    /** Reads again which queues there are. */
    refreshTopology: async (): Promise<Configured> => {
      // Of a removed one, what is on its way is still to be ended.
      const sources = (await catalog.everySource()).map((source) => source.name);
      const enabled = (await catalog.projections()).filter((projection) => projection.enabled);
      configured.now = { sources, projections: enabled.map((projection) => projection.name) };
      return configured.now;
    },
    /** The database's time, and what to do when it was set. */
    clockSteps: {
      now: () => db.now(),
      uptime: () => performance.now(),
      followClock: (step: number) => followClock(db, step),
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
