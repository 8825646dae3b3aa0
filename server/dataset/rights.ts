import { withoutSecrets } from "../secret-name";

/** What a source's data may be used for, and who is to be named. */
export interface Rights {
  readonly licence: string;
  readonly attribution: string;
}

/**
 * Licence and attribution of every source that contributed, by name (SEMANTICS 2, *Personal and licensed*). Of a foreign source, or one
 * that is gone, only the dataset's are known; it is named null where its deliveries carry no name.
 * @param sources names of the sources of the deliveries, repeated or not
 * @param known what the sources that are ours declare
 */
export function licences(
  sources: readonly (string | undefined)[],
  known: ReadonlyMap<string, Rights>,
  dataset: Rights,
): readonly ({ readonly source: string | null } & Rights)[] {
  const names = [...new Set(sources)].sort((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1));
  return names.map((source) => {
    const { licence, attribution } = known.get(source ?? "") ?? dataset;
    return { source: source ?? null, licence, attribution };
  });
}

/** As much of a plug-in as tells the rights in what it collects. */
export interface SourceKind {
  readonly kind: string;
  readonly config: { safeParse(config: unknown): { readonly success: boolean; readonly data?: unknown } };
  readonly dataset: (config: never) => Rights;
}

/** The rights that sources declare through their kind; a source whose kind or configuration this version does not know declares none. */
export function declaredRights(
  sources: readonly { readonly name: string; readonly kind: string; readonly config: unknown }[],
  kinds: readonly SourceKind[],
): ReadonlyMap<string, Rights> {
  const entries = sources.flatMap(({ name, kind, config }) => {
    const found = kinds.find((each) => each.kind === kind);
    // Rights do not hang on a secret: a text that stands for it will do.
    const parsed = found?.config.safeParse(withoutSecrets(config));
    return found && parsed?.success ? [[name, found.dataset(parsed.data as never)] as const] : [];
  });
  return new Map(entries);
}
