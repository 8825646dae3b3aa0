import { z } from "zod";
import { procedure, router } from "./procedure";

const PAGE = 50;

const Keys = z
  .array(z.object({ queue: z.string().min(1), id: z.uuid() }))
  .min(1)
  .max(500);

export const deadLetterRouter = router({
  /** A page of dead letters, newest first; the cursor is how many come before it. */
  list: procedure
    .input(z.object({ cursor: z.number().int().min(0).default(0) }))
    .query(async ({ ctx, input }) => {
      const found = await ctx.ports.verbs.deadLetters(PAGE + 1, input.cursor);
      return { items: found.slice(0, PAGE), next: found.length > PAGE ? input.cursor + PAGE : undefined };
    }),
  replay: procedure
    .input(z.object({ keys: Keys }))
    .mutation(({ ctx, input }) => ctx.ports.verbs.replay(input.keys)),
});
