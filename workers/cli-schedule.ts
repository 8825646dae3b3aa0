import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import type { ScheduleTimes } from "../server/source/model";
import { scheduleArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

interface Times extends Options {
  readonly size: number;
  readonly every: number;
  readonly lag: number;
}

const timesOf = ({ size, every, lag }: Times): ScheduleTimes => ({ windowSize: size, interval: every, lag });

/** `ionbeam schedule`: when a source is asked by itself, and for which range. */
export function addScheduleCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  const schedule = program
    .command("schedule")
    .description("when a source is asked by itself, and for which range");
  const times = (command: Command) =>
    command
      .requiredOption("--size <duration>", "the range of each run, ISO 8601: PT1H", scheduleArgument)
      .requiredOption("--every <duration>", "how often it fires, ISO 8601: PT10M", scheduleArgument)
      .option("--lag <duration>", "how long after its end a range is asked for", scheduleArgument, 0)
      .option("--json", "print JSON");
  schedule
    .command("list <source>")
    .option("--json", "print JSON")
    .action((source: string, options: Options) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listSchedules(source), [
          "id",
          "windowSize",
          "interval",
          "lag",
          "enabled",
          "next",
        ]),
      ),
    );
  times(schedule.command("add <source>").description("one schedule more")).action(
    (source: string, options: Times) =>
      withVerbs(async (verbs) => {
        const { effect } = await verbs.previewSchedule({ source, ...timesOf(options) });
        one(options, { ...(await verbs.addSchedule({ source, ...timesOf(options) })), effect });
      }),
  );
  times(
    schedule.command("set <source> <id>").description("have a schedule say something else: it gets a new id"),
  ).action((source: string, id: string, options: Times) =>
    withVerbs(async (verbs) => {
      const { effect } = await verbs.previewSchedule({ source, replaces: id, ...timesOf(options) });
      one(options, { ...(await verbs.changeSchedule({ source, id, ...timesOf(options) })), effect });
    }),
  );
  for (const [word, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const) {
    schedule
      .command(`${word} <source> <id>`)
      .option("--json", "print JSON")
      .action((source: string, id: string, options: Options) =>
        withVerbs(async (verbs) => {
          await verbs.setScheduleEnabled({ source, id, enabled });
          one(options, { source, id, enabled });
        }),
      );
  }
  schedule
    .command("remove <source> <id>")
    .description("it fires no more; what it has fired goes on")
    .option("--json", "print JSON")
    .action((source: string, id: string, options: Options) =>
      withVerbs(async (verbs) => {
        await verbs.removeSchedule({ source, id });
        one(options, { source, id, removed: true });
      }),
    );
}

/** What is asked of one run: `ionbeam source cancel`, `try` and `again`. */
export function addRunCommands(source: Command, { withVerbs, one }: Terminal): void {
  source
    .command("cancel <run>")
    .description("stop a run that is queued, running or tried again: nothing comes of it")
    .option("--json", "print JSON")
    .action((id: string, options: Options) =>
      withVerbs(async (verbs) => one(options, { id, ...(await verbs.cancelRun({ id })) })),
    );
  source
    .command("try <run>")
    .description("try a run that failed now, and not only at its next time")
    .option("--json", "print JSON")
    .action((id: string, options: Options) =>
      withVerbs(async (verbs) => one(options, { id, ...(await verbs.tryRunNow({ id })) })),
    );
  source
    .command("again <run>")
    .description("ask once more for the range of a run that has ended")
    .option("--key <text>", "the same key twice asks once")
    .option("--json", "print JSON")
    .action((id: string, options: Options & { key?: string }) =>
      withVerbs(async (verbs) =>
        one(options, await verbs.runAgain({ id, requestKey: options.key ?? randomUUID() })),
      ),
    );
}
