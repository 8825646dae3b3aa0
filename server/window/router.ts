import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { DAY } from "../observation/time";
import { MOST_RANGES } from "./grid/model";
import { ReasonClass, WindowState } from "./model";
import { ReprocessWindow } from "./verbs";

const PAGE = 50;
const REVISIONS = 20;
const MOST_DELIVERIES = 400;

/** One window, µs since the epoch. */
const OfWindow = z.object({ dataset: z.string().min(1), start: z.number().int(), end: z.number().int() });
/** The longest span that the grid shows, and that reasons are searched in. */
const LONGEST = 800 * DAY;

const Reasons = z.array(ReasonClass).min(1).optional();
const Words = z.string().trim().min(1).max(200).optional();

/** Whether [from, to) is a span of time that is not too long to be read as a whole. */
const isBounded = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from !== undefined && to !== undefined && to > from && to - from <= LONGEST;
const UNBOUNDED = "give a start and an end that are at most 800 days apart";

export const windowRouter = router({
  list: procedure
    .input(
      z
        .object({
          dataset: z.string().optional(),
          states: z.array(WindowState).optional(),
          stale: z.boolean().optional(),
          /** Windows that share an instant with [from, to), µs since the epoch. */
          from: z.number().int().optional(),
          to: z.number().int().optional(),
          reasons: Reasons,
          words: Words,
          cursor: z.string().optional(),
          /** Up to all windows of a minute of a day. */
          limit: z.number().int().min(1).max(1440).default(PAGE),
        })
        .refine(
          (asked) => (asked.words === undefined && asked.reasons === undefined) || isBounded(asked),
          UNBOUNDED,
        ),
    )
    .query(({ ctx, input }) => ctx.ports.views.windows(input)),
  /** The grid: cells of windows that share an instant with [from, to), by dataset. */
  grid: procedure
    .input(
      z
        .object({
          dataset: z.string().optional(),
          from: z.number().int(),
          to: z.number().int(),
          most: z.number().int().min(1).max(8_000),
          reasons: Reasons,
          words: Words,
        })
        .refine(isBounded, UNBOUNDED),
    )
    .query(({ ctx, input }) => ctx.ports.views.windowGrid(input)),
  /** How many windows are selected, by dataset and state. */
  selection: procedure
    .input(
      z.object({
        ranges: z
          .array(OfWindow.refine(({ start, end }) => end > start && end - start <= LONGEST, UNBOUNDED))
          .max(MOST_RANGES),
        states: z.array(WindowState).optional(),
        stale: z.boolean().optional(),
        reasons: Reasons,
        words: Words,
      }),
    )
    .query(({ ctx, input }) => ctx.ports.views.windowSelection(input)),
  /** A window without its lists; products carry the key under which they are downloaded. */
  get: procedure
    .input(z.object({ dataset: z.string().min(1), start: z.number().int() }))
    .query(async ({ ctx: { ports }, input }) => {
      const window = await ports.views.windowSummary(input.dataset, input.start);
      const projections = window.projections.map((projection) => ({
        ...projection,
        products: projection.products.map((each) => ({ ...each, key: ports.files.keyOf(each.path) })),
      }));
      return { ...window, projections };
    }),
  /** Start and end of a window by the dataset's span, whether or not anything has come for it. */
  ofSpan: procedure
    .input(z.object({ dataset: z.string().min(1), start: z.number().int() }))
    .query(({ ctx, input }) => ctx.ports.verbs.windowOfSpan(input.dataset, input.start)),
  /** Deliveries that claim the window or have rows in it, in the order of what they claim. */
  deliveries: procedure
    .input(
      OfWindow.extend({ limit: z.number().int().min(1).max(MOST_DELIVERIES), cursor: z.string().optional() }),
    )
    .query(({ ctx, input: { limit, cursor, ...window } }) =>
      ctx.ports.views.windowDeliveries(window, { limit, cursor }),
    ),
  /** Newest first. */
  revisions: procedure
    .input(OfWindow.extend({ cursor: z.number().int().optional() }))
    .query(async ({ ctx, input: { cursor, ...window } }) => {
      const { items, next } = await ctx.ports.views.windowRevisions(window, {
        limit: REVISIONS,
        below: cursor,
      });
      return { items, next: next === undefined ? undefined : Number(next) };
    }),
  /** What the ledger knows of the difference of two revisions. */
  difference: procedure
    .input(OfWindow.extend({ before: z.number().int(), after: z.number().int() }))
    .query(({ ctx, input: { before, after, ...window } }) =>
      ctx.ports.views.revisionDifference(window, before, after),
    ),
  reprocess: procedure.input(ReprocessWindow).mutation(async ({ ctx, input }) => {
    const { state, reason } = await ctx.ports.verbs.reprocessWindow(input);
    return { state, reason };
  }),
});
