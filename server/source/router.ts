import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { NotFound } from "../errors";
import { ConfigureSource } from "./configure";
import { AddSchedule, ChangeSchedule, PreviewSchedule, RemoveSchedule, SetScheduleEnabled } from "./model";
import { RemoveSource } from "./remove";
import { CancelRun, RunAgain, TryRunNow } from "./run-verbs";
import { RunSource, SetSourceEnabled } from "./verbs";

const PAGE = 30;

export const sourceRouter = router({
  /** Those that are there. */
  list: procedure.query(async ({ ctx }) =>
    (await ctx.ports.views.sources()).filter(({ removedAt }) => removedAt === undefined),
  ),
  /** Those that a person removed: what they delivered stays under their names. */
  removed: procedure.query(async ({ ctx }) =>
    (await ctx.ports.views.sources()).flatMap(({ name, dataset, removedAt }) =>
      removedAt === undefined ? [] : [{ name, dataset, removedAt }],
    ),
  ),
  /** One of them, also one that was removed. */
  get: procedure.input(z.object({ name: z.string().min(1) })).query(async ({ ctx, input }) => {
    const found = (await ctx.ports.views.sources()).find((source) => source.name === input.name);
    if (!found) throw new NotFound(`There is no source "${input.name}".`);
    return found;
  }),
  runs: procedure
    .input(z.object({ source: z.string().optional(), cursor: z.string().optional() }))
    .query(({ ctx, input }) => ctx.ports.views.runs({ ...input, limit: PAGE })),
  /** The runs that brought what a window was made of, or still may. */
  ofWindow: procedure
    .input(z.object({ dataset: z.string().min(1), start: z.number().int(), end: z.number().int() }))
    .query(({ ctx, input }) => ctx.ports.views.windowRuns(input, PAGE)),
  /** One run with what came of it. */
  runDetail: procedure
    .input(z.object({ id: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.views.run(input.id)),
  cancelRun: procedure.input(CancelRun).mutation(({ ctx, input }) => ctx.ports.verbs.cancelRun(input)),
  tryRunNow: procedure.input(TryRunNow).mutation(({ ctx, input }) => ctx.ports.verbs.tryRunNow(input)),
  runAgain: procedure.input(RunAgain).mutation(({ ctx, input }) => ctx.ports.verbs.runAgain(input)),
  previewSchedule: procedure
    .input(PreviewSchedule)
    .query(({ ctx, input }) => ctx.ports.verbs.previewSchedule(input)),
  addSchedule: procedure.input(AddSchedule).mutation(({ ctx, input }) => ctx.ports.verbs.addSchedule(input)),
  changeSchedule: procedure
    .input(ChangeSchedule)
    .mutation(({ ctx, input }) => ctx.ports.verbs.changeSchedule(input)),
  setScheduleEnabled: procedure
    .input(SetScheduleEnabled)
    .mutation(({ ctx, input }) => ctx.ports.verbs.setScheduleEnabled(input)),
  removeSchedule: procedure
    .input(RemoveSchedule)
    .mutation(({ ctx, input }) => ctx.ports.verbs.removeSchedule(input)),
  /** What removing it would end. */
  removal: procedure.input(RemoveSource).query(({ ctx, input }) => ctx.ports.verbs.sourceRemoval(input.name)),
  remove: procedure.input(RemoveSource).mutation(({ ctx, input }) => ctx.ports.verbs.removeSource(input)),
  run: procedure.input(RunSource).mutation(({ ctx, input }) => ctx.ports.verbs.runSource(input)),
  configuration: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.verbs.sourceConfiguration(input.name)),
  configure: procedure
    .input(ConfigureSource)
    .mutation(({ ctx, input }) => ctx.ports.verbs.configureSource(input)),
  setEnabled: procedure
    .input(SetSourceEnabled)
    .mutation(({ ctx, input }) => ctx.ports.verbs.setSourceEnabled(input)),
});
