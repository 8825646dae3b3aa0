import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { CompareRevisions, compareRevisions } from "./compare-revisions";
import { previewDataset } from "./preview";
import { AsIf } from "./retention";
import { SetDatasetSettings } from "./verbs";

const ROWS = 50;

export const datasetRouter = router({
  list: procedure.query(({ ctx }) => ctx.ports.views.datasets()),
  get: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.views.dataset(input.name)),
  shown: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.verbs.datasetShown(input.name)),
  /** The files, and their row groups, that a reader opens for a range of time, µs since the epoch. */
  reading: procedure
    .input(z.object({ name: z.string().min(1), from: z.number().int(), to: z.number().int() }))
    .query(({ ctx, input }) => ctx.ports.verbs.planReading(input)),
  settings: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.verbs.datasetSettings(input.name)),
  set: procedure
    .input(SetDatasetSettings)
    .mutation(({ ctx, input }) => ctx.ports.verbs.setDatasetSettings(input)),
  /** A dry run: what would go under these settings, and under those that stand where none are given. */
  retention: procedure.input(AsIf).query(({ ctx, input }) => ctx.ports.verbs.previewRetention(input)),
  /** What lies on the disk, as it was last measured. */
  disk: procedure.query(({ ctx }) => ctx.ports.verbs.diskUse()),
  /** What became of rows and values between two revisions of a window; stops when nobody waits for it any more. */
  compareRevisions: procedure
    .input(CompareRevisions)
    .query(({ ctx, input, signal }) => compareRevisions(input, ctx.ports, signal)),
  /** The first rows of the newest current file; null where there is none yet. */
  preview: procedure
    .input(z.object({ name: z.string().min(1) }))
    .query(({ ctx, input }) => previewDataset(input.name, ROWS, ctx.ports)),
});
