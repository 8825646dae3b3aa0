import type { Settings } from "../../config/settings";
import { Invalid } from "../errors";
import { mapHash } from "../ingest/map-hash";
import type { DataIngestionMap } from "../observation/model";
import type { Dataset, Source } from "../ports/catalog";
import type { Tx } from "../ports/transactions";
import { checkMap, faultsInWords } from "../variable-map/check";
import { mapDifference } from "../variable-map/difference";
import { type PutMapPorts, putMap } from "../variable-map/verbs";
import { isPlaceholder } from "./placeholder";

/** A variable map that settings have for a source. */
export interface NamedMap {
  readonly map: DataIngestionMap;
  readonly hash: string;
  /** File, line and key. */
  readonly place: string;
}

type Named = ReadonlyMap<string, NamedMap>;
type Planned = Omit<Source, "createdAt">;

/** The maps that settings have, by source. */
export function namedMaps(settings: Settings | undefined): Named {
  return new Map(
    Object.entries(settings?.values.maps ?? {}).map(([source, map]) => {
      const line = settings?.lineOf(["maps", source]) ?? "?";
      return [
        source,
        { map, hash: mapHash(map), place: `${settings?.file}, line ${line}: "maps.${source}"` },
      ];
    }),
  );
}

/** A planned source under the map that the settings have for it. */
export function withMap(source: Planned, named: Named): Planned {
  const own = named.get(source.name);
  return own ? { ...source, map: own.map, mapHash: own.hash } : source;
}

/**
 * What is wrong with the maps that settings have for planned sources, judged as a person's is, with the kind's beside it: a sentence each, naming file and line.
 * It counts where such a map is taken over, and not at each start.
 */
export function faultsOfMaps(
  named: Named,
  planned: readonly { readonly source: Planned; readonly dataset: Dataset }[],
): ReadonlyMap<string, string> {
  const found = planned.flatMap(({ source, dataset }) => {
    const own = named.get(source.name);
    if (!own || own.hash === source.mapHash) return [];
    const { faults } = checkMap(own.map, { ...dataset, standing: [source.map] });
    return faults.length > 0 ? [[source.name, sentence(own, faultsInWords(faults))] as const] : [];
  });
  return new Map(found);
}

/** Before a source is made: with a map of the settings that cannot be, it is not. @throws Invalid naming file, line and all that is wrong */
export function refuseMap(
  { name, mapHash: hash }: Planned,
  {
    mapFaults,
    named,
  }: { readonly mapFaults: ReadonlyMap<string, string>; readonly named: { readonly maps: Named } },
): void {
  const words = mapFaults.get(name);
  if (words !== undefined && named.maps.get(name)?.hash === hash) throw new Invalid(words);
}

function sentence({ place }: NamedMap, words: string): string {
  return `${place}: ${words}: correct it, or remove it and the source has the map of its kind.`;
}

/** Of how many settings of a map it is said what they are. */
const TOLD = 3;

/** Which sources are under another map than the settings', and how these differ; of a source that is not there, or whose kind is not, nothing. */
export function changedMaps(
  named: Named,
  present: readonly Source[],
  kinds: { has(kind: string): boolean },
): readonly { readonly name: string; readonly otherwise: readonly string[] }[] {
  return present.flatMap((source) => {
    const own = named.get(source.name);
    if (!own || own.hash === source.mapHash || source.removedAt !== undefined) return [];
    if (isPlaceholder(source.map) || !kinds.has(source.kind)) return [];
    const changes = mapDifference(source.map, own.map);
    const told = changes
      .slice(0, TOLD)
      .map(
        ({ column, field, before, after }) =>
          `${column}, ${field} is ${before ?? "not set"}, the settings say ${after ?? "not set"}`,
      );
    const more = changes.length - told.length;
    if (more > 0) told.push(`${more} more`);
    return [{ name: source.name, otherwise: told.length > 0 ? told : ["spelt otherwise"] }];
  });
}

/** Puts the settings' maps in force, as a person would: for what is collected from now on. The caller holds the catalogue's lock. @throws Invalid */
export async function applyMaps(
  tx: Tx,
  named: Named,
  present: readonly Source[],
  ports: PutMapPorts,
): Promise<void> {
  const kinds = new Set(ports.sourcePlugins.map(({ kind }) => kind));
  for (const { name } of changedMaps(named, present, kinds)) {
    const own = named.get(name);
    if (!own) continue;
    await putMap(tx, { source: name, map: own.map }, ports).catch((error: unknown) => {
      throw error instanceof Invalid ? new Invalid(sentence(own, error.message), { cause: error }) : error;
    });
  }
}
