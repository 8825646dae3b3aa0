/** Whom a picture is owed to. */
export interface Owed {
  readonly name: string;
  readonly attribution: string;
  readonly licence: string;
}

/** Attribution and licence as they stand, each a sentence: a network's own one brings a full stop of its own. */
export function creditOf({ name, attribution, licence }: Owed): string {
  return [attribution || name, licence]
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) => (each.endsWith(".") ? each : `${each}.`))
    .join(" ");
}
