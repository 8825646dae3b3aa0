import { randomUUID } from "node:crypto";
import { type Command, Option } from "commander";
import { Invalid } from "../server/errors";
import type { Micros } from "../server/observation/time";
import { Behaviour, Depth, ReprocessOutcome, StartReprocess } from "../server/reprocess/model";
import { countArgument, instantArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

interface Choice extends Options {
  readonly dataset: readonly string[];
  readonly from: Micros;
  readonly to: Micros;
  readonly which: Behaviour;
  readonly depth: Depth;
  readonly force?: boolean;
  readonly newestFirst?: boolean;
  readonly note?: string;
  readonly key?: string;
}

/** What is chosen, as the verb's own schema reads it. */
function requestOf(options: Choice): StartReprocess {
  const parsed = StartReprocess.safeParse({
    ranges: options.dataset.map((dataset) => ({ dataset, start: options.from, end: options.to })),
    behaviour: options.which,
    depth: options.depth,
    forced: options.force ?? false,
    newestFirst: options.newestFirst ?? false,
    note: options.note,
    requestKey: options.key ?? randomUUID(),
  });
  if (parsed.success) return parsed.data;
  throw new Invalid(parsed.error.issues.map(({ message }) => message).join("; "));
}

/** `ionbeam reprocess`: makes windows again, and watches, pauses, cancels and tries that again. */
export function addReprocessCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  const reprocess = program
    .command("reprocess")
    .description("make windows again: many at once, followed and stopped");
  const choosing = (command: Command) =>
    command
      .requiredOption("--dataset <name...>", "one or more datasets")
      .requiredOption("--from <instant>", "start, UTC: 2024-01-01 or 2024-01-01T12:00:00Z", instantArgument)
      .requiredOption("--to <instant>", "end (not included), UTC", instantArgument)
      .addOption(
        new Option("--which <windows>", "which windows of the range")
          .choices(Behaviour.options)
          .default("missing-failed"),
      )
      .addOption(
        new Option(
          "--depth <depth>",
          "products alone, dataset and products, or collect again from the source",
        )
          .choices(Depth.options)
          .default("dataset"),
      )
      .option("--force", "also build windows that wait for missing deliveries")
      .option("--json", "print JSON");
  choosing(reprocess.command("preview"))
    .description("what would run, what is replaced, what does not run and why; changes nothing")
    .action((options: Choice) =>
      withVerbs(async (verbs) => one(options, await verbs.reprocessPreviewLine(requestOf(options)))),
    );
  choosing(reprocess.command("start"))
    .description("begin; the products that stand are served until the new ones are complete")
    .option("--newest-first", "the newest windows first")
    .option("--note <text>", "why, for the audit")
    .option("--key <text>", "the same key twice asks once")
    .action((options: Choice) =>
      withVerbs(async (verbs) => {
        const { id } = await verbs.startReprocess(requestOf(options));
        one(options, await verbs.showReprocess(id));
      }),
    );
  reprocess
    .command("list")
    .option("--limit <n>", "how many", countArgument, 20)
    .option("--json", "print JSON")
    .action((options: Options & { limit: number }) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listReprocesses(options.limit), [
          "number",
          "state",
          "finished",
          "asked",
          "failed",
          "behaviour",
          "depth",
          "madeAt",
          "endedAt",
        ]),
      ),
    );
  reprocess
    .command("show <number>")
    .option("--json", "print JSON")
    .action((number: string, options: Options) =>
      withVerbs(async (verbs) => one(options, await verbs.showReprocess(number))),
    );
  reprocess
    .command("windows <number>")
    .description("each window with what became of it")
    .addOption(new Option("--outcome <outcome...>", "only these").choices(ReprocessOutcome.options))
    .option("--limit <n>", "how many", countArgument, 100)
    .option("--json", "print JSON")
    .action((number: string, options: Options & { outcome?: readonly ReprocessOutcome[]; limit: number }) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listReprocessed(number, options.outcome, options.limit), [
          "dataset",
          "start",
          "end",
          "state",
          "outcome",
          "revisionBefore",
          "revisionAfter",
          "reason",
        ]),
      ),
    );
  for (const [word, verb, description] of [
    ["pause", "pauseReprocess", "begin no more windows; what is under way is finished"],
    ["resume", "resumeReprocess", "go on"],
    ["cancel", "cancelReprocess", "begin nothing more, and stop what runs"],
    ["retry", "retryReprocess", "try what failed or was cancelled once more"],
  ] as const) {
    reprocess
      .command(`${word} <number>`)
      .description(description)
      .option("--json", "print JSON")
      .action((number: string, options: Options) =>
        withVerbs(async (verbs) => {
          await verbs[verb](number);
          one(options, await verbs.showReprocess(number));
        }),
      );
  }
}
