import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { ChangeMap, MapDraft } from "./model";

const One = z.object({ source: z.string().min(1) });
const FOUND = 30;

export const variableMapRouter = router({
  get: procedure.input(One).query(({ ctx, input }) => ctx.ports.verbs.variableMap(input.source)),
  versions: procedure.input(One).query(({ ctx, input }) => ctx.ports.verbs.mapVersions(input.source)),
  difference: procedure
    .input(One.extend({ before: z.string().min(1), after: z.string().min(1) }))
    .query(({ ctx, input }) => ctx.ports.verbs.mapVersionDifference(input.source, input.before, input.after)),
  change: procedure.input(ChangeMap).mutation(({ ctx, input }) => ctx.ports.verbs.changeMap(input)),
  reset: procedure
    .input(One.extend({ from: z.string().min(1) }))
    .mutation(({ ctx, input }) => ctx.ports.verbs.resetMap(input.source, input.from)),
  useVersion: procedure
    .input(One.extend({ from: z.string().min(1), hash: z.string().min(1) }))
    .mutation(({ ctx, input }) => ctx.ports.verbs.useMapVersion(input.source, input.from, input.hash)),
});

/** What is asked while somebody types, apart: it is not asked again with every payload that comes. */
export const mapDraftRouter = router({
  samples: procedure
    .input(One.extend({ dtypes: z.record(z.string(), z.string()) }))
    .query(({ ctx, input }) => ctx.ports.verbs.sampleMap(input)),
  judge: procedure.input(MapDraft).query(({ ctx, input }) => ctx.ports.verbs.judgeMap(input)),
  names: procedure
    .input(z.object({ words: z.string().max(200) }))
    .query(({ ctx, input }) => ctx.ports.verbs.searchNames(input.words, FOUND)),
  name: procedure
    .input(z.object({ name: z.string().max(300) }))
    .query(({ ctx, input }) => ctx.ports.verbs.standardName(input.name)),
});
