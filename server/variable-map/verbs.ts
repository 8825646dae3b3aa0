import { partSecrets } from "../configuration/part-secrets";
import { openConfig } from "../configuration/sealing";
import { Conflict, Denied, Invalid, Transient } from "../errors";
import { mapHash } from "../ingest/map-hash";
import { canonicalName } from "../observation/canonical-name";
import type { DataIngestionMap } from "../observation/model";
import { nameDescription, officialEntry } from "../observation/name-descriptions";
import { type FoundName, searchNames } from "../observation/search-names";
import { resolveStandardName } from "../observation/standard-name";
import type { Spread } from "../observation/usual-values";
import type { Catalog, Source } from "../ports/catalog";
import type { Columnar } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { SecretBox } from "../ports/secret-box";
import type { Transactions, Tx } from "../ports/transactions";
import type { KeptPayload, VariableMaps } from "../ports/variable-maps";
import type { SourcePlugin } from "../source/plugin";
import { checkMap, faultsInWords } from "./check";
import { columnChanges, mapDifference } from "./difference";
import type {
  ChangeMap,
  ColumnSample,
  MapChange,
  MapDraft,
  MapJudgement,
  MapSuggestion,
  MapVersion,
  SampledPayload,
} from "./model";
import { samplePayload } from "./sample";
import { suggestVariables } from "./suggest";

export interface VariableMapPorts {
  readonly catalog: Catalog;
  readonly variableMaps: VariableMaps;
  readonly transactions: Transactions;
  readonly files: Pick<Files, "location" | "exists">;
  readonly columnar: Columnar;
  readonly sourcePlugins: readonly SourcePlugin[];
  readonly secretBox: SecretBox;
}

/** Versions that are listed. */
const MOST_VERSIONS = 200;

/** What a person may ask of variable maps. */
export function variableMapVerbs(ports: VariableMapPorts) {
  return {
    variableMap: (source: string) => showMap(source, ports),
    sampleMap: (request: { source: string; dtypes: Readonly<Record<string, string>> }) =>
      sampleMap(request, ports),
    judgeMap: (draft: MapDraft) => judgeMap(draft, ports),
    searchNames: (words: string, limit: number): readonly FoundName[] => searchNames(words, limit),
    standardName,
    changeMap: (request: ChangeMap) => changeMap(request, ports),
    resetMap: async (source: string, from: string) =>
      changeMap({ source, from, map: await defaultMap(await ports.catalog.source(source), ports) }, ports),
    useMapVersion: async (source: string, from: string, hash: string) => {
      const { dataset } = await ports.catalog.source(source);
      return changeMap({ source, from, map: (await ports.variableMaps.kept(dataset, hash)).map }, ports);
    },
    mapVersions: (source: string) => mapVersions(source, ports),
    mapVersionDifference: (source: string, before: string, after: string) =>
      mapVersionDifference(source, before, after, ports),
  };
}

/** What CF's table says of a name, with our description. */
function standardName(text: string) {
  const resolved = resolveStandardName(text);
  if (resolved.kind === "unknown") return resolved;
  return {
    ...resolved,
    description: nameDescription(resolved.name),
    link: officialEntry(resolved.name),
  };
}

function pluginOf(source: Source, { sourcePlugins }: Pick<VariableMapPorts, "sourcePlugins">): SourcePlugin {
  const plugin = sourcePlugins.find(({ kind }) => kind === source.kind);
  if (plugin) return plugin;
  throw new Denied(
    `source "${source.name}" is of kind "${source.kind}", which this version does not have yet: its map comes with its kind`,
  );
}

/** The map that its kind has for a source's settings; for settings that are wrong, that of its defaults. */
async function defaultMap(
  source: Source,
  ports: Pick<VariableMapPorts, "sourcePlugins" | "secretBox">,
): Promise<DataIngestionMap> {
  const plugin = pluginOf(source, ports);
  const opened = await openConfig(source.config, ports.secretBox).catch((error: unknown) => {
    // While the key cannot be read, the rest of the settings says what the map is.
    if (!(error instanceof Transient)) throw error;
    return { config: partSecrets(source.config).open };
  });
  const config = plugin.config.safeParse(opened.config);
  return plugin.map(config.success ? config.data : plugin.config.parse({}));
}

/** A source's map beside its plug-in's, and what stands fixed. @throws NotFound, Denied */
async function showMap(name: string, ports: VariableMapPorts) {
  const source = await ports.catalog.source(name);
  const dataset = await ports.catalog.dataset(source.dataset);
  const byDefault = await defaultMap(source, ports);
  return {
    source: source.name,
    dataset: source.dataset,
    map: source.map,
    hash: source.mapHash,
    version: source.mapVersion,
    byDefault,
    isDefault: mapHash(byDefault) === source.mapHash,
    fromDefault: mapDifference(byDefault, source.map),
    identity: dataset.identity,
    personal: dataset.personal,
    mobile: dataset.mobile,
  };
}

/** What the columns of the newest kept payload hold, and what those may be that the map does not name. @throws NotFound, Denied */
async function sampleMap(
  { source: name, dtypes }: { source: string; dtypes: Readonly<Record<string, string>> },
  ports: VariableMapPorts,
): Promise<{
  payload: SampledPayload | undefined;
  /** Why there is nothing to look at. */
  missing: string | undefined;
  columns: readonly ColumnSample[];
  suggestions: readonly MapSuggestion[];
}> {
  const source = await ports.catalog.source(name);
  const kept = await ports.variableMaps.newestPayload(source.dataset, source.name);
  const missing = await whyMissing(kept, ports);
  if (kept === undefined || missing !== undefined)
    return { payload: undefined, missing, columns: [], suggestions: [] };
  const { personal } = await ports.catalog.dataset(source.dataset);
  const path = ports.files.location(kept.payloadKey);
  const { rows, more, columns } = await samplePayload({ path, personal, dtypes }, ports.columnar);
  const { delivery, start, end, receivedAt } = kept;
  const { map } = source;
  const taken = new Set([
    ...personal,
    ...[map.datetime, map.lat, map.lon].map(
      ({ from_col }, i) => from_col ?? ["datetime", "lat", "lon"][i] ?? "",
    ),
    ...map.metadata_variables.map(({ column }) => column),
  ]);
  return {
    payload: { delivery, start, end, receivedAt, rows, more },
    missing: undefined,
    columns,
    suggestions: suggestVariables(columns, map.canonical_variables, taken),
  };
}

async function whyMissing(
  kept: KeptPayload | undefined,
  { files }: Pick<VariableMapPorts, "files">,
): Promise<string | undefined> {
  if (kept === undefined)
    return "No payload of this source is kept yet: what its columns hold is shown as soon as one was collected.";
  if (await files.exists(kept.payloadKey)) return undefined;
  return "The newest payload is missing from the store: what its columns hold cannot be shown until another one was collected.";
}

/** Judges a draft and says what it would touch; changes nothing. @throws NotFound, Denied */
async function judgeMap({ source: name, map }: MapDraft, ports: VariableMapPorts): Promise<MapJudgement> {
  const source = await ports.catalog.source(name);
  const byDefault = await defaultMap(source, ports);
  const { identity, personal } = await ports.catalog.dataset(source.dataset);
  const spreads = await spreadsOf(source, personal, ports);
  const remarks = checkMap(map, { identity, personal, standing: [source.map, byDefault], spreads });
  const sources = await ports.catalog.sources();
  const projections = await ports.catalog.projections();
  return {
    ...remarks,
    changes: mapDifference(source.map, map),
    fromDefault: mapDifference(byDefault, map),
    columns: remarks.faults.some(({ field }) => field === "level")
      ? { added: [], removed: [], renamed: [], retyped: [] }
      : columnChanges(source.map, map, personal),
    dataset: source.dataset,
    otherSources: sources
      .filter((each) => each.dataset === source.dataset && each.name !== source.name)
      .map((each) => each.name),
    projections: projections.filter(({ enabled }) => enabled).map((each) => each.name),
  };
}

/** Where the numbers of the newest payload lie, by raw column; of a payload that cannot be read nothing is known, and the draft is judged without. */
async function spreadsOf(
  { dataset, name }: Source,
  personal: readonly string[],
  ports: VariableMapPorts,
): Promise<ReadonlyMap<string, Spread>> {
  const kept = await ports.variableMaps.newestPayload(dataset, name);
  if (kept === undefined || !(await ports.files.exists(kept.payloadKey))) return new Map();
  try {
    const path = ports.files.location(kept.payloadKey);
    const { columns } = await samplePayload({ path, personal, dtypes: {} }, ports.columnar);
    return new Map(columns.flatMap(({ column, range }) => (range ? [[column, range] as const] : [])));
  } catch {
    // What they would tell is advice: whatever keeps a payload from being read does not keep a map from being saved.
    return new Map();
  }
}

/**
 * Puts a map in force for what the source collects from now on. It makes nothing stale: what was ingested stays as it is until it is ingested again.
 * @throws NotFound; Denied for a kind that is not there; Conflict when somebody else was first; Invalid saying all that is wrong
 */
function changeMap(request: ChangeMap, ports: VariableMapPorts): Promise<ChangedMap> {
  return ports.transactions.run(async (tx) => {
    await ports.catalog.lock(tx);
    return putMap(tx, request, ports);
  });
}

interface ChangedMap {
  readonly hash: string;
  readonly version: number;
  readonly changed: boolean;
}

export type PutMapPorts = Pick<VariableMapPorts, "variableMaps" | "sourcePlugins" | "secretBox"> & {
  readonly catalog: Pick<Catalog, "source" | "dataset" | "saveSource" | "audit">;
};

/** As a person's change of a map, in a transaction that holds the catalogue's lock; without `from`, of whatever map is in force. */
export async function putMap(
  tx: Tx,
  request: Omit<ChangeMap, "from"> & { readonly from?: string },
  ports: PutMapPorts,
): Promise<ChangedMap> {
  const hash = mapHash(request.map);
  const source = await ports.catalog.source(request.source, tx);
  // Sent twice is changed once.
  if (source.mapHash === hash) return { hash, version: source.mapVersion, changed: false };
  if (request.from !== undefined && source.mapHash !== request.from)
    throw new Conflict(
      `the map of ${source.name} was changed by somebody else meanwhile: version ${source.mapVersion} is in force; on the page, take the changes of your draft over to it, or discard them; on the command line, run ionbeam map show ${source.name} --json again and make your change to what it prints`,
    );
  await refuseFaults(tx, source, request.map, hash, ports);
  const version = await ports.variableMaps.versionFor(tx, source.dataset, hash);
  await ports.catalog.saveSource(tx, { ...source, map: request.map, mapHash: hash, mapVersion: version });
  const changed = new Set(mapDifference(source.map, request.map).map(({ column }) => column));
  await ports.catalog.audit(tx, {
    who: "local",
    what: "map change",
    subject: source.name,
    before: {
      version: source.mapVersion,
      hash: source.mapHash,
      columns: columnsInWords(source.map, changed),
    },
    after: { version, hash, columns: columnsInWords(request.map, changed) },
  });
  return { hash, version, changed: true };
}

async function refuseFaults(
  tx: Tx,
  source: Source,
  map: DataIngestionMap,
  hash: string,
  ports: PutMapPorts,
): Promise<void> {
  const { identity, personal } = await ports.catalog.dataset(source.dataset, tx);
  const standing = [source.map, await defaultMap(source, ports)];
  // A version that was in force is no edit of today.
  const kept = await ports.variableMaps.kept(source.dataset, hash, tx).catch(() => undefined);
  if (kept) standing.push(kept.map);
  const { faults } = checkMap(map, { identity, personal, standing });
  if (faults.length === 0) return;
  throw new Invalid(faultsInWords(faults));
}

/** The lines of these raw columns, each as one text. */
function columnsInWords(map: DataIngestionMap, which: ReadonlySet<string>): Readonly<Record<string, string>> {
  const variables = map.canonical_variables.map(
    (variable) => [variable.column, `${canonicalName(variable)} as ${variable.dtype}`] as const,
  );
  const attributes = map.metadata_variables.map(
    ({ column, dtype }) => [column, `attribute as ${dtype}`] as const,
  );
  return Object.fromEntries([...variables, ...attributes].filter(([column]) => which.has(column)));
}

/** The versions of a source's map, newest first. @throws NotFound */
async function mapVersions(name: string, ports: VariableMapPorts): Promise<readonly MapVersion[]> {
  const source = await ports.catalog.source(name);
  const byDefault = mapHash(await defaultMap(source, ports));
  const kept = await ports.variableMaps.versions(source.dataset, source.name, MOST_VERSIONS);
  return kept.map(({ hash, version, since, by, map }) => ({
    hash,
    version,
    since,
    current: hash === source.mapHash,
    isDefault: hash === byDefault,
    by,
    variables: map.canonical_variables.length,
  }));
}

/** What two versions have differently. @throws NotFound */
async function mapVersionDifference(
  name: string,
  before: string,
  after: string,
  ports: VariableMapPorts,
): Promise<readonly MapChange[]> {
  const { dataset } = await ports.catalog.source(name);
  const [was, is] = [
    await ports.variableMaps.kept(dataset, before),
    await ports.variableMaps.kept(dataset, after),
  ];
  return mapDifference(was.map, is.map);
}
