import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { previewDataset } from "./preview";

const ROWS = 50;

export const datasetRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.views.datasets()),
  get: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.views.dataset(input.name)),
  /** The first rows of the newest current file; null where there is none yet. */
  preview: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => previewDataset(input.name, ROWS, ctx.ports)),
});
