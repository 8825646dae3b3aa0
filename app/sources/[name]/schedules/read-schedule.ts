import { durationWords } from "../../../../server/observation/duration-text";
import { countsInMonths, parseDuration } from "../../../../server/observation/time";
import { NO_MONTHS, refusals, type ScheduleTimes } from "../../../../server/source/model";
import { DURATION_FORM, readDuration } from "../../../datasets/typed-duration";

export type TypedSchedule = Readonly<Record<keyof ScheduleTimes, string>>;

const KEYS = ["windowSize", "interval", "lag"] as const;

/** What three typed durations say: the rule where they can be one, an echo in words of each that can be read, and what is wrong at its field. */
export function readSchedule(typed: TypedSchedule): {
  readonly rule: ScheduleTimes | undefined;
  readonly echo: Partial<TypedSchedule>;
  readonly wrong: Partial<TypedSchedule>;
} {
  const times: Partial<Record<keyof ScheduleTimes, number>> = {};
  const wrong: Partial<Record<keyof ScheduleTimes, string>> = {};
  for (const key of KEYS) {
    const iso = readDuration(typed[key]);
    const duration = iso === undefined ? undefined : parseDuration(iso);
    if (countsInMonths(typed[key])) wrong[key] = NO_MONTHS;
    else if (duration === undefined) wrong[key] = `${DURATION_FORM}, or PT6H`;
    else times[key] = duration;
  }
  const echo = Object.fromEntries(Object.entries(times).map(([key, time]) => [key, durationWords(time)]));
  // A field that cannot be read yet must not be refused for what it does not say.
  const refused = refusals({ windowSize: 1, interval: 60_000_000, lag: 0, ...times });
  const found = { ...refused, ...wrong };
  const { windowSize, interval, lag } = times;
  const whole = windowSize !== undefined && interval !== undefined && lag !== undefined;
  const rule = whole && Object.keys(found).length === 0 ? { windowSize, interval, lag } : undefined;
  return { rule, echo, wrong: found };
}
