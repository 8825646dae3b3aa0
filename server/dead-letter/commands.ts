import { Invalid, NotFound } from "../errors";
import { formatInstant, type Micros } from "../observation/time";
import type { Letter } from "../ports/letters";
import type { LetterAbout } from "./about";
import { LetterClass, type LetterFilter, type LetterKey, LetterKey as LetterKeySchema } from "./model";
import { type LetterVerbPorts, letterVerbs } from "./verbs";

/** Letters as the command line names them: one by its id, in whatever queue, or all that match. */
export interface ChosenLetters {
  readonly id?: string | undefined;
  readonly queue?: string | undefined;
  readonly class?: string | undefined;
  readonly all?: boolean | undefined;
}

const PAGE = 500;

const at = (instant: Micros | undefined) => (instant === undefined ? null : formatInstant(instant));

/** A letter as `--json` shows it. */
function letterLine({ about, head: _, ...letter }: Letter & { about: LetterAbout }) {
  return {
    ...letter,
    receivedAt: formatInstant(letter.receivedAt),
    deadAt: formatInstant(letter.deadAt),
    discardedAt: at(letter.discardedAt),
    about: aboutLine(about),
  };
}

function aboutLine({ stage, source, dataset, range, projection, location }: LetterAbout) {
  return {
    stage: stage ?? null,
    source: source ?? null,
    dataset: dataset ?? null,
    projection: projection ?? null,
    start: at(range?.start),
    end: at(range?.end),
    location: location ?? null,
  };
}

/** The verbs of letters in the command line's words. */
export function letterCommands(ports: LetterVerbPorts) {
  const verbs = letterVerbs(ports);

  /** @throws NotFound where an id is given that there is no such letter of */
  async function chosen(given: ChosenLetters, state: LetterFilter["state"]) {
    const filter = readFilter(given);
    if (given.id === undefined && given.queue === undefined && given.class === undefined && !given.all)
      throw new Invalid("say which: an id of `ionbeam dead-letter list`, --queue, --class, or --all");
    const { asOf } = await ports.letters.counts(state);
    if (
      given.id !== undefined &&
      (await ports.letters.page({ ...filter, state, limit: 1 })).items.length === 0
    )
      throw new NotFound(`no ${state === "dead" ? "dead" : "discarded"} letter ${given.id}`, {
        shownBy: "ionbeam dead-letter list shows them",
      });
    return { filter, until: asOf };
  }

  return {
    /** Pages are read one after the other up to `limit`. */
    async listDeadLetters(
      filter: Omit<ChosenLetters, "id" | "all"> & { discarded?: boolean; limit: number },
    ) {
      const state = filter.discarded ? "discarded" : "dead";
      const lines: ReturnType<typeof letterLine>[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(PAGE, filter.limit - lines.length);
        const page = await verbs.letters({ ...readFilter(filter), state, limit, cursor });
        lines.push(...page.items.map(letterLine));
        cursor = page.next;
      } while (cursor !== undefined && lines.length < filter.limit);
      return lines;
    },
    async showDeadLetter(key: LetterKey) {
      const parsed = LetterKeySchema.safeParse(key);
      if (!parsed.success) throw new NotFound(`no dead letter ${key.id} of ${key.queue}`);
      const {
        text: _,
        cut: _cut,
        keptUntil,
        asks,
        todo,
        discarding,
        ...letter
      } = await verbs.showLetter(parsed.data);
      const { run, deliveries, windows, source, file, ...line } = letter;
      return {
        ...letterLine(line),
        asks,
        todo,
        discarding,
        source: source ?? null,
        run: run ?? null,
        deliveries,
        windows,
        file: file ? { ...file, bytes: file.bytes ?? null } : null,
        keptUntil: at(keptUntil),
        body: await verbs.letterBody(parsed.data),
      };
    },
    replayDeadLetters: async (given: ChosenLetters) => verbs.replayLetters(await chosen(given, "dead")),
    discardDeadLetters: async (given: ChosenLetters) => verbs.discardLetters(await chosen(given, "dead")),
    restoreDeadLetters: async (given: ChosenLetters) =>
      verbs.restoreLetters(await chosen(given, "discarded")),
  };
}

/** @throws Invalid naming the classes, NotFound for an id that can be none */
function readFilter({ id, queue, class: text }: ChosenLetters): Omit<LetterFilter, "state"> {
  const letterClass = text === undefined ? undefined : LetterClass.safeParse(text);
  if (letterClass && !letterClass.success)
    throw new Invalid(`there is no class "${text}"; there are: ${LetterClass.options.join(", ")}`);
  if (id !== undefined && !LetterKeySchema.shape.id.safeParse(id).success)
    throw new NotFound(`no dead letter ${id}`, { shownBy: "ionbeam dead-letter list shows them" });
  return {
    ...(id === undefined ? {} : { id }),
    ...(queue === undefined ? {} : { queue }),
    ...(letterClass ? { class: letterClass.data } : {}),
  };
}
