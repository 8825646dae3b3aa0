import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { previewDataset } from "./preview";
import { SetDatasetSettings } from "./verbs";

const ROWS = 50;

export const datasetRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.views.datasets()),
  get: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.views.dataset(input.name)),
  settings: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.verbs.datasetSettings(input.name)),
  set: procedure
    .input(SetDatasetSettings)
    .mutation(({ ctx, input }) => ctx.ports.verbs.setDatasetSettings(input)),
  /** The first rows of the newest current file; null where there is none yet. */
  preview: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => previewDataset(input.name, ROWS, ctx.ports)),
});
