import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { WindowState } from "./model";
import { ReprocessWindow } from "./verbs";

const PAGE = 50;
const REVISIONS = 20;
const MOST_DELIVERIES = 400;

/** One window, µs since the epoch. */
const OfWindow = z.object({ dataset: z.string().min(1), start: z.number().int(), end: z.number().int() });

export const windowRouter = router({
  list: procedure
    .input(
      z.object({
        dataset: z.string().optional(),
        states: z.array(WindowState).optional(),
        stale: z.boolean().optional(),
        /** Windows that share an instant with [from, to), µs since the epoch. */
        from: z.number().int().optional(),
        to: z.number().int().optional(),
        cursor: z.string().optional(),
        /** Up to all windows of a minute of a day. */
        limit: z.number().int().min(1).max(1440).default(PAGE),
      }),
    )
    .query(({ ctx, input }) => ctx.ports.views.windows(input)),
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
