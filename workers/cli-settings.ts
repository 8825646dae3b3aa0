import type { Command } from "commander";
import { variable } from "../config/env";
import type { Configuration, SettingChange } from "../server/configuration/model";
import { Invalid } from "../server/errors";
import { AddSource } from "../server/installation/add-source";
import type { Verbs } from "../server/runtime";
import { isSecretName } from "../server/secret-name";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}
interface Given extends Options {
  readonly reset: readonly string[];
  readonly secretEnv: readonly string[];
  readonly secretStdin?: string;
}

const collect = (each: string, all: readonly string[]) => [...all, each];

/** `configure` of a source or a projection: settings by `key=value`, secrets from the environment or standard input. */
export function addConfigureCommand(of: "source" | "projection", parent: Command, terminal: Terminal): void {
  const read = (verbs: Verbs, name: string) =>
    of === "source" ? verbs.sourceConfiguration(name) : verbs.projectionConfiguration(name);
  const write = (verbs: Verbs, request: Parameters<Verbs["configureSource"]>[0]) =>
    of === "source" ? verbs.configureSource(request) : verbs.configureProjection(request);
  parent
    .command("configure <name> [settings...]")
    .description("change settings: key=value, of a block block.key=value; lists and the like as JSON")
    .option("--reset <key>", "back to the default, or remove a secret; may be repeated", collect, [])
    .option(
      "--secret-env <key=VARIABLE>",
      "a secret from a variable of the environment; may be repeated",
      collect,
      [],
    )
    .option("--secret-stdin <key>", "a secret from standard input, without its last line break")
    .option("--json", "print JSON")
    .action((name: string, settings: readonly string[], given: Given) =>
      terminal.withVerbs(async (verbs) => {
        const configuration = await read(verbs, name);
        const changes = await changesOf(settings, given, configuration);
        const answer = await write(verbs, {
          name,
          version: configuration.version,
          changes: changes as Parameters<Verbs["configureSource"]>[0]["changes"],
        });
        terminal.one(given, { name, ...answer });
      }),
    );
}

async function changesOf(
  settings: readonly string[],
  { reset, secretEnv, secretStdin }: Given,
  configuration: Configuration,
): Promise<readonly SettingChange[]> {
  const changes: SettingChange[] = [];
  for (const setting of settings) {
    const [key, text] = parted(setting, "key=value");
    changes.push({ path: key.split("."), value: readSetting(key, text, configuration) });
  }
  for (const key of reset) changes.push({ path: key.split(".") });
  for (const each of secretEnv) {
    const [key, name] = parted(each, "key=VARIABLE");
    const value = variable(name);
    if (value === undefined || value === "")
      throw new Invalid(`the variable ${name} is not set: set it to the secret`);
    changes.push({ path: key.split("."), value });
  }
  if (secretStdin !== undefined)
    changes.push({ path: secretStdin.split("."), value: await standardInput(secretStdin) });
  if (changes.length === 0)
    throw new Invalid("say what to change: key=value, --reset, --secret-env or --secret-stdin");
  return changes;
}

/** A text is what it says; of the other kinds the value is read, and what cannot be read is left to the schema to refuse. */
function readSetting(key: string, text: string, { fields }: Configuration): unknown {
  const path = key.split(".");
  const field = fields.find((each) => each.path.join(".") === key);
  if (field?.kind === "secret" || isSecretName(path.at(-1) ?? ""))
    throw new Invalid(
      `${key} is secret, and arguments are seen by everybody on this machine: give it by --secret-env ${key}=VARIABLE or --secret-stdin ${key}`,
    );
  if (field === undefined || ["text", "choice", "duration"].includes(field.kind)) return text;
  if (field.kind === "texts" && !text.startsWith("[")) return text.split(",").map((each) => each.trim());
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parted(text: string, form: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new Invalid(`"${text}" is not of the form ${form}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @throws Invalid where there is nothing */
async function standardInput(key: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  const text = Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (text === "") throw new Invalid(`standard input is empty: write the secret ${key} into it`);
  return text;
}

/** `source add`. */
export function addSourceAdding(source: Command, { withVerbs, one }: Terminal): void {
  source
    .command("add <name>")
    .description("another source of a kind, off until it is enabled")
    .requiredOption("--kind <kind>", "ioncannon, sensor-community, ...")
    .option("--dataset <name>", "the new dataset that it feeds; named as the source unless given")
    .option("--json", "print JSON")
    .action((name: string, { kind, dataset, ...options }: Options & { kind: string; dataset?: string }) =>
      withVerbs(async (verbs) => {
        const asked = AddSource.safeParse({ name, kind, dataset });
        if (!asked.success)
          throw new Invalid(
            asked.error.issues.map((each) => `${each.path.join(".")} ${each.message}`).join("; "),
          );
        one(options, await verbs.addSource(asked.data));
      }),
    );
}

/** `source remove`. */
export function addSourceRemoval(source: Command, { withVerbs, one }: Terminal): void {
  source
    .command("remove <name>")
    .description(
      "end its schedules, cancel its runs, erase its secrets; what it delivered, its windows, payloads and runs stay",
    )
    .option("--preview", "say what would end; change nothing")
    .option("--json", "print JSON")
    .action((name: string, options: Options & { preview?: boolean }) =>
      withVerbs(async (verbs) => {
        const { secrets, ...ended } = options.preview
          ? await verbs.sourceRemoval(name)
          : await verbs.removeSource({ name });
        one(options, { ...ended, secrets: secrets.join(", "), removed: !options.preview });
      }),
    );
}

/** `projection enable` and `disable`. */
export function addProjectionSwitches(projection: Command, { withVerbs, one }: Terminal): void {
  for (const [word, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const) {
    projection
      .command(`${word} <name>`)
      .option("--json", "print JSON")
      .action((name: string, options: Options) =>
        withVerbs(async (verbs) => {
          await verbs.setProjectionEnabled({ name, enabled });
          one(options, { name, enabled });
        }),
      );
  }
}
