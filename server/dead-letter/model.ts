import { z } from "zod";

/** What kind of reason a message was set aside for; what to do follows from it. */
export const LetterClass = z.enum(["malformed", "invalid", "not-found", "denied", "given-up"]);
export type LetterClass = z.infer<typeof LetterClass>;

/** Each class in a word, and what a person can do about it. */
export const LETTER_CLASSES: Readonly<Record<LetterClass, { readonly word: string; readonly todo: string }>> =
  {
    malformed: {
      word: "malformed",
      todo: "The message itself is wrong, and it stays wrong: repair the program that sends it and have it sent anew, then discard this one.",
    },
    invalid: {
      word: "not usable",
      todo: "Mend what the reason names (a payload, a configuration, a map), then replay the message.",
    },
    "not-found": {
      word: "not found",
      todo: "What the message names does not exist here: bring it, then replay the message.",
    },
    denied: {
      word: "refused",
      todo: "A rule refuses it. Where the rule is yours to change, change it and replay the message; else discard it.",
    },
    "given-up": {
      word: "given up",
      todo: "The worker died again and again while it worked this message: look for the cause in logs/worker.log, then replay the message.",
    },
  };

/** Dead: set aside and not settled. Discarded: settled by a person, and kept. */
export const LetterState = z.enum(["dead", "discarded"]);
export type LetterState = z.infer<typeof LetterState>;

export const LetterKey = z.object({
  queue: z.string().min(1),
  id: z.uuid("this is no message's id; the list of dead letters shows those that there are"),
});
export type LetterKey = z.infer<typeof LetterKey>;

/** Which letters a list shows, and which ones are meant by "all that match". */
export const LetterFilter = z.object({
  state: LetterState.default("dead"),
  queue: z.string().min(1).optional(),
  class: LetterClass.optional(),
  id: z.uuid().optional(),
});
export type LetterFilter = z.infer<typeof LetterFilter>;

/** Most keys that one request may name. */
export const MOST_KEYS = 500;

/**
 * Letters to act on: named ones, or all that match and were there by an instant (µs, database's clock), so that what came after they were counted is not
 * meant.
 */
export const WhichLetters = z.union([
  z.object({ keys: z.array(LetterKey).min(1).max(MOST_KEYS) }),
  z.object({ filter: LetterFilter.omit({ state: true }), until: z.number().int() }),
]);
export type WhichLetters = z.infer<typeof WhichLetters>;

/** For how many days what a discarded letter names stays, so that it can be taken back and replayed. */
export const DISCARDED_KEPT_DAYS = 30;
