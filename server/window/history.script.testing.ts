import fc from "fast-check";
import { HOUR, MINUTE, type Micros, SECOND } from "../observation/time";
import { acceptSpan } from "./align";
import { History, type HistoryWorld, type Payload } from "./history.testing";
import type { Exclusion, WindowSettings } from "./model";

/** Half an hour before a midnight: histories run over it. */
const START = Date.UTC(2024, 0, 9, 23, 30) * 1000;
const MILLI = SECOND / 1000;

export type Step =
  | { readonly do: "deliver"; readonly payload: PayloadShape }
  | { readonly do: "again"; readonly n: number; readonly map: number; readonly request: boolean }
  | { readonly do: "errand"; readonly n: number; readonly cut: "before" | "after" | undefined }
  | { readonly do: "withdraw"; readonly n: number; readonly withdrawn: boolean }
  | {
      readonly do: "exclude";
      readonly station: string | undefined;
      readonly variable: string | undefined;
      readonly hours: number;
    }
  | { readonly do: "settings"; readonly settings: WindowSettings }
  | { readonly do: "span"; readonly span: string }
  | { readonly do: "clock"; readonly by: Micros; readonly spans: number }
  | { readonly do: "drain" }
  | { readonly do: "look"; readonly n: number; readonly builder: number }
  | { readonly do: "finish"; readonly builder: number; readonly how: "commit" | "blind" | "die" }
  | { readonly do: "reprocess"; readonly n: number; readonly forced: boolean };

/** A payload in terms of the instant at which it is delivered; times in quarters of the history's first span. */
interface PayloadShape {
  readonly back: number;
  readonly jitter: Micros;
  readonly length: number;
  readonly priority: number;
  readonly collected: number;
  readonly rows: readonly {
    /** Below 0 or beyond the length a row lies outside its claim. */
    readonly at: number;
    readonly identity: string;
    readonly a: number | undefined;
    readonly b: number | undefined;
  }[];
}

export interface Script {
  readonly span: string;
  readonly settings: WindowSettings;
  readonly steps: readonly Step[];
}

const SPANS = ["PT160S", "PT7M", "PT1H", "P1D"];
const number = fc.nat(1000);
const value = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });

const settings: fc.Arbitrary<WindowSettings> = fc.record({
  subjectToChange: fc.constantFrom(0, 0, MINUTE, HOUR, 24 * HOUR),
  policy: fc.oneof(
    fc.constant({ kind: "wait" } as const),
    fc.record({ kind: fc.constant("build-after" as const), after: fc.constantFrom(0, 10 * MINUTE, HOUR) }),
  ),
});

const payload: fc.Arbitrary<PayloadShape> = fc.record({
  back: fc.constantFrom(0, 4, 4, 4, 8, 8, 6, 1, 16),
  jitter: fc.constantFrom(0, 0, 0, 0, SECOND, 1001 * MILLI, -SECOND, -1001 * MILLI, 1),
  length: fc.constantFrom(0, 1, 2, 4, 4, 4, 4, 8, 12, 6),
  priority: fc.constantFrom(0, 10),
  collected: fc.nat(2),
  rows: fc.array(
    fc.record({
      at: fc.constantFrom(0, 0, 1, 2, 3, 4, -1, 6),
      identity: fc.constantFrom("S1", "S2", "S10"),
      a: value,
      b: value,
    }),
    { maxLength: 5 },
  ),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("deliver" as const), payload }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("again" as const),
      n: number,
      map: fc.nat(2),
      request: fc.boolean(),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("errand" as const),
      n: number,
      cut: fc.constantFrom(undefined, undefined, undefined, "before" as const, "after" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("withdraw" as const), n: number, withdrawn: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("exclude" as const),
      station: fc.constantFrom(undefined, "S1", "S10"),
      variable: fc.constantFrom(undefined, "a"),
      hours: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settings" as const), settings }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("span" as const),
      span: fc.constantFrom(...SPANS, "PT11M", "PT30M"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("clock" as const),
      by: fc.constantFrom(0, 0, SECOND, 61 * SECOND, 6 * MINUTE, 11 * MINUTE, HOUR, -30 * SECOND, -HOUR),
      spans: fc.constantFrom(0, 0, 1, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("drain" as const) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("look" as const), n: number, builder: fc.nat(1) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("finish" as const),
      builder: fc.nat(1),
      how: fc.constantFrom(
        "commit" as const,
        "commit" as const,
        "commit" as const,
        "blind" as const,
        "die" as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reprocess" as const), n: number, forced: fc.boolean() }),
  },
);

/** Histories as data: fast-check shrinks a failing one to the few steps that matter. */
export const script: fc.Arbitrary<Script> = fc.record({
  span: fc.constantFrom(...SPANS),
  settings,
  steps: fc.array(step, { minLength: 15, maxLength: 80, size: "max" }),
});

/** Plays a script to its end and lets it come to rest. */
export async function play(world: HistoryWorld, given: Script): Promise<History> {
  const history = new History(world, [{ from: 0, ...acceptSpan(given.span) }], given.settings, START);
  await history.begin();
  const { span } = acceptSpan(given.span);
  for (const each of given.steps) await perform(history, each, span);
  await history.rest();
  return history;
}

async function perform(history: History, step: Step, span: Micros): Promise<void> {
  const payload = (n: number) => n % Math.max(history.payloads.length, 1);
  switch (step.do) {
    case "deliver":
      history.deliver(payloadAt(history.now, step.payload, span));
      return;
    case "again":
      return history.again(payload(step.n), step.map, step.request);
    case "errand": {
      const errand = history.errands[step.n % Math.max(history.errands.length, 1)];
      return errand ? history.run(errand, step.cut) : undefined;
    }
    case "withdraw":
      return history.withdraw(payload(step.n), step.withdrawn);
    case "exclude":
      return history.exclude(exclusionsOf(step));
    case "settings":
      return history.set(step.settings);
    case "span":
      return history.changeSpan(step.span);
    case "clock":
      return history.setClock(history.now + step.by + step.spans * span);
    case "drain":
      return history.drain();
    case "look":
      await history.look(step.n, step.builder);
      return;
    case "finish":
      return history.finish(step.builder, step.how);
    case "reprocess":
      return history.reprocess(step.n, step.forced);
  }
}

function payloadAt(now: Micros, shape: PayloadShape, span: Micros): Payload {
  const quarter = span / 4;
  const grid = Math.floor(now / span) * span - shape.back * quarter;
  const start = grid + shape.jitter;
  const end = start + shape.length * quarter;
  const rows = shape.rows.map(({ at, ...row }) => ({ ...row, time: grid + at * quarter }));
  return { start, end, priority: shape.priority, collectedAt: grid + shape.collected * MINUTE, rows };
}

function exclusionsOf(step: Extract<Step, { do: "exclude" }>): readonly Exclusion[] {
  if (step.hours === 0) return [];
  const time = { start: START - HOUR, end: START + step.hours * HOUR };
  const id = `00000000-0000-4000-8000-00000000000${step.hours}`;
  return [{ id, station: step.station, variable: step.variable, box: undefined, time, reason: "a test" }];
}
