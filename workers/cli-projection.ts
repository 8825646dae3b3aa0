import type { Command } from "commander";
import { instantArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";
import { addConfigureCommand, addProjectionSwitches } from "./cli-settings";

interface Options {
  readonly json?: boolean;
}

/** `ionbeam projection`: what is made of built windows. */
export function addProjectionCommands(program: Command, terminal: Terminal): void {
  const { withVerbs, list, one } = terminal;
  const projection = program.command("projection").description("what is made of built windows");
  projection
    .command("list")
    .description("each projection, and how many windows it has done and owes")
    .option("--json", "print JSON")
    .action((options: Options) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listProjections(), [
          "name",
          "kind",
          "enabled",
          "done",
          "owed",
          "running",
          "failed",
          "lastDoneAt",
        ]),
      ),
    );
  projection
    .command("run <projection> <dataset>")
    .description("project the current revisions of a range again, or for the first time")
    .requiredOption("--from <instant>", "windows that end after, UTC", instantArgument)
    .requiredOption("--to <instant>", "windows that start before, UTC", instantArgument)
    .option("--json", "print JSON")
    .action((name: string, dataset: string, options: Options & { from: number; to: number }) =>
      withVerbs(async (verbs) =>
        one(options, await verbs.runProjection(name, dataset, options.from, options.to)),
      ),
    );
  addProjectionSwitches(projection, terminal);
  addConfigureCommand("projection", projection, terminal);
}
