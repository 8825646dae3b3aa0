import { type Command, InvalidArgumentError } from "commander";
import { SetDatasetSettings } from "../server/dataset/verbs";
import { Invalid } from "../server/errors";
import type { Verbs } from "../server/runtime";
import type { Cells } from "./cli-output";

interface Options {
  readonly json?: boolean;
}

/** How the command line runs a verb and prints what it answers. */
export interface Terminal {
  readonly withVerbs: (body: (verbs: Verbs) => Promise<void>) => Promise<void>;
  readonly list: (options: Options, items: readonly object[], columns: Cells) => void;
  readonly one: (options: Options, item: object) => void;
}

const { policy, subjectToChange } = SetDatasetSettings.shape;

/** An argument as the verb's own schema reads it. */
function read<Value>(schema: { safeParse(text: string): Parsed<Value> }) {
  return (text: string): Value => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues.map((issue) => issue.message).join("; "));
  };
}

type Parsed<Value> =
  | { readonly success: true; readonly data: Value }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly { readonly message: string }[] };
    };

/** `ionbeam dataset`: lists and shows datasets, and changes their settings. */
export function addDatasetCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  const dataset = program.command("dataset").description("datasets, their columns and settings");
  dataset
    .command("list")
    .option("--json", "print JSON")
    .action((options: Options) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listDatasets(), [
          "name",
          "span",
          "subjectToChange",
          "policy",
          "windows",
          "synthetic",
          "licence",
          "observedEnd",
        ]),
      ),
    );
  dataset
    .command("show <name>")
    .option("--json", "print JSON")
    .action((name: string, options: Options) =>
      withVerbs(async (verbs) => one(options, await verbs.showDataset(name))),
    );
  dataset
    .command("set <name>")
    .description("change its settings; what is built and owes nothing is not built again")
    .option(
      "--policy <wait|duration>",
      "windows with missing deliveries wait, or are built this long after they settled (PT6H)",
      read(policy),
    )
    .option(
      "--subject-to-change <duration>",
      "for how long after its end a window may change (PT30M)",
      read(subjectToChange),
    )
    .option("--span <duration>", "length of its windows (PT1H), from the next boundary of both spans on")
    .option("--json", "print JSON")
    .action((name: string, options: Options & Omit<SetDatasetSettings, "dataset">) =>
      withVerbs(async (verbs) => {
        const { json: _, ...change } = options;
        if (Object.keys(change).length === 0)
          throw new Invalid("say what to change: --policy, --subject-to-change or --span");
        one(options, await verbs.setDatasetSettings({ dataset: name, ...change }));
      }),
    );
}
