import { z } from "zod";
import { DAY, HOUR, MINUTE, type Micros, SECOND } from "../observation/time";

/** What may be wrong. `builds` and `projections` are failures in a row of a dataset's builds, and of a projection. */
export const AlertRule = z.enum(["silence", "late", "runs", "builds", "projections"]);
export type AlertRule = z.infer<typeof AlertRule>;

/** The rules in words. */
export const RULE_WORDS: Readonly<Record<AlertRule, string>> = {
  silence: "source is silent",
  late: "windows are late",
  runs: "runs fail in a row",
  builds: "builds fail in a row",
  projections: "projections fail in a row",
};

/** A length of time a person may set, µs. */
const Limit = z
  .number()
  .int()
  .min(SECOND, "give at least 1 s")
  .max(366 * DAY, "give at most 366 d");

/** From when on something is an alert. Durations are µs. */
export const AlertSettings = z.object({
  silence: z.boolean(),
  /** After how long a source is silent; one that is not named goes by its schedules, `off` is not watched. */
  silentAfter: z.record(z.string().min(1), z.union([Limit, z.literal("off")])),
  late: z.boolean(),
  /** After how long a window is late that could be built, or that waits for a delivery. */
  lateAfter: Limit,
  /** The same for single datasets. */
  lateAfterOf: z.record(z.string().min(1), z.union([Limit, z.literal("off")])),
  failures: z.boolean(),
  /** How many failures in a row are too many. */
  failuresInRow: z.number().int().min(1, "give at least 1").max(1000, "give at most 1000"),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

/** Of an installation that nobody has set otherwise. */
export const STANDARD_SETTINGS: AlertSettings = {
  silence: true,
  silentAfter: {},
  late: true,
  lateAfter: 2 * HOUR,
  lateAfterOf: {},
  failures: true,
  failuresInRow: 5,
};

/** What a schedule may be late beside itself: a run takes its time, and a service its own. */
const LATENESS: Micros = 15 * MINUTE;

/** After how long, beyond its lag, a schedule has been silent where nobody has said: two of its boundaries in a row brought nothing. */
export function silenceOf({ interval }: { readonly interval: Micros }): Micros {
  return 2 * interval + LATENESS;
}

/** When a source counts as silent where nobody has said: by the one of its schedules that should be heard of first, beyond the lag of that. Undefined without a schedule. */
export function usualSilence(
  schedules: readonly { readonly interval: Micros; readonly lag: Micros }[],
): Micros | undefined {
  const [first] = [...schedules].sort((a, b) => silenceOf(a) + a.lag - (silenceOf(b) + b.lag));
  return first && silenceOf(first);
}

export const MessageState = z.enum(["waiting", "sent", "dead", "withheld"]);
export type MessageState = z.infer<typeof MessageState>;

/** A message to the webhook, as it is shown. */
export interface AlertMessageView {
  readonly kind: "opened" | "resolved";
  readonly state: MessageState;
  readonly attempts: number;
  readonly error: string | undefined;
  readonly retryAt: Micros | undefined;
  readonly endedAt: Micros | undefined;
}

/** A problem, from when it was seen until it was over. */
export interface AlertView {
  readonly id: number;
  readonly rule: AlertRule;
  /** A source, a dataset or a projection. */
  readonly subject: string;
  readonly sentence: string;
  /** The page that shows it. */
  readonly href: string;
  /** Since when it is so, as far as that is known: before it was seen. */
  readonly since: Micros | undefined;
  readonly openedAt: Micros;
  readonly resolvedAt: Micros | undefined;
  /** How it came to an end. */
  readonly resolution: string | undefined;
  readonly mutedAt: Micros | undefined;
  readonly messages: readonly AlertMessageView[];
}

/** A webhook address: of the web, and short enough. */
export const WebhookAddress = z
  .url({ protocol: /^https?$/, error: "give an address that begins with http:// or https://" })
  .max(2_000, "an address has at most 2000 characters");
