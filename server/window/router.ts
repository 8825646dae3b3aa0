import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { WindowState } from "./model";
import { ReprocessWindow } from "./verbs";

const PAGE = 50;

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
      }),
    )
    .query(({ ctx, input }) => ctx.ports.views.windows({ ...input, limit: PAGE })),
  /** A window with everything known of it; products carry the key under which they are downloaded. */
  get: procedure
    .input(z.object({ dataset: z.string().min(1), start: z.number().int() }))
    .query(async ({ ctx: { ports }, input }) => {
      const window = await ports.views.window(input.dataset, input.start);
      const projections = window.projections.map((projection) => ({
        ...projection,
        products: projection.products.map((each) => ({ ...each, key: ports.files.keyOf(each.path) })),
      }));
      return { ...window, projections };
    }),
  reprocess: procedure.input(ReprocessWindow).mutation(async ({ ctx, input }) => {
    const { state, reason } = await ctx.ports.verbs.reprocessWindow(input);
    return { state, reason };
  }),
});
