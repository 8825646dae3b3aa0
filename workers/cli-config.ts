import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { Invalid } from "../server/errors";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

const UNNAMED =
  "what the file does not name; a key goes back to its default by ionbeam source configure <name> --reset <key>, or projection configure";

/** `ionbeam config`: the settings as a file. */
export function addConfigCommands(program: Command, { withVerbs, one }: Terminal): void {
  const config = program.command("config").description("settings");
  config
    .command("import <file>")
    .description(
      "take over the seed's YAML; what the file does not name stays as it is: `source configure <name> --reset <key>` sets a key back to its default",
    )
    .option("--json", "print JSON")
    .action((file: string, options: Options) =>
      withVerbs(async (verbs) => {
        const answer = await verbs.importConfig(file);
        one(options, options.json ? answer : { ...answer, leftAsItIs: UNNAMED });
      }),
    );
  config
    .command("export")
    .description(
      "write sources, schedules, projections and what was set of datasets, maps and alerts as the YAML that config import takes, secrets left out",
    )
    .option("--output <file>", "into this file instead of standard output")
    .option("--json", "print JSON")
    .action((options: Options & { output?: string }) =>
      withVerbs(async (verbs) => {
        const { yaml, secrets } = await verbs.exportConfig();
        if (options.output !== undefined) await write(options.output, yaml);
        if (options.json) {
          const where = options.output === undefined ? { yaml } : { file: path.resolve(options.output) };
          return one(options, { ...where, secrets });
        }
        if (options.output === undefined) process.stdout.write(yaml);
        for (const secret of secrets)
          process.stderr.write(
            `ionbeam: ${secret} is secret and not exported: write it where it is wanted\n`,
          );
      }),
    );
}

/** @throws Invalid when it cannot be written there */
async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new Invalid(`${file} cannot be written (${error.code}): give a file in a folder that exists`, {
      cause: error,
    });
  });
}
