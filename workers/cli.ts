import { randomUUID } from "node:crypto";
import { Command, CommanderError } from "commander";
import { errorText, IonbeamError } from "../server/errors";
import type { Verbs } from "../server/runtime";
import { addAlertCommands, addProbeCommand } from "./cli-alert";
import { countArgument, instantArgument, reasonArgument, stateArgument } from "./cli-arguments";
import { addAuditCommands } from "./cli-audit";
import { addBackupCommands } from "./cli-backup";
import { addConfigCommands } from "./cli-config";
import { addDatasetCommands, addDiskCommands } from "./cli-dataset";
import { addLetterCommands } from "./cli-letters";
import { addMapCommands, addReingestionCommands } from "./cli-map";
import { type Cells, endWhenUnwritable, printObject, printTable } from "./cli-output";
import { addProjectionCommands } from "./cli-projection";
import { addReprocessCommands } from "./cli-reprocess";
import { addRunCommands, addScheduleCommands } from "./cli-schedule";
import { addConfigureCommand, addSourceAdding, addSourceRemoval } from "./cli-settings";

/** Exit codes for scripts, in the manner of sysexits: what to do follows from the number. */
const EXIT: Readonly<Record<IonbeamError["code"], number>> = {
  invalid: 2,
  "not-found": 3,
  conflict: 4,
  denied: 5,
  transient: 75,
};

interface Options {
  readonly json?: boolean;
}

/** Opens the runtime, runs one verb, prints, closes. Warnings go to standard error: standard output is for the answer. */
async function withVerbs(body: (verbs: Verbs) => Promise<void>): Promise<void> {
  // Loaded here, so that help and a slip of the hand are answered at once.
  const { openForCommandLine } = await import("./cli-runtime");
  const opened = await openForCommandLine();
  try {
    await body(opened.verbs);
  } finally {
    await opened.close();
  }
}

function list(options: Options, items: readonly object[], columns: Cells): void {
  if (options.json) process.stdout.write(`${JSON.stringify(items, null, 2)}\n`);
  else printTable(items, columns);
}

function one(options: Options, item: object): void {
  if (options.json) process.stdout.write(`${JSON.stringify(item, null, 2)}\n`);
  else printObject(item);
}

const program = new Command("ionbeam")
  .description(
    "Ask and steer the Ionbeam that runs on this data folder (IONBEAM_DATA_DIR, default .ionbeam).",
  )
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

program
  .command("status")
  .description("the stages of the line: what passed, waits, failed")
  .option("--json", "print JSON")
  .action((options: Options) =>
    withVerbs(async (verbs) => {
      const status = await verbs.status();
      if (options.json) return one(options, status);
      printTable(status.stages, ["stage", "doneLastHour", "waiting", "running", "failed", "lag"]);
      printObject({ ...status.windows, deadLetters: status.deadLetters });
      const { level, reason } = status.intake;
      printObject({ intake: reason === null ? level : `${level}: ${reason}` });
    }),
  );

const source = program.command("source").description("where observations come from");
source
  .command("list")
  .option("--json", "print JSON")
  .action((options: Options) =>
    withVerbs(async (verbs) =>
      list(options, await verbs.listSources(), [
        "name",
        "kind",
        "enabled",
        "dataset",
        "synthetic",
        "lastRun",
        "newestObservation",
      ]),
    ),
  );
source
  .command("show <name>")
  .description("its settings, map, schedules and last run")
  .option("--json", "print JSON")
  .action((name: string, options: Options) =>
    withVerbs(async (verbs) => one(options, await verbs.showSource(name))),
  );
source
  .command("run <name>")
  .description("collect a range now, also from a source that is off")
  .requiredOption("--from <instant>", "start, UTC: 2024-01-01 or 2024-01-01T12:00:00Z", instantArgument)
  .requiredOption("--to <instant>", "end (not included), UTC", instantArgument)
  .option("--key <text>", "the same key twice asks once")
  .option("--json", "print JSON")
  .action((name: string, options: Options & { from: number; to: number; key?: string }) =>
    withVerbs(async (verbs) =>
      one(
        options,
        await verbs.runSource({
          name,
          start: options.from,
          end: options.to,
          requestKey: options.key ?? randomUUID(),
        }),
      ),
    ),
  );
source
  .command("runs [name]")
  .option("--json", "print JSON")
  .option("--limit <n>", "how many", countArgument, 20)
  .action((name: string | undefined, options: Options & { limit: number }) =>
    withVerbs(async (verbs) =>
      list(options, await verbs.listRuns(name, options.limit), [
        "id",
        "source",
        "start",
        "end",
        "state",
        "failedCheck",
        "rows",
        "progress",
        "error",
        "todo",
        "waits",
      ]),
    ),
  );
for (const [word, enabled] of [
  ["enable", true],
  ["disable", false],
] as const) {
  source
    .command(`${word} <name>`)
    .option("--json", "print JSON")
    .action((name: string, options: Options) =>
      withVerbs(async (verbs) => {
        await verbs.setSourceEnabled({ name, enabled });
        one(options, { name, enabled });
      }),
    );
}

addConfigureCommand("source", source, { withVerbs, list, one });
addSourceAdding(source, { withVerbs, list, one });
addSourceRemoval(source, { withVerbs, list, one });
addRunCommands(source, { withVerbs, list, one });
addScheduleCommands(program, { withVerbs, list, one });

const ingest = program.command("ingest").description("deliveries and what became of their rows");
ingest
  .command("list")
  .option("--dataset <name>")
  .option("--limit <n>", "how many", countArgument, 50)
  .option("--json", "print JSON")
  .action((options: Options & { dataset?: string; limit: number }) =>
    withVerbs(async (verbs) =>
      list(options, await verbs.listIngests(options), [
        "delivery",
        "dataset",
        "start",
        "end",
        "rows",
        "rejectedRows",
        "withdrawn",
      ]),
    ),
  );

ingest
  .command("show <delivery>")
  .description("its payload, its ingestions, its windows, and what was wrong with its rows")
  .option("--json", "print JSON")
  .action((delivery: string, options: Options) =>
    withVerbs(async (verbs) => one(options, await verbs.showIngest(delivery))),
  );

addReingestionCommands(ingest, { withVerbs, list, one });

const delivery = program.command("delivery").description("withdraw a wrong delivery, or restore it");
for (const [word, verb] of [
  ["withdraw", "withdrawDelivery"],
  ["restore", "restoreDelivery"],
] as const) {
  delivery
    .command(`${word} <key>`)
    .option("--json", "print JSON")
    .action((key: string, options: Options) =>
      withVerbs(async (verbs) => one(options, { key, windows: await verbs[verb]({ key }) })),
    );
}

const window = program.command("window").description("windows and their state");
window
  .command("list")
  .option("--dataset <name>")
  .option("--state <state...>", "only these states", stateArgument)
  .option(
    "--reason <class...>",
    "only those whose reason is of these classes, between --from and --to",
    reasonArgument,
  )
  .option("--from <instant>", "windows that end after, UTC", instantArgument)
  .option("--to <instant>", "windows that start before, UTC", instantArgument)
  .option("--limit <n>", "how many", countArgument, 1000)
  .option("--json", "print JSON")
  .action((options: Options & Parameters<Verbs["listWindows"]>[0]) =>
    withVerbs(async (verbs) =>
      list(options, await verbs.listWindows(options), [
        "dataset",
        "start",
        "end",
        "state",
        "stale",
        "revision",
        "rows",
        "reason",
      ]),
    ),
  );
window
  .command("show")
  .argument("<dataset>")
  .argument("<start>", "the window's start, UTC", instantArgument)
  .option("--json", "print JSON")
  .action((dataset: string, start: number, options: Options) =>
    withVerbs(async (verbs) => one(options, await verbs.showWindow(dataset, start))),
  );
window
  .command("rebuild")
  .argument("<dataset>")
  .argument("<start>", "the window's start, UTC", instantArgument)
  .description("build a window again and publish it, now")
  .option("--force", "also when deliveries are missing")
  .option("--key <text>", "the same key twice asks once")
  .option("--json", "print JSON")
  .action((dataset: string, start: number, options: Options & { force?: boolean; key?: string }) =>
    withVerbs(async (verbs) => {
      const requestKey = options.key ?? randomUUID();
      one(options, await verbs.rebuildWindow(dataset, start, options.force ?? false, requestKey));
    }),
  );

addMapCommands(program, { withVerbs, list, one });
addDatasetCommands(program, { withVerbs, list, one });
addReprocessCommands(program, { withVerbs, list, one });
addDiskCommands(program, { withVerbs, list, one });
addProjectionCommands(program, { withVerbs, list, one });

addProbeCommand(source, { withVerbs, list, one });
addAlertCommands(program, { withVerbs, list, one });
addLetterCommands(program, { withVerbs, list, one });
addAuditCommands(program, { withVerbs, list, one });

addConfigCommands(program, { withVerbs, list, one });
addBackupCommands(program, one);

endWhenUnwritable();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(
      `ionbeam: ${errorText(error)
        .trim()
        .replace(/\s*\n\s*/g, " ")}\n`,
    );
    process.exitCode = error instanceof IonbeamError ? EXIT[error.code] : 70;
  }
}
