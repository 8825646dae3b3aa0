import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { ReingestChoice, ReingestOutcome, StartReingestion } from "./model";

const PAGE = 50;
const One = z.object({ id: z.string().min(1).max(64) });

export const reingestionRouter = router({
  preview: procedure
    .input(ReingestChoice)
    .query(({ ctx, input }) => ctx.ports.verbs.previewReingestion(input)),
  start: procedure
    .input(StartReingestion)
    .mutation(({ ctx, input }) => ctx.ports.verbs.startReingestion(input)),
  cancel: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.cancelReingestion(input.id)),
  retry: procedure.input(One).mutation(({ ctx, input }) => ctx.ports.verbs.retryReingestion(input.id)),
  list: procedure
    .input(z.object({ source: z.string().optional(), cursor: z.string().optional() }))
    .query(({ ctx, input }) => ctx.ports.reingestions.list(input.source, PAGE, input.cursor)),
  get: procedure.input(One).query(({ ctx, input }) => ctx.ports.reingestions.get(input.id)),
  deliveries: procedure
    .input(One.extend({ outcomes: z.array(ReingestOutcome).optional(), cursor: z.string().optional() }))
    .query(({ ctx, input: { id, ...filter } }) =>
      ctx.ports.reingestions.deliveries(id, { ...filter, limit: PAGE }),
    ),
});
