import { DAY, HOUR, MINUTE, type Micros, SECOND } from "./time";

const UNITS = [
  [DAY, "d"],
  [HOUR, "h"],
  [MINUTE, "min"],
  [SECOND, "s"],
] as const;

/** A duration in words, exact to the second: `1 d 2 h 30 min`; parts of a second are left out. */
export function durationWords(duration: Micros): string {
  let rest = Math.abs(duration);
  const parts: string[] = [];
  for (const [unit, word] of UNITS) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return `${duration < 0 ? "-" : ""}${parts.join(" ") || "0 s"}`;
}
