import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { NotFound } from "../errors";
import { ConfigureProjection, SetProjectionEnabled } from "./configure";
import { ProjectRange, RetryProjection } from "./verbs";

const PAGE = 30;
const Named = z.object({ name: z.string().min(1) });

export const projectionRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.projectionPages.summaries()),
  get: procedure.input(Named).query(async ({ ctx, input }) => {
    const all = await ctx.ports.projectionPages.summaries();
    const found = all.find(({ name }) => name === input.name);
    if (!found) throw new NotFound(`There is no projection "${input.name}".`);
    return found;
  }),
  windows: procedure
    .input(Named.extend({ which: z.enum(["failed", "owed", "done"]), cursor: z.string().optional() }))
    .query(({ ctx, input: { name, which, cursor } }) =>
      ctx.ports.projectionPages.windows(name, which, { limit: PAGE, cursor }),
    ),
  configuration: procedure
    .input(Named)
    .query(({ ctx, input }) => ctx.ports.verbs.projectionConfiguration(input.name)),
  configure: procedure
    .input(ConfigureProjection)
    .mutation(({ ctx, input }) => ctx.ports.verbs.configureProjection(input)),
  setEnabled: procedure
    .input(SetProjectionEnabled)
    .mutation(({ ctx, input }) => ctx.ports.verbs.setProjectionEnabled(input)),
  project: procedure.input(ProjectRange).mutation(({ ctx, input }) => ctx.ports.verbs.projectRange(input)),
  retry: procedure
    .input(RetryProjection)
    .mutation(({ ctx, input }) => ctx.ports.verbs.retryProjection(input)),
});
