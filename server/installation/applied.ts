/** What applying the settings did about a difference of `differences`: its last words, and what holds since. */
const DONE: readonly (readonly [difference: RegExp, done: string])[] = [
  [/^source (.*) is on$/, "source $1 was on: turned off"],
  [/^source (.*) is off$/, "source $1 was off: turned on"],
  [/^a schedule of source (.*) is not in the settings$/, "a schedule of source $1: turned off"],
  [/^(.*) is not in the catalogue$/, "$1: added"],
  [/^(.*) is configured otherwise$/, "$1: configured as the settings say"],
];

/** The sentence of what was changed to end a difference between settings and catalogue. */
export function appliedWords(difference: string): string {
  const found = DONE.find(([words]) => words.test(difference));
  return found ? difference.replace(found[0], found[1]) : difference;
}
