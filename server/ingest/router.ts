import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { WithdrawDelivery } from "./verbs";

const PAGE = 30;

export const ingestRouter = router({
  list: procedure
    .input(
      z.object({
        dataset: z.string().optional(),
        delivery: z.string().optional(),
        cursor: z.string().optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.ports.views.ingests({ ...input, limit: PAGE })),
  /** @returns how many windows were judged again */
  withdraw: procedure
    .input(WithdrawDelivery)
    .mutation(({ ctx, input }) => ctx.ports.verbs.withdrawDelivery(input)),
  restore: procedure
    .input(WithdrawDelivery)
    .mutation(({ ctx, input }) => ctx.ports.verbs.restoreDelivery(input)),
});
