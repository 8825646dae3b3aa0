/** Which letters are meant: some that are shown, or all that match the filter, shown or not. */
export type Selection =
  | { readonly all: true }
  | {
      readonly all: false;
      readonly keys: ReadonlySet<string>;
      /** The one that was chosen last: Shift goes from there. */
      readonly last?: string | undefined;
    };

export const NONE: Selection = { all: false, keys: new Set() };
export const ALL: Selection = { all: true };

export function isSelected(selection: Selection, key: string): boolean {
  return selection.all || selection.keys.has(key);
}

/**
 * A letter is chosen, or no longer. With Shift so are all between it and the one before. One that is taken out of "all that match" leaves the
 * others that are shown: what is not shown was never looked at.
 */
export function toggled(
  selection: Selection,
  key: string,
  shown: readonly string[],
  shift: boolean,
): Selection {
  if (selection.all) return { all: false, keys: new Set(shown.filter((each) => each !== key)), last: key };
  const on = !selection.keys.has(key);
  const keys = new Set(selection.keys);
  for (const each of shift ? between(selection.last ?? key, key, shown) : [key]) {
    if (on) keys.add(each);
    else keys.delete(each);
  }
  return { all: false, keys, last: key };
}

function between(one: string, other: string, shown: readonly string[]): readonly string[] {
  const [from, to] = [shown.indexOf(one), shown.indexOf(other)];
  return from < 0 || to < 0 ? [other] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** Those that are chosen and still there. */
export function chosenOf(selection: Selection, shown: readonly string[]): readonly string[] {
  return shown.filter((key) => isSelected(selection, key));
}
