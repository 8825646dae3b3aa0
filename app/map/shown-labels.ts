import type { Shown, StationLine } from "./reading/messages";
import { placeOf, textAt } from "./reading/text-table";

/** One point of those that are shown; undefined where there is none at that place. */
export function lineAt(shown: Shown, place: number): StationLine | undefined {
  if (place < 0 || place >= shown.ends.length) return undefined;
  return {
    place,
    label: textAt({ bytes: shown.labels, ends: shown.ends }, place),
    lon: shown.lon[place] ?? Number.NaN,
    lat: shown.lat[place] ?? Number.NaN,
    value: shown.value[place] ?? Number.NaN,
    time: shown.time[place] ?? Number.NaN,
  };
}

/** The place of a station; -1 where it is not among those that are shown. */
export function placeOfLabel({ labels, ends }: Pick<Shown, "labels" | "ends">, label: string): number {
  return placeOf({ bytes: labels, ends }, label);
}
