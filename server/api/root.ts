import { alertRouter } from "../alert/router";
import { auditRouter } from "../audit/router";
import { datasetRouter } from "../dataset/router";
import { deadLetterRouter } from "../dead-letter/router";
import { healthRouter } from "../health/router";
import { ingestRouter } from "../ingest/router";
import { projectionRouter } from "../projection/router";
import { reingestionRouter } from "../reingestion/router";
import { reprocessPlanRouter, reprocessRouter } from "../reprocess/router";
import { sourceRouter } from "../source/router";
import { mapDraftRouter, variableMapRouter } from "../variable-map/router";
import { windowRouter } from "../window/router";
import { catalogueRouter } from "./catalogue-router";
import { historyRouter, lineRouter } from "./line-router";
import { router } from "./procedure";
import { settingsRouter } from "./settings-router";

/** The API of the pages: one router per noun. */
export const apiRouter = router({
  line: lineRouter,
  history: historyRouter,
  source: sourceRouter,
  ingest: ingestRouter,
  window: windowRouter,
  dataset: datasetRouter,
  projection: projectionRouter,
  reprocess: reprocessRouter,
  reprocessPlan: reprocessPlanRouter,
  reingestion: reingestionRouter,
  variableMap: variableMapRouter,
  mapDraft: mapDraftRouter,
  deadLetter: deadLetterRouter,
  audit: auditRouter,
  alert: alertRouter,
  health: healthRouter,
  settings: settingsRouter,
  catalogue: catalogueRouter,
});

export type ApiRouter = typeof apiRouter;
