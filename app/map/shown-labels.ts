import type { Shown, StationLine } from "./reading/messages";

type Labelled = Pick<Shown, "labels" | "ends">;

/** One point of those that are shown; undefined where there is none at that place. */
export function lineAt(shown: Shown, place: number): StationLine | undefined {
  if (place < 0 || place >= shown.ends.length) return undefined;
  return {
    place,
    label: new TextDecoder().decode(shown.labels.subarray(...spanOf(shown, place))),
    lon: shown.lon[place] ?? Number.NaN,
    lat: shown.lat[place] ?? Number.NaN,
    value: shown.value[place] ?? Number.NaN,
    time: shown.time[place] ?? Number.NaN,
  };
}

/** The place of a station; -1 where it is not among those that are shown. */
export function placeOfLabel(shown: Labelled, label: string): number {
  const wanted = new TextEncoder().encode(label);
  for (let place = 0; place < shown.ends.length; place += 1) {
    const [start, end] = spanOf(shown, place);
    if (end - start === wanted.length && wanted.every((byte, i) => byte === shown.labels[start + i]))
      return place;
  }
  return -1;
}

function spanOf({ ends }: Pick<Shown, "ends">, place: number): readonly [start: number, end: number] {
  return [ends[place - 1] ?? 0, ends[place] ?? 0];
}
