import type { Settings } from "../../config/settings";

/** A schedule of a source that is no kind and has no block may wait for a later version, or its name is misspelt: that is said. */
export function straySchedules(settings: Settings | undefined, known: ReadonlySet<string>): string[] {
  return (settings?.values.sources?.scheduler?.windows ?? []).flatMap(({ source_name: name }, i) => {
    if (!settings || known.has(name)) return [];
    const place = ["sources", "scheduler", "windows", i, "source_name"];
    return [
      `${settings.file}, line ${settings.lineOf(place) ?? "?"}: "${place.join(".")}": these settings name no source "${name}": this schedule fires where one of that name was added on the page, and else waits for one; those of this version and these settings are: ${[...known].join(", ")}`,
    ];
  });
}

/** A source or a projection that is no kind of this version stays off, whatever the settings say of it. */
export function straySwitches(
  settings: Settings | undefined,
  path: readonly string[],
  what: string,
  known: ReadonlySet<string>,
): string[] {
  return keysAt(settings, path).flatMap((name) => {
    if (!settings || known.has(name)) return [];
    const place = [...path, name];
    return [
      `${settings.file}, line ${settings.lineOf(place) ?? "?"}: "${place.join(".")}": this version has no ${what} "${name}" to turn on or off; there are: ${[...known].join(", ")}`,
    ];
  });
}

/** What is said of a source or a dataset that these settings do not make: it may be there all the same, added on the page or by a message. */
export function strayNames(
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
