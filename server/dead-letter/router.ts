import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { LetterFilter, LetterKey, LetterState, WhichLetters } from "./model";

const PAGE = 50;

export const deadLetterRouter = router({
  /** A page of dead or discarded letters, newest first. */
  list: procedure
    .input(LetterFilter.extend({ cursor: z.string().optional() }))
    .query(({ ctx, input }) => ctx.ports.verbs.letters({ ...input, limit: PAGE })),
  /** How many there are by queue and class, and as of when: what "all that match" means. */
  counts: procedure
    .input(z.object({ state: LetterState }))
    .query(({ ctx, input }) => ctx.ports.verbs.letterCounts(input.state)),
  /** Those that would bring something for a time of a dataset; µs since the epoch, half-open. */
  ofTime: procedure
    .input(z.object({ dataset: z.string().min(1), start: z.number().int(), end: z.number().int() }))
    .query(({ ctx, input }) => ctx.ports.verbs.lettersOfTime(input)),
  get: procedure.input(LetterKey).query(({ ctx, input }) => ctx.ports.verbs.showLetter(input)),
  /** The first rows of the file that it names, as text. */
  rows: procedure
    .input(LetterKey)
    .query(({ ctx, input, signal }) => ctx.ports.verbs.letterRows(input, signal)),
  replay: procedure.input(WhichLetters).mutation(({ ctx, input }) => ctx.ports.verbs.replayLetters(input)),
  discard: procedure.input(WhichLetters).mutation(({ ctx, input }) => ctx.ports.verbs.discardLetters(input)),
  restore: procedure.input(WhichLetters).mutation(({ ctx, input }) => ctx.ports.verbs.restoreLetters(input)),
});
