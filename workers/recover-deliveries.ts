import { stat } from "node:fs/promises";
import path from "node:path";
import { hashOf } from "../server/file-hash";
import { ingestStage } from "../server/ingest/stage";
import { uuidv5 } from "../server/message";
import type { DataIngestionMap, DatasetMetadata } from "../server/observation/model";
import { formatInstant, type Micros, parseInstant } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import type { GenerationFacts } from "../server/ports/ledger";
import type { RecoveryLedger } from "../server/ports/recovery-ledger";
import type { Tx } from "../server/ports/transactions";
import type { Recovered, RecoveredDelivery } from "../server/recovery/choose";
import type { Runtime } from "../server/runtime";
import { INGEST_QUEUE, IngestDataCommand } from "../server/source/messages";

export interface RecoverPorts {
  readonly runtime: Runtime;
  readonly recovery: RecoveryLedger;
  /** Fills the catalogue as a first start does; datasets that are there stay. */
  readonly install: () => Promise<void>;
  readonly failPoint: (name: string) => void;
  readonly tell: (progress: string) => void;
  readonly signal: AbortSignal;
}

/** @returns why it cannot be ingested; undefined when it was */
export async function ingestAgain(
  delivery: RecoveredDelivery,
  metadata: DatasetMetadata,
  ports: RecoverPorts,
): Promise<string | undefined> {
  const { runtime, recovery } = ports;
  const { catalog, files, transactions } = runtime;
  const key = delivery.payload_key ?? `payloads/${delivery.dataset}/${delivery.payload_sha256}.parquet`;
  const sha256 = await hashOf(files.location(key));
  const source = (await catalog.everySource()).find(({ mapHash }) => mapHash === delivery.map_hash);
  const map = delivery.map ?? source?.map;
  if (sha256 !== delivery.payload_sha256) {
    if (map) await recall(delivery, map, key, ports);
    return sha256 === undefined ? `its payload ${key} is missing` : `its payload ${key} has other bytes`;
  }
  if (!map) return "its map stands in no manifest";
  const { start, end } = delivery.interval;
  const { size } = await stat(files.location(key));
  await transactions.run((tx) => receive(tx, delivery, key, size, runtime));
  await ingest(
    {
      id: delivery.generation,
      metadata,
      map,
      version: delivery.map_version,
      key,
      start,
      end,
      ordinal: delivery.ordinal ?? 0,
    },
    delivery.ingested_at,
    { source: delivery.source ?? "", priority: delivery.priority },
    ports,
    (tx) => recovery.setHistory(tx, historyOf(delivery)),
  );
  return undefined;
}

async function receive(
  tx: Tx,
  delivery: RecoveredDelivery,
  payloadKey: string,
  payloadBytes: number,
  { ledger, alignment }: Runtime,
) {
  const { start, end } = delivery.interval;
  const spans = await ledger.spans(tx, delivery.dataset);
  // As at its first receipt: a claim ends where the future began.
  const claims = alignment.cutClaim(spans, start, Math.min(end, delivery.received_at));
  const facts = {
    dataset: delivery.dataset,
    start,
    end,
    payloadSha256: delivery.payload_sha256,
    payloadKey,
    payloadBytes,
    priority: delivery.priority,
    collectedAt: delivery.collected_at,
    sourceName: delivery.source ?? undefined,
  };
  return ledger.receive(tx, facts, claims);
}

const historyOf = (delivery: RecoveredDelivery) => ({
  key: delivery.key,
  generation: delivery.generation,
  ordinal: delivery.ordinal ?? 0,
  receivedAt: delivery.received_at,
  ingestedAt: delivery.ingested_at,
  withdrawn: delivery.withdrawn,
});

/**
 * A delivery whose payload is gone, as one is that was deleted by its age: what it claims and what files hold of it, as the manifests tell. So windows that
 * were sealed are built and covered as they were, and nothing came too late there.
 */
async function recall(
  delivery: RecoveredDelivery,
  map: DataIngestionMap,
  payloadKey: string,
  { runtime, recovery }: RecoverPorts,
): Promise<void> {
  const { touches } = delivery;
  const windows = touches.map(({ window }) => window);
  const facts: GenerationFacts = {
    commandId: delivery.generation,
    ordinal: delivery.ordinal ?? 0,
    map,
    mapHash: delivery.map_hash,
    mapVersion: delivery.map_version,
    columns: delivery.columns as unknown as GenerationFacts["columns"],
    rows: touches.reduce((sum, { rows }) => sum + rows, 0),
    // Each window counts its own; nobody knows which were the same.
    stations: Math.max(0, ...touches.map(({ stations }) => stations)),
    observed:
      windows.length === 0
        ? undefined
        : {
            start: Math.min(...windows.map(({ start }) => start)),
            end: Math.max(...windows.map(({ end }) => end)),
          },
    touches,
    rejected: [],
    badCells: {},
    unmapped: {},
    futureDueAt: undefined,
  };
  await runtime.transactions.run(async (tx) => {
    const { id } = await receive(tx, delivery, payloadKey, 0, runtime);
    await runtime.ledger.recordGeneration(tx, id, facts);
    await recovery.setHistory(tx, historyOf(delivery));
    await recovery.setGone(tx, delivery.key);
  });
}

interface Command {
  readonly id: string;
  readonly metadata: DatasetMetadata;
  readonly map: DataIngestionMap;
  readonly version: number;
  readonly key: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly ordinal: number;
}

/** Runs the ingest stage as it ran at `at`, without its event: windows are judged once all is there. */
async function ingest(
  command: Command,
  at: Micros,
  origin: { source: string; priority: number } | undefined,
  { runtime, signal }: RecoverPorts,
  settled: (tx: Tx) => Promise<void>,
): Promise<void> {
  const body = IngestDataCommand.parse({
    id: command.id,
    metadata: { dataset: command.metadata, ingestion_map: command.map, version: command.version },
    payload_location: runtime.files.location(command.key),
    start_time: formatInstant(command.start),
    end_time: formatInstant(command.end),
    ordinal: command.ordinal,
  });
  const clock = { ...runtime.clock, now: () => at };
  const outcome = await ingestStage.handle(
    body,
    { ...runtime, clock, originOf: async () => origin, failPoint: () => undefined },
    { lane: "backfill", queue: INGEST_QUEUE, signal, attempt: 0 },
  );
  await runtime.transactions.run(async (tx) => {
    await outcome.settle?.(tx);
    await settled(tx);
  });
}

/** Payloads that no manifest names, by what their footer says was requested; their windows are owed what is in them. */
export async function ingestUnnamed(
  recovered: Recovered,
  datasets: ReadonlyMap<string, DatasetMetadata>,
  ports: RecoverPorts,
) {
  const { runtime } = ports;
  const named = new Set(recovered.deliveries.map(({ payload_sha256 }) => payload_sha256));
  const commands: string[] = [];
  const lost: string[] = [];
  const sources = await runtime.catalog.everySource();
  const known = new Map((await runtime.catalog.datasets()).map(({ metadata }) => [metadata.name, metadata]));
  for await (const key of runtime.files.list("payloads/")) {
    ports.signal.throwIfAborted();
    const [, name = "", file = ""] = key.split("/");
    if (named.has(path.parse(file).name)) continue;
    const source = sources.find(({ dataset }) => dataset === name);
    const last = recovered.deliveries.findLast(({ dataset, map }) => dataset === name && map !== undefined);
    const map = last?.map ?? source?.map;
    const metadata = datasets.get(name) ?? known.get(name);
    const requested = await requestedOf(key, ports);
    if (!map || !metadata || !requested) {
      lost.push(
        `payload ${key}: ${requested ? "its dataset and map are not known" : "it does not say what was requested"}`,
      );
      continue;
    }
    const id = uuidv5("recovered", key);
    const origin = await runtime.originOf(name);
    const version = last?.map ? last.map_version : (source?.mapVersion ?? 1);
    const command = { id, metadata, map, version, key, ...requested, ordinal: 0 };
    await ingest(command, runtime.clock.now(), origin, ports, async () => undefined);
    commands.push(id);
    ports.tell(`${commands.length} payloads of no file ingested`);
  }
  return { commands, lost };
}

async function requestedOf(key: string, { runtime }: RecoverPorts) {
  const location = sqlText(runtime.files.location(key));
  const text = await runtime.columnar
    .session(async (session) => {
      const [row] = await session.query(
        `SELECT decode(value) AS value FROM parquet_kv_metadata(${location}) WHERE key = 'ionbeam.requested'::BLOB`,
      );
      return String(row?.value ?? "{}");
    })
    // A file that is no Parquet says nothing.
    .catch(() => "{}");
  const { start, end } = JSON.parse(text);
  const range = { start: parseInstant(String(start)), end: parseInstant(String(end)) };
  return range.start === undefined || range.end === undefined
    ? undefined
    : { start: range.start, end: range.end };
}
