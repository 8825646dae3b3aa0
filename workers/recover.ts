import type { DatasetMetadata } from "../server/observation/model";
import { type Micros, parseDuration, parseInstant } from "../server/observation/time";
import type { Dataset } from "../server/ports/catalog";
import type { RecoveredRevision } from "../server/ports/recovery-ledger";
import { choose, type Recovered, type RecoveredWindow, spansOf } from "../server/recovery/choose";
import type { FoundManifest, StoredManifest } from "../server/recovery/model";
import { readManifests } from "../server/recovery/read-manifests";
import { acceptSpan } from "../server/window/align";
import type { Window } from "../server/window/model";
import { ingestAgain, ingestUnnamed, type RecoverPorts } from "./recover-deliveries";

/** Rows before this are rejected where a manifest of version 2 does not say (SEMANTICS 3, *Time limits*). */
const DEFAULT_FLOOR = parseInstant("2010-01-01T00:00:00Z") ?? 0;

export interface RecoverAnswer {
  readonly datasets: number;
  readonly windows: number;
  readonly revisions: number;
  /** Ingested again from their payloads, as they were. */
  readonly deliveries: number;
  /** Payloads that no file names: they were still on their way, or had no rows. */
  readonly unbuiltPayloads: number;
  /** Windows that nothing is built in any more, because a payload of theirs is lost. */
  readonly sealedWindows: number;
  readonly unusableManifests: readonly string[];
  /** In words, what cannot be had from manifests and payloads. */
  readonly lost: readonly string[];
}

/**
 * Makes the ledger again from the manifests beside the files and from the payloads. Each delivery is ingested again under its own command, by its own map: so
 * rows, claims and counts are what they were, and each window's desired set is the one that its file was built from. Every step may be made again.
 */
export async function recoverLedger(ports: RecoverPorts): Promise<RecoverAnswer> {
  const { files } = ports.runtime;
  const { found, unusable } = await readManifests(files, ports.tell);
  const recovered = choose(found);
  const datasets = await addDatasets(recovered, ports);
  await ports.install();
  ports.failPoint("recover.installed");
  const lost: string[] = [];
  const lacking = new Set<string>();
  let deliveries = 0;
  for (const delivery of recovered.deliveries) {
    ports.signal.throwIfAborted();
    const metadata = datasets.get(delivery.dataset);
    const why = metadata ? await ingestAgain(delivery, metadata, ports) : "its dataset is not known";
    if (why === undefined) deliveries += 1;
    else {
      lacking.add(delivery.key);
      lost.push(`delivery ${delivery.key.slice(0, 16)} of ${delivery.dataset}: ${why}`);
    }
    ports.tell(`${deliveries} of ${recovered.deliveries.length} deliveries ingested again`);
    ports.failPoint("recover.ingested");
  }
  const unbuilt = await ingestUnnamed(recovered, datasets, ports);
  ports.failPoint("recover.payloads-ingested");
  const sealed = await addWindows(recovered, lacking, ports);
  await judgeOthers(
    [...recovered.deliveries.map(({ generation }) => generation), ...unbuilt.commands],
    ports,
  );
  await wantProjections([...datasets.keys()], ports);
  return {
    datasets: datasets.size,
    windows: recovered.windows.length,
    revisions: recovered.windows.reduce((sum, { revisions }) => sum + revisions.length, 0),
    deliveries,
    unbuiltPayloads: unbuilt.commands.length,
    sealedWindows: sealed,
    unusableManifests: unusable.map(({ key, why }) => `${key}: ${why}`),
    lost: [...lost, ...unbuilt.lost, ...neverThere(found)],
  };
}

/** What no manifest tells. */
function neverThere(found: readonly FoundManifest[]): readonly string[] {
  const old = found.filter(({ said }) => said.manifest_version < 3).length;
  return [
    ...(old > 0
      ? [
          `${old} manifests of version 2 name no map, no revision and no settings: newest by ingestion is current, settings are the defaults`,
        ]
      : []),
    "sources, schedules and projections are those of the settings and defaults; what a person changed there is lost",
    "runs, messages in flight, dead letters and the audit are lost; schedules begin now",
    "a delivery is known as withdrawn only where a later file shows it; a window that became empty has its last file again",
    "exclusions are those of current files; retention and deletion after export are off",
    "all products are projected again; events are not published again",
  ];
}

/** @returns each dataset's metadata as its newest window tells it */
async function addDatasets(recovered: Recovered, { runtime, recovery }: RecoverPorts) {
  const windows = new Map<string, StoredManifest[]>();
  for (const { revisions } of recovered.windows) {
    const said = revisions.at(-1)?.said;
    if (!said) continue;
    const others = windows.get(said.dataset.name);
    if (others) others.push(said);
    else windows.set(said.dataset.name, [said]);
  }
  const metadata = new Map<string, DatasetMetadata>();
  for (const [name, all] of windows) {
    const newest = all.reduce((a, b) => (newestIngestion(b) > newestIngestion(a) ? b : a));
    const rules = spansOf(
      all.map(({ window }) => window),
      (declared) => acceptSpan(declared).span,
    );
    await runtime.transactions.run(async (tx) => {
      await runtime.catalog.ensureDataset(tx, datasetOf(newest));
      await runtime.catalog.saveSpans(tx, name, rules);
      for (const said of all)
        for (const { start, end, station, variable, box, ...rest } of said.exclusions)
          await recovery.addExclusion(tx, name, {
            ...rest,
            station: station ?? undefined,
            variable: variable ?? undefined,
            box: box ?? undefined,
            time: { start, end },
          });
    });
    metadata.set(name, newest.dataset);
  }
  return metadata;
}

const newestIngestion = ({ deliveries }: StoredManifest) =>
  deliveries.reduce((newest, { ingested_at }) => Math.max(newest, ingested_at), 0);

function datasetOf(said: StoredManifest): Dataset {
  const { dataset, identity, mobile, settings, synthetic } = said;
  const [first] = said.licences;
  const after = settings?.build_after ?? undefined;
  return {
    metadata: dataset,
    identity,
    mobile,
    personal: settings?.personal ?? [],
    floor: settings?.floor ?? DEFAULT_FLOOR,
    settings: {
      subjectToChange: parseMicros(dataset.subject_to_change_window),
      policy: after === undefined ? { kind: "wait" } : { kind: "build-after", after },
    },
    licence: settings?.licence ?? first?.licence ?? "",
    attribution: settings?.attribution ?? first?.attribution ?? "",
    synthetic,
  };
}

const parseMicros = (duration: string): Micros => parseDuration(duration) ?? 0;

/** @returns how many windows are sealed */
async function addWindows(
  { windows }: Recovered,
  lacking: ReadonlySet<string>,
  { runtime, recovery, tell }: RecoverPorts,
): Promise<number> {
  let sealed = 0;
  for (const [i, { revisions }] of windows.entries()) {
    const current = revisions.at(-1);
    if (!current) continue;
    const { start, end, span } = current.said.window;
    const window: Window = { dataset: current.said.dataset.name, start, end };
    const lost = current.said.deliveries.some(({ key }) => lacking.has(key));
    if (lost) sealed += 1;
    await runtime.transactions.run(async (tx) => {
      await recovery.addRevisions(
        tx,
        window,
        span,
        revisions.map((each) => revisionOf(each, each === current)),
        lost,
      );
      await runtime.judgeWindow(tx, window);
    });
    tell(`${i + 1} of ${windows.length} windows`);
  }
  return sealed;
}

function revisionOf(
  { said, key, fileKey, modified, revision }: RecoveredWindow["revisions"][number],
  current: boolean,
): RecoveredRevision {
  const { file, coverage } = said;
  return {
    revision,
    current,
    fileKey,
    sha256: file.sha256,
    bytes: file.bytes,
    rows: file.rows,
    stations: file.stations,
    columns: said.columns as unknown as RecoveredRevision["columns"],
    bbox: file.bbox ?? undefined,
    observed: file.observed ? { start: file.observed.first, end: file.observed.last } : undefined,
    desiredHash: said.desired_hash,
    mapHashes: said.map_hashes,
    coverageShare: coverage.share,
    complete: coverage.complete,
    manifestKey: key,
    builtAt: Math.round(modified) * 1000,
    deliveries: said.deliveries.map((each) => ({
      key: each.key,
      generation: each.generation,
      rows: each.rows,
      mapHash: each.map_hash,
    })),
  };
}

/** Windows without a file that a delivery claims or touches. */
async function judgeOthers(commands: readonly string[], { runtime, signal }: RecoverPorts): Promise<void> {
  const judged = new Set<string>();
  for (const command of commands) {
    signal.throwIfAborted();
    const windows = await runtime.transactions.run((tx) => runtime.ledger.windowsOfCommand(tx, command));
    for (const window of windows ?? []) {
      const key = `${window.dataset} ${window.start} ${window.end}`;
      if (judged.has(key)) continue;
      judged.add(key);
      await runtime.transactions.run((tx) => runtime.judgeWindow(tx, window));
    }
  }
}

async function wantProjections(datasets: readonly string[], { runtime }: RecoverPorts): Promise<void> {
  const always = { start: Number.MIN_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER };
  for (const { name, enabled } of await runtime.catalog.projections()) {
    if (!enabled) continue;
    for (const dataset of datasets)
      await runtime.transactions.run((tx) => runtime.projections.want(tx, name, dataset, always));
  }
}
