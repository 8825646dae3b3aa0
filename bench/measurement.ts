/** One number that a scenario found. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Over this the bench fails. */
  readonly atMost?: number;
  /** What the number came from. */
  readonly detail?: string;
}

/** What a scenario found, as JSON on its standard output. */
export interface Finding {
  readonly figures: readonly Figure[];
  /** What stands in the products, and what is known to have been put in. */
  readonly checks: Readonly<Record<string, readonly [found: number, wanted: number]>>;
}

export type StepName = "ingest" | "window build" | "GeoParquet" | "compaction of a day";

/** How often the time of a plain COPY a step may take. */
export const BOUNDS: Readonly<Record<StepName, number>> = {
  ingest: 3,
  "window build": 4,
  GeoParquet: 4,
  "compaction of a day": 3,
};

/** What the process may grow to, MiB. */
export const MOST_MIB = 1024;

/** What a finding misses, in sentences. */
export function faults({ figures, checks }: Finding): readonly string[] {
  return [
    ...Object.entries(checks)
      .filter(([, [found, wanted]]) => found !== wanted)
      .map(([what, [found, wanted]]) => `${what}: ${found}, but ${wanted} were put in`),
    ...figures
      .filter(({ value, atMost }) => atMost !== undefined && !(value <= atMost))
      .map(({ what, value, unit, atMost }) => `${what}: ${shown(value)} ${unit}, more than ${atMost}`),
  ];
}

/** A number with three significant digits. */
export function shown(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(3)));
}
