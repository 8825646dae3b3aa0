import { afterEach, beforeEach, expect, it } from "vitest";
import { PostgresCatalog } from "../adapters/postgres/catalog";
import { Database } from "../adapters/postgres/database";
import { PostgresLedger } from "../adapters/postgres/ledger";
import { PostgresOutbox } from "../adapters/postgres/outbox";
import { PostgresReprocessings } from "../adapters/postgres/reprocessings";
import { PostgresRunStops } from "../adapters/postgres/run-stops";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { installOnce } from "../installation/install";
import { planInstallation } from "../installation/plan";
import { installationPorts } from "../installation/testing";
import { HOUR, parseInstant } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { ioncannon } from "../source/ioncannon";
import { cancelRuns } from "../source/run-verbs";
import { askFor } from "../source/verbs";
import { beginCollecting } from "./collect-again";
import { StartReprocess } from "./model";
import type { ReprocessRoundPorts } from "./round-ports";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const START = parseInstant("2026-11-20T00:00:00Z") ?? Number.NaN;
const ID = "0190f2c0-0000-5000-8000-000000000001";

let database: TestDatabase;
let db: Database;
let ports: ReprocessRoundPorts & { readonly reprocessings: PostgresReprocessings };

beforeEach(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 4 });
  const catalog = new PostgresCatalog(db);
  const outbox = new PostgresOutbox(db);
  const plan = planInstallation(undefined, [ioncannon], projectionPlugins);
  await installOnce(plan, [], NOW, installationPorts(db, [ioncannon]));
  const reprocessings = new PostgresReprocessings(db);
  const source = { catalog, outbox, transactions: db, clock: { now: () => NOW }, sourcePlugins: [ioncannon] };
  ports = {
    ...source,
    reprocessings,
    ledger: new PostgresLedger(db),
    judgeWindow: () => Promise.reject(new Error("nothing is judged here")),
    collectAgain: (tx, request) => askFor(tx, request, source, "backfill"),
    cancelRuns: (ids) => cancelRuns(ids, { ...source, runStops: new PostgresRunStops(db) }),
  };
  const range = { dataset: "ioncannon", start: START, end: START + HOUR };
  const request = StartReprocess.parse({
    ranges: [range],
    behaviour: "all",
    depth: "collect",
    requestKey: "k",
  });
  const meant = { ...request, spanned: [range], collectable: ["ioncannon"] };
  await db.run((tx) => reprocessings.start(tx, ID, request, meant));
});
afterEach(async () => {
  await db.close();
  await database.close();
});

const begin = async (changed: Partial<ReprocessRoundPorts> = {}) => {
  const [each] = await ports.reprocessings.active();
  if (!each) throw new Error("no reprocess");
  await beginCollecting(each, { ...ports, ...changed });
};
const runs = async () =>
  (await db.rows<{ id: string }>(undefined, "SELECT id::text FROM run")).map(({ id }) => id);
const commands = () => db.rows(undefined, "SELECT id::text FROM outbox");
const collecting = async () =>
  (await ports.reprocessings.steps(ID, "collecting", 5)).flatMap((step) => step.runs);

it("runs of a reprocess stand with its windows", async () => {
  await begin();
  expect(await runs()).toHaveLength(1);
  expect(await collecting()).toEqual(await runs());
});

it("a reprocess that is cancelled while its next runs are asked for leaves none", async () => {
  const sources = async () => {
    await db.run(async (tx) => {
      await ports.reprocessings.cancelWaiting(tx, ID);
      await ports.reprocessings.setState(tx, ID, "cancelling");
    });
    return ports.catalog.sources();
  };
  await begin({ catalog: { sources, dataset: (name) => ports.catalog.dataset(name) } });
  expect([await runs(), await commands()]).toEqual([[], []]);
});

it("a kill between its runs and its windows leaves no run", async () => {
  const dying: PostgresReprocessings = Object.create(ports.reprocessings);
  dying.begin = () => Promise.reject(new Error("killed"));
  await expect(begin({ reprocessings: dying })).rejects.toThrow("killed");
  expect([await runs(), await commands(), await collecting()]).toEqual([[], [], []]);
});
