import { z } from "zod";
import { procedure, router } from "../api/procedure";

const Named = z.object({ name: z.string().min(1) });

export const healthRouter = router({
  /** What the last probe found. */
  source: procedure.input(Named).query(({ ctx, input }) => ctx.ports.verbs.sourceHealth(input.name)),
  /** Asks now. Ends when the page goes away. */
  probe: procedure
    .input(Named)
    .mutation(({ ctx, input, signal }) => ctx.ports.verbs.probeSource(input.name, signal)),
});
