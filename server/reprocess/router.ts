import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { ReprocessChoice, ReprocessOutcome, StartReprocess } from "./model";

const PAGE = 50;
const One = z.object({ id: z.string().min(1).max(64) });

/** The dry run, apart: it is asked on every change of the choice, and not for every window that ends. */
export const reprocessPlanRouter = router({
  preview: procedure
    .input(ReprocessChoice)
    .query(({ ctx, input }) => ctx.ports.verbs.previewReprocess(input)),
});

export const reprocessRouter = router({
  start: procedure.input(StartReprocess).mutation(({ ctx, input }) => ctx.ports.verbs.startReprocess(input)),
  list: procedure
    .input(z.object({ cursor: z.string().optional() }))
    .query(({ ctx, input }) => ctx.ports.reprocessings.list(PAGE, input.cursor)),
  /** For the banner: the oldest two that have not ended, and how many there are. */
  active: procedure.query(async ({ ctx }) => {
    const active = await ctx.ports.reprocessings.active();
    const shown = await Promise.all(active.slice(0, 2).map(({ id }) => ctx.ports.reprocessings.get(id)));
    return { shown, count: active.length };
  }),
  get: procedure.input(One).query(({ ctx, input }) => ctx.ports.reprocessings.get(input.id)),
  windows: procedure
    .input(One.extend({ outcomes: z.array(ReprocessOutcome).optional(), cursor: z.string().optional() }))
    .query(({ ctx, input: { id, ...filter } }) =>
      ctx.ports.verbs.reprocessedWindows(id, { ...filter, limit: PAGE }),
    ),
  pause: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.pauseReprocess(input.id)),
  resume: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.resumeReprocess(input.id)),
  cancel: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.cancelReprocess(input.id)),
  retry: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.retryReprocess(input.id)),
});
