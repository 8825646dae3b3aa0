import type { Interval } from "../../../server/observation/interval";
import { DAY, formatInstant, HOUR, MINUTE, type Micros } from "../../../server/observation/time";

export interface Tick {
  readonly at: Micros;
  readonly text: string;
  /** Of a larger unit than most: a midnight among hours, the first of a month among days. */
  readonly major: boolean;
}

/** Steps of ticks below a month, and how each is written. */
const STEPS: readonly Micros[] = [
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/**
 * The ticks of a time axis in UTC, at round instants, as many as have room.
 * @param room how many labels fit
 */
export function ticksOf({ start, end }: Interval, room: number): Tick[] {
  const step = STEPS.find((each) => (end - start) / each <= Math.max(2, room));
  if (step === undefined || step > 2 * DAY) return months({ start, end }, room);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(start / step) * step; at <= end; at += step) ticks.push(tick(at, step));
  return ticks;
}

function tick(at: Micros, step: Micros): Tick {
  const [, month, day, time] = fields(at);
  const midnight = at % DAY === 0;
  const date = `${day} ${month}`;
  if (step >= DAY) return { at, text: date, major: day === 1 };
  return midnight ? { at, text: date, major: true } : { at, text: time, major: false };
}

function fields(at: Micros): readonly [year: number, month: string, day: number, time: string] {
  const text = formatInstant(at);
  return [
    Number(text.slice(0, 4)),
    MONTHS[Number(text.slice(5, 7)) - 1] ?? "",
    Number(text.slice(8, 10)),
    text.slice(11, 16),
  ];
}

/** The first of months, every one, second, third or sixth; and halves or quarters of months where there is room. */
function months({ start, end }: Interval, room: number): Tick[] {
  const count = (end - start) / (30 * DAY);
  const every = [1, 2, 3, 6, 12].find((each) => count / each <= Math.max(2.5, room)) ?? 12;
  const parts = count * 4 <= room ? [7, 14, 21] : count * 2 <= room ? [14] : [];
  const ticks: Tick[] = [];
  const from = new Date(start / 1000);
  const put = (at: Micros, text: string, major: boolean) => {
    if (at >= start && at <= end) ticks.push({ at, text, major });
  };
  for (let month = from.getUTCMonth(); ; month += 1) {
    const first = Date.UTC(from.getUTCFullYear(), month, 1) * 1000;
    if (first > end) return ticks;
    const [year, name] = fields(first);
    const january = month % 12 === 0;
    const date = parts.length > 0 ? `1 ${name}` : name;
    if (month % every === 0) put(first, january ? `${year}` : date, january || parts.length > 0);
    for (const days of parts) put(first + days * DAY, `${days + 1} ${name}`, false);
  }
}

/** What the axis does not say of itself: the day, month or year of its left end. */
export function axisTitle({ start, end }: Interval): string {
  const [year, month, day] = fields(start);
  if (end - start <= 2 * DAY) return `${day} ${month} ${year}, UTC`;
  return end - start <= 200 * DAY ? `${month} ${year}, UTC` : `${year}, UTC`;
}
