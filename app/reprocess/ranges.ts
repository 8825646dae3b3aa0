import { formatInstant, type Micros, parseInstant } from "../../server/observation/time";

/** Windows of a dataset that share an instant with [start, end). */
export interface Range {
  readonly dataset: string;
  readonly start: Micros;
  readonly end: Micros;
}

/** Ranges as they stand in an address: `dataset,start,end;...`. */
export function rangesText(ranges: readonly Range[]): string {
  return ranges
    .map(
      ({ dataset, start, end }) =>
        `${encodeURIComponent(dataset)},${formatInstant(start)},${formatInstant(end)}`,
    )
    .join(";");
}

/** Reads ranges of an address; what cannot be read is left out. */
export function readRanges(text: string): readonly Range[] {
  return text.split(";").flatMap((part) => {
    const [name = "", from = "", to = ""] = part.split(",");
    const [start, end] = [parseInstant(from), parseInstant(to)];
    if (name === "" || start === undefined || end === undefined || end <= start) return [];
    return [{ dataset: decoded(name), start, end }];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of the form with these ranges filled in. */
export function reprocessHref(ranges: readonly Range[]): string {
  return `/reprocess/new?${new URLSearchParams({ in: rangesText(ranges) })}`;
}
