import { PostgresAlerts } from "../adapters/postgres/alerts";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import type { Database } from "../adapters/postgres/database";
import { PostgresDatasetWindows } from "../adapters/postgres/dataset-windows";
import { PostgresLedger } from "../adapters/postgres/ledger";
import { PostgresOutbox } from "../adapters/postgres/outbox";
import { PostgresVariableMaps } from "../adapters/postgres/variable-maps";
import { testBox } from "../configuration/testing";
import type { Retention } from "../ports/retention";
import type { SourcePlugin } from "../source/plugin";
import { changeSpan, windowsOf } from "../window/align";
import { cutClaim } from "../window/claims";

const unasked = () => Promise.reject(new Error("nothing was ingested here"));
const deletes: Retention = { preview: unasked, remove: unasked };

/** What filling and overwriting a catalogue need, over a database in which nothing was ingested. */
export function installationPorts(db: Database, sourcePlugins: readonly SourcePlugin[]) {
  return {
    catalog: new PostgresCatalog(db),
    outbox: new PostgresOutbox(db),
    transactions: db,
    secretBox: testBox(),
    ledger: new PostgresLedger(db),
    datasetWindows: new PostgresDatasetWindows(db),
    timeSeries: { read: unasked },
    columnar: { session: unasked },
    retentions: { points: deletes, payloads: deletes, revisions: deletes },
    variableMaps: new PostgresVariableMaps(db),
    alerts: new PostgresAlerts(db),
    sourcePlugins,
    spans: { changeSpan, windowsOf, cutClaim },
  };
}
