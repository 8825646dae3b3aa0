/** Whom a picture is owed to. */
export interface Owed {
  readonly name: string;
  readonly attribution: string;
  readonly licence: string;
}

/** Attribution and licence as one sentence without its end: a network's own sentence brings a full stop of its own. */
export function creditOf({ name, attribution, licence }: Owed): string {
  return [attribution || name, licence]
    .map((each) => each.trim().replace(/\.+$/, ""))
    .filter((each) => each !== "")
    .join("; ");
}
