import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { ReprocessChoice, ReprocessOutcome, StartReprocess } from "./model";

const PAGE = 50;
const One = z.object({ id: z.string().min(1).max(64) });

export const reprocessRouter = router({
  preview: procedure
    .input(ReprocessChoice)
    .query(({ ctx, input }) => ctx.ports.verbs.previewReprocess(input)),
  start: procedure.input(StartReprocess).mutation(({ ctx, input }) => ctx.ports.verbs.startReprocess(input)),
  list: procedure
    .input(z.object({ cursor: z.string().optional() }))
    .query(({ ctx, input }) => ctx.ports.reprocessings.list(PAGE, input.cursor)),
  /** Those that have not ended, for the banner. */
  active: procedure.query(async ({ ctx }) => {
    const active = await ctx.ports.reprocessings.active();
    return Promise.all(active.slice(0, 5).map(({ id }) => ctx.ports.reprocessings.get(id)));
  }),
  get: procedure.input(One).query(({ ctx, input }) => ctx.ports.reprocessings.get(input.id)),
  windows: procedure
    .input(One.extend({ outcomes: z.array(ReprocessOutcome).optional(), cursor: z.string().optional() }))
    .query(({ ctx, input: { id, ...filter } }) =>
      ctx.ports.reprocessings.windows(id, { ...filter, limit: PAGE }),
    ),
  pause: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.pauseReprocess(input.id)),
  resume: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.resumeReprocess(input.id)),
  cancel: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.cancelReprocess(input.id)),
  retry: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.retryReprocess(input.id)),
});
