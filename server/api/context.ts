import type { ConfiguredSettings } from "../installation/configured";
import type { Changes } from "../ports/changes";
import type { Columnar } from "../ports/columnar";
import type { DatasetFiles } from "../ports/dataset-files";
import type { Files } from "../ports/files";
import type { ProjectionPages } from "../ports/projection-pages";
import type { Reingestions } from "../ports/reingestions";
import type { Reprocessings } from "../ports/reprocessings";
import type { Views } from "../ports/views";
import type { IntakeBounds, Room } from "../source/intake";
import type { Verbs } from "../verbs";

/** What the pages and their API need of the runtime. */
export interface ApiPorts {
  /** Resolves when the database answers. @throws Error when it does not within `withinMs` */
  readonly databaseAnswers: (withinMs: number) => Promise<void>;
  readonly views: Views;
  readonly verbs: Pick<
    Verbs,
    | "runSource"
    | "setSourceEnabled"
    | "sourceConfiguration"
    | "configureSource"
    | "addSource"
    | "sourceKinds"
    | "projectionConfiguration"
    | "configureProjection"
    | "setProjectionEnabled"
    | "projectRange"
    | "retryProjection"
    | "cancelRun"
    | "runAgain"
    | "tryRunNow"
    | "sourceRemoval"
    | "removeSource"
    | "previewSchedule"
    | "addSchedule"
    | "changeSchedule"
    | "setScheduleEnabled"
    | "removeSchedule"
    | "withdrawDelivery"
    | "restoreDelivery"
    | "reprocessWindow"
    | "windowOfSpan"
    | "datasetSettings"
    | "setDatasetSettings"
    | "datasetShown"
    | "planReading"
    | "previewRetention"
    | "diskUse"
    | "letters"
    | "lettersOfTime"
    | "letterCounts"
    | "showLetter"
    | "letterBody"
    | "letterRows"
    | "replayLetters"
    | "discardLetters"
    | "restoreLetters"
    | "audit"
    | "auditFacets"
    | "previewReprocess"
    | "startReprocess"
    | "pauseReprocess"
    | "resumeReprocess"
    | "cancelReprocess"
    | "retryReprocess"
    | "sourceHealth"
    | "probeSource"
    | "alerts"
    | "muteAlert"
    | "unmuteAlert"
    | "alertSettings"
    | "setAlertSettings"
    | "webhook"
    | "setWebhook"
    | "testWebhook"
    | "versions"
    | "variableMap"
    | "sampleMap"
    | "judgeMap"
    | "searchNames"
    | "standardName"
    | "changeMap"
    | "resetMap"
    | "useMapVersion"
    | "mapVersions"
    | "mapVersionDifference"
    | "previewReingestion"
    | "startReingestion"
    | "cancelReingestion"
    | "retryReingestion"
    | "reprocessedWindows"
  >;
  readonly intake: {
    readonly bounds: Pick<IntakeBounds, "reserve">;
    readonly rooms: () => Promise<readonly Room[]>;
  };
  readonly reprocessings: Pick<Reprocessings, "list" | "get" | "windows" | "active">;
  readonly projectionPages: ProjectionPages;
  readonly reingestions: Pick<Reingestions, "list" | "get" | "deliveries">;
  readonly changes: Pick<Changes, "listen">;
  readonly files: Pick<Files, "open" | "keyOf" | "location" | "exists">;
  readonly columnar: Columnar;
  readonly datasetFiles: DatasetFiles;
  readonly settings: ConfiguredSettings;
}

/** What every procedure gets: the ports, opened when first asked for, so that a page can say that they do not answer yet. */
export interface ApiContext {
  readonly ports: () => Promise<ApiPorts>;
}
