import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { BrowseRows, browseRows } from "./browse-rows";
import { CompareRevisions, compareRevisions } from "./compare-revisions";
import { AskFiles, filesOfRange } from "./files-of-range";
import { AsIf } from "./retention";
import { AskSizes, datasetSizes } from "./sizes";
import { SetDatasetSettings } from "./verbs";

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
  /** A dry run: what would go under these settings, and under those that stand where none are given; with the stamp of these. */
  retention: procedure.input(AsIf).query(async ({ ctx, input }) => {
    // Read first: what is changed in between is then refused, never taken for seen.
    const { stamp } = await ctx.ports.verbs.datasetSettings(input.dataset);
    return { stamp, lines: await ctx.ports.verbs.previewRetention(input) };
  }),
  /** What lies on the disk, as it was last measured. */
  disk: procedure.query(({ ctx }) => ctx.ports.verbs.diskUse()),
  /** What became of rows and values between two revisions of a window; stops when nobody waits for it any more. */
  compareRevisions: procedure
    .input(CompareRevisions)
    .query(({ ctx, input, signal }) => compareRevisions(input, ctx.ports, signal)),
  /** A page of rows out of the current files, sorted and filtered; stops when nobody waits for it any more. */
  rows: procedure.input(BrowseRows).query(({ ctx, input, signal }) => browseRows(input, ctx.ports, signal)),
  /** The current files of a range of time. */
  files: procedure.input(AskFiles).query(({ ctx, input }) => filesOfRange(input, ctx.ports)),
  /** Rows and bytes by days or months; null where nothing is built yet. */
  sizes: procedure.input(AskSizes).query(({ ctx, input }) => datasetSizes(input, ctx.ports)),
});
