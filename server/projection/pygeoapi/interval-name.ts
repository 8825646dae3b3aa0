import type { Interval } from "../../observation/interval";
import { formatInstant, type Micros } from "../../observation/time";

/** `20240101_1200_20240101_1300`: a window's or day's start and end to the minute, with seconds where a span needs them. */
export function intervalName({ start, end }: Interval): string {
  return `${compact(start)}_${compact(end)}`;
}

function compact(instant: Micros): string {
  const [date = "", time = ""] = formatInstant(instant).replace("Z", "").split("T");
  const [hours, minutes, seconds] = time.split(":");
  return `${date.replaceAll("-", "")}_${hours}${minutes}${seconds === "00" ? "" : seconds}`;
}
