import type { Command } from "commander";
import type { ChosenLetters } from "../server/dead-letter/commands";
import { countArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

/** What each verb answers with how many. */
const CHANGES = [
  ["replay", "bring them back to life under their own ids", "replayDeadLetters", "replayed"],
  [
    "discard",
    "settle them as discarded: they are worked no more, stay in the list of discarded ones, and can be taken back",
    "discardDeadLetters",
    "discarded",
  ],
  ["restore", "take discarded ones back among the dead letters", "restoreDeadLetters", "restored"],
] as const;

/** `ionbeam dead-letter`: messages that could not succeed. */
export function addLetterCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  const letters = program
    .command("dead-letter")
    .description("messages that could not succeed, kept with their reason");
  letters
    .command("list")
    .option("--discarded", "those that a person discarded")
    .option("--queue <name>", "only of this queue")
    .option("--class <class>", "only of this class: malformed, invalid, not-found, denied, given-up")
    .option("--limit <n>", "how many", countArgument, 100)
    .option("--json", "print JSON")
    .action((options: Options & Omit<ChosenLetters, "id" | "all"> & { discarded?: boolean; limit: number }) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listDeadLetters(options), ["queue", "id", "class", "deadAt", "reason"]),
      ),
    );
  letters
    .command("show <queue> <id>")
    .description("why it was set aside, what it was to do, what it names, and the whole message")
    .option("--json", "print JSON")
    .action((queue: string, id: string, options: Options) =>
      withVerbs(async (verbs) => one(options, await verbs.showDeadLetter({ queue, id }))),
    );
  for (const [word, description, verb, answer] of CHANGES) {
    letters
      .command(`${word} [id]`)
      .description(`${description}: one by its id, or all that match`)
      .option("--queue <name>", "all of this queue")
      .option("--class <class>", "all of this class: malformed, invalid, not-found, denied, given-up")
      .option("--all", "every one")
      .option("--json", "print JSON")
      .action((id: string | undefined, { json, ...chosen }: Options & Omit<ChosenLetters, "id">) =>
        withVerbs(async (verbs) =>
          one(json ? { json } : {}, { [answer]: await verbs[verb]({ id, ...chosen }) }),
        ),
      );
  }
}
