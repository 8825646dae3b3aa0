import { rm } from "node:fs/promises";
import { NotFound, Transient } from "../errors";
import { fingerprint } from "../file-hash";
import type { DatasetMetadata } from "../observation/model";
import { MINUTE, type Micros, parseDuration, parseInstant } from "../observation/time";
import type { Catalog, Dataset } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import { type Columnar, type ColumnarSession, sqlText } from "../ports/columnar";
import type { DeliveryFacts, GenerationFacts, Ledger } from "../ports/ledger";
import type { TimeSeries } from "../ports/time-series";
import type { Transactions, Tx } from "../ports/transactions";
import { IngestDataCommand } from "../source/messages";
import type { Stage } from "../stage";
import { together } from "../together";
import type { Alignment, SpanRules } from "./alignment";
import { planCanonical } from "./canonicalize";
import { mapHash } from "./map-hash";
import { DATA_AVAILABLE, type DataAvailableEvent } from "./messages";
import { rawColumns } from "./raw-columns";
import { castOnce, survey, writePoints } from "./survey";
import { type TakeInPorts, type TakenIn, takeIn } from "./take-in";

export interface IngestPorts extends TakeInPorts {
  readonly catalog: Pick<Catalog, "dataset" | "ensureDataset">;
  readonly ledger: Pick<Ledger, "receive" | "recordGeneration" | "spans">;
  readonly transactions: Transactions;
  readonly columnar: Columnar;
  readonly timeSeries: TimeSeries;
  readonly clock: Clock;
  readonly alignment: Alignment;
  readonly isCf: (standardName: string) => boolean;
  /** Which source of ours feeds a dataset, and its priority (live feeds 0, archives 10); undefined for a foreign one. */
  readonly originOf: (dataset: string) => Promise<{ source: string; priority: number } | undefined>;
  readonly failPoint: (name: string) => void;
}

/** Rows later than now plus this are set aside as future (SEMANTICS 3, *Time limits*). */
const FUTURE: Micros = 10 * MINUTE;

const DEFAULT_FLOOR = parseInstant("2010-01-01T00:00:00Z") ?? 0;

/**
 * IngestDataCommand in, DataAvailableEvent out, when all of the payload stands in the time series. Nothing is half-ingested: points are written beside
 * those of other generations and count only once the ledger names them.
 */
export const ingestStage: Stage<typeof IngestDataCommand, IngestPorts> = {
  name: "ingest",
  schema: IngestDataCommand,
  handle: async (command, ports, context) => {
    const dataset = await knownDataset(command.metadata.dataset, ports);
    const payload = await takeIn(command, ports, context.signal);
    ports.failPoint("ingest.payload-copied");
    const { delivery, facts } = await ingest(command, dataset, payload, ports, context.signal);
    const event: DataAvailableEvent = {
      id: command.id,
      metadata: command.metadata,
      start_time: command.start_time,
      end_time: command.end_time,
    };
    return {
      publish: [{ route: DATA_AVAILABLE, id: command.id, body: event, lane: context.lane }],
      settle: async (tx) => {
        await refuseOldCut(tx, dataset.metadata.name, facts, ports);
        await ports.ledger.recordGeneration(tx, delivery, facts);
        return undefined;
      },
    };
  },
};

/**
 * The span may have been changed while rows were read: what then lies past the change was cut into windows that there will not be.
 * @throws Transient to have the payload ingested again, by the span history that stands now
 */
async function refuseOldCut(tx: Tx, name: string, facts: GenerationFacts, ports: IngestPorts): Promise<void> {
  const spans = await heldSpans(tx, name, ports);
  const old = facts.touches.find(({ window }) => {
    const now = ports.alignment.windowAt(spans, window.start);
    return now.start !== window.start || now.end !== window.end;
  });
  if (old) throw new Transient(`the span of ${name} was changed while this was ingested; it is tried again`);
}

/** The span history; a change of it waits until this transaction ends. */
async function heldSpans(tx: Tx, name: string, ports: IngestPorts): Promise<SpanRules> {
  await ports.catalog.dataset(name, tx);
  return ports.ledger.spans(tx, name);
}

/** What does not need the other's result is done at the same time: of a small payload, a third of the time is waiting for the database and the disk. */
async function ingest(
  command: IngestDataCommand,
  dataset: Dataset,
  payload: TakenIn,
  ports: IngestPorts,
  signal: AbortSignal,
): Promise<{ delivery: number; facts: GenerationFacts }> {
  const now = ports.clock.now();
  const map = command.metadata.ingestion_map;
  const inSession = <T>(work: (session: ColumnarSession) => Promise<T>) =>
    ports.columnar.session(work, signal);
  const before = await fingerprint(payload.path);
  const { raw, collectedAt } = await inSession(async (session) => ({
    raw: await rawColumns(session, payload.path),
    collectedAt: await collectedAtOf(session, payload.path),
  }));
  const planned = planCanonical(payload.path, raw, map, {
    ...dataset,
    latest: now + FUTURE,
    isCf: ports.isCf,
  });
  const typed = await ports.files.scratch(`${command.id}.typed`);
  const points = await ports.files.scratch(`${command.id}.parquet`);
  try {
    const casting = inSession((session) => castOnce(session, planned, typed));
    const received = async () => {
      const facts = await deliveryFacts(command, payload, collectedAt, ports);
      // What is written down is what was read: the hash and the cells are of one file.
      await casting.catch(() => undefined);
      if ((await fingerprint(payload.path)) !== before)
        throw new Transient(`the payload ${payload.key} changed while it was read; it is read again`);
      const known = await receive(facts, now, ports);
      ports.failPoint("ingest.received");
      return { ...known, dataset: facts.dataset };
    };
    const [{ delivery, spans, dataset: name }, plan] = await together(received(), casting);
    const [found] = await together(
      inSession((session) => survey(session, plan, dataset.identity, spans, ports.alignment)),
      inSession((session) => writePoints(session, plan, dataset.identity, points)),
    );
    ports.failPoint("ingest.points-written");
    await ports.timeSeries.write({ dataset: name, delivery: delivery.key, generation: command.id }, points);
    ports.failPoint("ingest.series-written");
    return {
      delivery: delivery.id,
      facts: {
        commandId: command.id,
        ordinal: command.ordinal ?? 0,
        map,
        mapHash: mapHash(map),
        mapVersion: command.metadata.version,
        columns: plan.columns,
        ...found,
      },
    };
  } finally {
    await rm(typed, { recursive: true, force: true });
    await rm(points, { force: true });
  }
}

/** Writes down the delivery before its rows are written: from then on nothing of it can be swept away as unknown. */
async function receive(facts: DeliveryFacts, now: Micros, ports: IngestPorts) {
  return ports.transactions.run(async (tx) => {
    const spans = await heldSpans(tx, facts.dataset, ports);
    // A claim says what was asked for; the future cannot have been.
    const claims = ports.alignment.cutClaim(spans, facts.start, Math.min(facts.end, now));
    const delivery = await ports.ledger.receive(tx, facts, claims);
    // It may have been deleted by its age since it was found: nothing can do so from here on.
    if (!(await ports.files.exists(facts.payloadKey)))
      throw new Transient("the payload was deleted while it was received; it is looked for again");
    return { delivery, spans };
  });
}

/** When the payload was collected, as its footer says. */
async function collectedAtOf(session: ColumnarSession, payload: string): Promise<Micros | undefined> {
  const [footer] = await session.query(
    `SELECT decode(value) AS value FROM parquet_kv_metadata(${sqlText(payload)}) WHERE key = 'ionbeam.collected_at'::BLOB`,
  );
  return parseInstant(String(footer?.value ?? ""));
}

async function deliveryFacts(
  command: IngestDataCommand,
  payload: TakenIn,
  collectedAt: Micros | undefined,
  ports: IngestPorts,
): Promise<DeliveryFacts> {
  const end = parseInstant(command.end_time) ?? 0;
  const name = command.metadata.dataset.name;
  // Anybody may send into a dataset of ours: only what lies in our own store is our source's, and ranks like it.
  const origin = payload.own ? await ports.originOf(name) : undefined;
  const content = await payload.content();
  return {
    dataset: name,
    start: parseInstant(command.start_time) ?? 0,
    end,
    payloadSha256: content.sha256,
    payloadKey: payload.key,
    payloadBytes: content.bytes,
    priority: origin?.priority ?? 0,
    collectedAt: collectedAt ?? end,
    sourceName: origin?.source,
  };
}

/** The catalogue's dataset; a foreign one that it does not have yet is made from the message, with the defaults. */
async function knownDataset(metadata: DatasetMetadata, ports: IngestPorts): Promise<Dataset> {
  try {
    return await ports.catalog.dataset(metadata.name);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
  const dataset: Dataset = {
    metadata,
    identity: ["station_id"],
    mobile: false,
    personal: [],
    floor: DEFAULT_FLOOR,
    settings: {
      subjectToChange: parseDuration(metadata.subject_to_change_window) ?? 0,
      policy: { kind: "wait" },
    },
    licence: "",
    attribution: "",
    synthetic: false,
  };
  await ports.transactions.run((tx) => ports.catalog.ensureDataset(tx, dataset));
  return ports.catalog.dataset(metadata.name);
}
