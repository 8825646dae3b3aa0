import { DAY, formatInstant, HOUR, MINUTE, type Micros, SECOND } from "../../server/observation/time";

/** Thin and not broken: half a number at the end of a line is another number. */
const THIN_SPACE = "\u202f";

/** `2026-11-24 14:00 UTC`; seconds only where there are any. */
export function instantText(instant: Micros): string {
  const text = formatInstant(Math.floor(instant / SECOND) * SECOND);
  const minutes = text.slice(11, 16);
  const seconds = text.slice(17, 19);
  return `${text.slice(0, 10)} ${minutes}${seconds === "00" ? "" : `:${seconds}`} UTC`;
}

/** `2026-11-24 14:00 to 15:00 UTC`, with the day repeated where it differs. */
export function spanText(start: Micros, end: Micros): string {
  const [from, to] = [instantText(start).replace(" UTC", ""), instantText(end).replace(" UTC", "")];
  const sameDay = from.slice(0, 10) === to.slice(0, 10);
  return `${from} to ${sameDay ? to.slice(11) : to} UTC`;
}

/** `1 h 5 min`, `2 d 3 h`, `12 s`, `350 ms`: the two largest units. */
export function durationText(duration: Micros): string {
  if (duration !== 0 && Math.abs(duration) < SECOND)
    return `${Math.max(1, Math.floor(Math.abs(duration) / 1000))} ms`;
  const seconds = Math.round(Math.abs(duration) / SECOND) * SECOND;
  const units = [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
    [SECOND, "s"],
  ] as const;
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, word] of units) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${countText(count)} ${word}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(" ") : "0 s";
}

/** `3 min ago`, `in 2 h`, `now`. */
export function relativeText(instant: Micros, now: Micros): string {
  const distance = instant - now;
  if (Math.abs(distance) < 5 * SECOND) return "now";
  const words = durationText(distance).split(" ").slice(0, 2).join(" ");
  return distance < 0 ? `${words} ago` : `in ${words}`;
}

/** Groups of three with thin spaces. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** `1 row`, `1 234 rows`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Bytes in decimal units, three digits. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[power - 1] ?? "B"}`;
}

/** Never rounds less than all up to all, nor more than nothing down to nothing. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  return `${Math.floor(share * 100)} %`;
}

/** Shortened in the middle: both ends of an identifier tell it from another. */
export function middleText(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}
