import type { Interval } from "../observation/interval";
import { formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Files } from "../ports/files";
import type { Letter, Letters } from "../ports/letters";
import type { Transactions, Tx } from "../ports/transactions";
import { aboutLetter } from "./about";
import { explainLetter } from "./explain";
import {
  DISCARDED_KEPT_DAYS,
  LETTER_CLASSES,
  type LetterFilter,
  type LetterKey,
  type LetterState,
  type WhichLetters,
} from "./model";

export interface LetterVerbPorts {
  readonly letters: Letters;
  readonly catalog: Pick<Catalog, "auditAll" | "everySource">;
  readonly transactions: Transactions;
  readonly files: Pick<Files, "keyOf" | "facts">;
}

/** The message of a letter is shown up to so many characters; whole, it is downloaded. */
const SHOWN = 64 * 1024;

/** Of how many letters of a dataset those of a time are looked for, and how many of them are told. */
const LOOKED_AT = 1_000;
const SHOWN_OF_TIME = 50;

const DAY_US = 86_400_000_000;

/** What a person may ask about dead letters. */
export function letterVerbs(ports: LetterVerbPorts) {
  return {
    /** A page of letters with what each is about. */
    async letters(filter: LetterFilter & { limit: number; cursor?: string | undefined }) {
      const { items, next } = await ports.letters.page(filter);
      return { items: items.map((letter) => ({ ...letter, about: aboutLetter(letter) })), next };
    },
    /** Dead and discarded letters that would bring something for a time of a dataset, newest first. */
    async lettersOfTime({ dataset, start, end }: { dataset: string } & Interval) {
      const letters = await ports.letters.ofDataset(dataset, LOOKED_AT);
      return letters
        .map((letter) => ({ ...letter, about: aboutLetter(letter) }))
        .filter(({ about: { stage, range } }) => {
          const brings = stage === "source" || stage === "ingest" || stage === "window";
          return brings && range !== undefined && range.start < end && range.end > start;
        })
        .slice(0, SHOWN_OF_TIME);
    },
    letterCounts: (state: LetterState) => ports.letters.counts(state),
    showLetter: (key: LetterKey) => showLetter(key, ports),
    /** The whole message, as it is replayed. @throws NotFound */
    letterBody: async (key: LetterKey) => (await ports.letters.letter(key)).body,
    /** Brings dead letters back to life under their own id. @returns how many */
    replayLetters: (which: WhichLetters) =>
      changed("dead-letter replay", which, ports, (tx) => ports.letters.replay(tx, which)),
    /** Settles dead letters as discarded by a person; they stay, and can be taken back. @returns how many */
    discardLetters: (which: WhichLetters) =>
      changed("dead-letter discard", which, ports, (tx) => ports.letters.discard(tx, which)),
    /** Takes discarded letters back among the dead ones. @returns how many */
    restoreLetters: (which: WhichLetters) =>
      changed("dead-letter restore", which, ports, (tx) => ports.letters.restore(tx, which)),
  };
}

/** One letter with everything known of it. @throws NotFound */
async function showLetter(key: LetterKey, ports: LetterVerbPorts) {
  const { body, ...letter } = await ports.letters.letter(key);
  const read = aboutLetter(letter);
  const own = read.location === undefined ? undefined : ports.files.keyOf(read.location);
  const sources = await ports.catalog.everySource();
  const dataset = read.dataset ?? sources.find(({ name }) => name === read.source)?.dataset;
  const about = { ...read, dataset };
  const around = await ports.letters.surroundings(key, { ...about, payloadKey: own });
  const text = JSON.stringify(body, null, 2);
  return {
    ...letter,
    ...explainLetter(about),
    todo: LETTER_CLASSES[letter.class].todo,
    about,
    ...around,
    source: read.source ?? around.run?.source ?? sources.find((each) => each.dataset === dataset)?.name,
    /** The file that it names: whether it lies in our store, and its bytes where it is there. */
    file:
      read.location === undefined
        ? undefined
        : {
            location: read.location,
            own: own !== undefined,
            bytes: own === undefined ? undefined : (await ports.files.facts(own))?.bytes,
          },
    /** Until when what it names is kept for its being taken back; undefined unless it is discarded. */
    keptUntil:
      letter.discardedAt === undefined ? undefined : letter.discardedAt + DISCARDED_KEPT_DAYS * DAY_US,
    text: text.slice(0, SHOWN),
    cut: text.length > SHOWN,
  };
}

/** Each letter has its own entry in the audit, so that what became of a message is found by its id. */
function changed(
  what: string,
  which: WhichLetters,
  ports: LetterVerbPorts,
  change: (tx: Tx) => Promise<readonly Letter[]>,
): Promise<number> {
  return ports.transactions.run(async (tx) => {
    const letters = await change(tx);
    const bulk = "filter" in which ? { allMatching: which.filter } : {};
    await ports.catalog.auditAll(
      tx,
      letters.map((letter) => ({
        who: "local",
        what,
        subject: `${letter.queue} ${letter.id}`,
        before: was(letter),
        after: { ...became(what, letter), ...bulk },
      })),
    );
    return letters.length;
  });
}

function was({ discardedAt, reason, attempts, deadAt }: Letter) {
  const dead = { reason, attempts, setAside: formatInstant(deadAt) };
  if (discardedAt === undefined) return { state: "dead", ...dead };
  return { state: "discarded", ...dead, discarded: formatInstant(discardedAt) };
}

function became(what: string, { reason, attempts, deadAt }: Letter) {
  if (what === "dead-letter replay") return { state: "waiting" };
  const state = what === "dead-letter discard" ? "discarded" : "dead";
  return { state, reason, attempts, setAside: formatInstant(deadAt) };
}
