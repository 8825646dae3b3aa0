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
import { type HealthPorts, probeSource, sourceHealth } from "./health/verbs";
import { type IngestVerbPorts, restoreDelivery, withdrawDelivery } from "./ingest/verbs";
import { type AddSource, addSource } from "./installation/add-source";
import { configVerbs } from "./installation/verbs";
import { listVerbs } from "./list-verbs";
import type { Micros } from "./observation/time";
import type { AuditLog } from "./ports/audit-log";
import type { Catalog } from "./ports/catalog";
import type { Clock } from "./ports/clock";
import type { DayLedger } from "./ports/day-ledger";
import type { Outbox } from "./ports/inbox";
import type { Ledger } from "./ports/ledger";
import type { RunStops } from "./ports/run-stops";
import type { StoredFiles } from "./ports/stored-files";
import type { Views } from "./ports/views";
import { projectionVerbs } from "./projection/commands";
import type { ConfigureProjectionPorts } from "./projection/configure";
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
import { type ReprocessWindow, reprocessWindow, type WindowVerbPorts, windowOfSpan } from "./window/verbs";

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

/** What a person may ask, the same for the pages and the command line. */
export function createVerbs(ports: VerbPorts) {
  return {
    ...sourceVerbs(ports),
    addSource: (request: AddSource) => addSource(request, ports),
    sourceKinds: async () => ports.sourcePlugins.map(({ kind, title }) => ({ kind, title })),
    ...projectionVerbs(ports),
    withdrawDelivery: (request: { key: string }) => withdrawDelivery(request, ports),
    restoreDelivery: (request: { key: string }) => restoreDelivery(request, ports),
    reprocessWindow: (request: ReprocessWindow) => reprocessWindow(request, ports),
    windowOfSpan: (dataset: string, start: Micros) => windowOfSpan(dataset, start, ports),
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

    ...listVerbs(ports),
    planReading: (request: PlanReading) => planReading(request, ports),
  };
}
