import { type Command, InvalidArgumentError } from "commander";
import type { AsIf } from "../server/dataset/retention";
import { SetDatasetSettings } from "../server/dataset/verbs";
import { Invalid } from "../server/errors";
import type { Micros } from "../server/observation/time";
import { formatInstant } from "../server/observation/time";
import type { Verbs } from "../server/runtime";
import { instantArgument } from "./cli-arguments";
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

const { policy, subjectToChange, keepPoints, keepPayloads, keepRevisions } = SetDatasetSettings.shape;

/** An argument as the verb's own schema reads it. */
function read<Value>(schema: { safeParse(text: string): Parsed<Value> }) {
  return (text: string): Value => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues.map((issue) => issue.message).join("; "));
  };
}

function onOrOff(text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw new InvalidArgumentError(`"${text}" is neither on nor off`);
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
    .command("files <name>")
    .description(
      "the files that hold its current products, as a reader opens them: days where they are put together, else windows",
    )
    .option("--from <instant>", "UTC; seven days before the end unless given", instantArgument)
    .option("--to <instant>", "UTC; now unless given", instantArgument)
    .option("--json", "print JSON")
    .action((name: string, { from, to, ...options }: Options & { from?: Micros; to?: Micros }) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.datasetFiles(name, from, to), ["kind", "start", "end", "except", "path"]),
      ),
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
    .option(
      "--delete-after-export <on|off>",
      "points go once their windows are settled, built and projected; payloads stay",
      onOrOff,
    )
    .option("--span <duration>", "length of its windows (PT1H), from the next boundary of both spans on")
    .option(
      "--keep-points <duration>",
      "points go this long after receipt (P90D, for-ever)",
      read(keepPoints),
    )
    .option(
      "--keep-payloads <duration>",
      "payloads go this long after receipt (P1Y, for-ever)",
      read(keepPayloads),
    )
    .option(
      "--keep-revisions <duration>",
      "files of superseded revisions go this long after they were superseded (P30D, for-ever)",
      read(keepRevisions),
    )
    .option("--json", "print JSON")
    .action((name: string, options: Options & Omit<SetDatasetSettings, "dataset">) =>
      withVerbs(async (verbs) => {
        const { json: _, ...change } = options;
        if (Object.keys(change).length === 0)
          throw new Invalid(
            "say what to change: --policy, --subject-to-change, --span, --delete-after-export, --keep-points, --keep-payloads or --keep-revisions",
          );
        one(options, await verbs.setDatasetSettings({ dataset: name, ...change }));
      }),
    );
  dataset
    .command("retention <name>")
    .description(
      "what retention would delete now, and what it did last; a dry run of other durations changes nothing",
    )
    .option("--keep-points <duration>", "as if points were kept so long (P90D)", read(keepPoints))
    .option("--keep-payloads <duration>", "as if payloads were kept so long (P1Y)", read(keepPayloads))
    .option(
      "--keep-revisions <duration>",
      "as if superseded revisions were kept so long (P30D)",
      read(keepRevisions),
    )
    .option(
      "--delete-after-export <on|off>",
      "as if points went once they are exported and may no longer change",
      onOrOff,
    )
    .option(
      "--subject-to-change <duration>",
      "for that: as if a window could change so long after its end (PT30M)",
      read(subjectToChange),
    )
    .option("--json", "print JSON")
    .action((name: string, options: Options & Omit<AsIf, "dataset">) =>
      withVerbs(async (verbs) => {
        const { json: _, ...asIf } = options;
        list(options, await verbs.previewRetention({ dataset: name, ...asIf }), [
          "kind",
          "means",
          "things",
          "rows",
          "bytes",
          "from",
          "to",
          "passedOver",
          "lastRemovedAt",
          "lastRemoved",
          "error",
        ]);
      }),
    );
}

/** `ionbeam disk` and `ionbeam sweep`: what lies on the disk, and what of it belongs to nothing. */
export function addDiskCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  program
    .command("disk")
    .description("disk use per dataset, source and kind, as it was last measured")
    .option("--json", "print JSON")
    .action((options: Options) =>
      withVerbs(async (verbs) => {
        const uses = (await verbs.diskUse()).map(({ measuredAt, ...use }) => ({
          ...use,
          size: bytesText(use.bytes),
          measuredAt: formatInstant(measuredAt),
        }));
        list(options, uses, ["dataset", "source", "kind", "files", "size", "measuredAt"]);
      }),
    );
  program
    .command("sweep")
    .description(
      "files that neither the ledger nor a message names; the line removes them after 24 hours by itself",
    )
    .requiredOption("--dry-run", "say what would go; nothing is removed from here")
    .option("--json", "print JSON")
    .action((options: Options) => withVerbs(async (verbs) => one(options, await verbs.surveyLeftovers())));
}

/** Decimal units, three digits. */
function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}
