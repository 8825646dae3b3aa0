import type { Settings } from "../../config/settings";

/** What this version and its settings make. */
interface Made {
  readonly sources: ReadonlySet<string>;
  /** The names of the sources' blocks, those of other versions among them. */
  readonly blocks: ReadonlySet<string>;
  readonly datasets: ReadonlySet<string>;
  readonly projections: readonly string[];
}

/** What settings say of things that nothing else speaks of, and that may be misspelt: a sentence each, naming the line. */
export function straysOf(settings: Settings | undefined, made: Made): readonly string[] {
  const { sources, blocks, datasets } = made;
  const projections = new Set(made.projections.map((kind) => `${kind}_service`));
  return [
    ...straySchedules(settings, new Set([...sources, ...blocks])),
    ...straySwitches(settings, ["sources", "scheduler", "enabled"], "source", sources),
    ...straySwitches(settings, ["projections", "enabled"], "projection", projections, made.projections),
    ...strayNames(settings, ["maps"], "source of a kind of this version", sources),
    ...strayNames(settings, ["datasets"], "dataset", datasets),
    ...strayNames(settings, ["alerts", "silent_after"], "source", new Set([...sources, ...blocks])),
    ...strayNames(settings, ["alerts", "late_after_of"], "dataset", datasets),
  ];
}

/** A schedule of a source that is no kind and has no block may wait for a later version, or its name is misspelt: that is said. */
function straySchedules(settings: Settings | undefined, known: ReadonlySet<string>): string[] {
  return (settings?.values.sources?.scheduler?.windows ?? []).flatMap(({ source_name: name }, i) => {
    if (!settings || known.has(name)) return [];
    const place = ["sources", "scheduler", "windows", i, "source_name"];
    return [
      `${settings.file}, line ${settings.lineOf(place) ?? "?"}: "${place.join(".")}": these settings name no source "${name}": this schedule fires where one of that name was added on the page, and else waits for one; those of this version and these settings are: ${[...known].join(", ")}`,
    ];
  });
}

/** A source or a projection that is no kind of this version stays off, whatever the settings say of it. */
function straySwitches(
  settings: Settings | undefined,
  path: readonly string[],
  what: string,
  known: ReadonlySet<string>,
  also: readonly string[] = [],
): string[] {
  return keysAt(settings, path).flatMap((name) => {
    if (!settings || known.has(name) || also.includes(name)) return [];
    const place = [...path, name];
    return [
      `${settings.file}, line ${settings.lineOf(place) ?? "?"}: "${place.join(".")}": this version has no ${what} "${name}" to turn on or off; there are: ${[...known].join(", ")}`,
    ];
  });
}

/** What is said of a source or a dataset that these settings do not make: it may be there all the same, added on the page or by a message. */
function strayNames(
  settings: Settings | undefined,
  path: readonly string[],
  what: string,
  known: ReadonlySet<string>,
): string[] {
  return keysAt(settings, path).flatMap((name) => {
    if (!settings || known.has(name)) return [];
    const place = [...path, name];
    return [
      `${settings.file}, line ${settings.lineOf(place) ?? "?"}: "${place.join(".")}": these settings make no ${what} by that name: this is taken over where one of that name is there, and else left out; those of these settings are: ${[...known].join(", ")}`,
    ];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function keysAt(settings: Settings | undefined, path: readonly string[]): string[] {
  const block = path.reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], settings?.values);
  return Object.keys((block as Fields | undefined) ?? {});
}
