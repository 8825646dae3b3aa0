import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { Invalid } from "../server/errors";
import { DataIngestionMap } from "../server/observation/model";
import { formatInstant, type Micros } from "../server/observation/time";
import { ReingestOutcome, stateWords } from "../server/reingestion/model";
import type { MapChange } from "../server/variable-map/model";
import { countArgument, instantArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

/** `ionbeam map`: raw columns to canonical ones, source by source. */
export function addMapCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  const map = program.command("map").description("variable maps: raw columns to CF, source by source");
  map
    .command("show <source>")
    .description("the map in force; its part `map` is what map set takes")
    .option("--json", "print JSON")
    .action((source: string, options: Options) =>
      withVerbs(async (verbs) => {
        const shown = await verbs.variableMap(source);
        if (options.json) return one(options, shown);
        list(
          {},
          [
            ...shown.map.canonical_variables,
            ...shown.map.metadata_variables.map((each) => ({ ...each, standard_name: "(attribute)" })),
          ],
          ["column", "standard_name", "cf_unit", "level", "method", "period", "dtype"],
        );
        one({}, { version: shown.version, hash: shown.hash, isDefault: shown.isDefault });
      }),
    );
  map
    .command("set <source> <file>")
    .description("put the map of a JSON file in force for what is collected from now on")
    .option("--from <hash>", "refuse where the source has another map than this by now")
    .option("--json", "print JSON")
    .action((source: string, file: string, options: Options & { from?: string }) =>
      withVerbs(async (verbs) => {
        const wanted = await readMap(file);
        const from = options.from ?? (await verbs.variableMap(source)).hash;
        one(options, await verbs.changeMap({ source, from, map: wanted }));
      }),
    );
  map
    .command("reset <source>")
    .description("put the map of the source's plug-in in force again")
    .option("--json", "print JSON")
    .action((source: string, options: Options) =>
      withVerbs(async (verbs) => {
        const { hash } = await verbs.variableMap(source);
        one(options, await verbs.resetMap(source, hash));
      }),
    );
  map
    .command("versions <source>")
    .description("all versions, newest first; with --difference, what two of them have differently")
    .option("--difference <hashes...>", "two hashes, the earlier one first")
    .option("--json", "print JSON")
    .action((source: string, options: Options & { difference?: readonly string[] }) =>
      withVerbs(async (verbs) => {
        if (options.difference !== undefined) {
          const [before, after] = options.difference;
          if (before === undefined || after === undefined) throw new Invalid("give two hashes");
          const changes: readonly MapChange[] = await verbs.mapVersionDifference(source, before, after);
          return list(options, changes, ["column", "field", "before", "after"]);
        }
        const versions = (await verbs.mapVersions(source)).map(({ since, by, ...each }) => ({
          ...each,
          since: formatInstant(since),
          by: by?.who ?? null,
          at: by ? formatInstant(by.at) : null,
        }));
        list(options, versions, [
          "version",
          "hash",
          "current",
          "isDefault",
          "variables",
          "since",
          "by",
          "at",
        ]);
      }),
    );
}

/** @throws Invalid naming the file and what is wrong in it */
async function readMap(file: string): Promise<DataIngestionMap> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Invalid(`${file} cannot be read (${error.code}): give a file of JSON`, { cause: error });
  });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new Invalid(`${file} is no JSON: write it as ionbeam map show --json prints it`, { cause: error });
  }
  const whole = body !== null && typeof body === "object" && "map" in body ? body.map : body;
  const parsed = DataIngestionMap.safeParse(whole);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Invalid(`${file}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is no map"}`);
}

const LINE = ["number", "state", "source", "start", "end", "finished", "asked", "rowsBefore", "rowsAfter"];

interface AgainOptions {
  readonly from?: Micros;
  readonly to?: Micros;
  readonly preview?: boolean;
  readonly key?: string;
}

/** A range by --from and --to, or by its two places. @throws Invalid where an end is missing, or given twice */
function rangeOf(
  [first, last]: readonly [Micros | undefined, Micros | undefined],
  { from, to }: AgainOptions,
): { readonly start: Micros; readonly end: Micros } {
  if (first !== undefined && (from !== undefined || to !== undefined))
    throw new Invalid("give the range by --from and --to, or by its two places, but not by both");
  const [start, end] = [from ?? first, to ?? last];
  if (start === undefined || end === undefined)
    throw new Invalid("give the range: --from and --to, UTC, as 2024-01-01 or 2024-01-01T12:00:00Z");
  return { start, end };
}

/** `ionbeam ingest again`: kept payloads, by the map that the source has now. */
export function addReingestionCommands(ingest: Command, { withVerbs, list, one }: Terminal): void {
  ingest
    .command("again")
    .argument("<source>")
    .argument("[from]", "as --from, of older scripts", instantArgument)
    .argument("[to]", "as --to, of older scripts", instantArgument)
    .description("ingest the kept payloads of a range again, by the source's map as it is now")
    .option("--from <instant>", "start, UTC: 2024-01-01 or 2024-01-01T12:00:00Z", instantArgument)
    .option("--to <instant>", "end (not included), UTC", instantArgument)
    .option("--preview", "say what would be ingested, and what would not and why; change nothing")
    .option("--key <text>", "the same key twice asks once")
    .option("--json", "print JSON")
    .action(
      (
        source: string,
        first: Micros | undefined,
        last: Micros | undefined,
        options: Options & AgainOptions,
      ) =>
        withVerbs(async (verbs) => {
          const { start, end } = rangeOf([first, last], options);
          if (options.preview)
            return one(options, await verbs.previewReingestionLine({ source, start, end }));
          const requestKey = options.key ?? randomUUID();
          const { id } = await verbs.startReingestion({ source, start, end, requestKey });
          one(options, await verbs.showReingestion(id));
        }),
    );
  ingest
    .command("again-list [source]")
    .description("what was ingested again, newest first")
    .option("--limit <n>", "how many", countArgument, 20)
    .option("--json", "print JSON")
    .action((source: string | undefined, options: Options & { limit: number }) =>
      withVerbs(async (verbs) => {
        const found = await verbs.listReingestions(source, options.limit);
        // Programs read the state and the outcomes apart.
        const told = options.json ? found : found.map((each) => ({ ...each, state: stateWords(each) }));
        list(options, told, LINE);
      }),
    );
  ingest
    .command("again-show <number>")
    .description("how far one is")
    .option("--json", "print JSON")
    .action((number: string, options: Options) =>
      withVerbs(async (verbs) => one(options, await verbs.showReingestion(number))),
    );
  ingest
    .command("again-deliveries <number>")
    .description("each delivery with what became of it")
    .addOption(new Option("--outcome <outcome...>", "only these").choices(ReingestOutcome.options))
    .option("--limit <n>", "how many", countArgument, 100)
    .option("--json", "print JSON")
    .action((number: string, options: Options & { outcome?: readonly ReingestOutcome[]; limit: number }) =>
      withVerbs(async (verbs) =>
        list(options, await verbs.listReingested(number, options.outcome, options.limit), [
          "delivery",
          "start",
          "end",
          "state",
          "outcome",
          "rowsBefore",
          "rowsAfter",
          "reason",
        ]),
      ),
    );
  for (const [word, verb, description] of [
    [
      "again-cancel",
      "cancelReingestion",
      "ask for no more deliveries; those that were asked for are finished",
    ],
    [
      "again-retry",
      "retryReingestion",
      "try the deliveries that failed or were cancelled once more, by the same map",
    ],
  ] as const) {
    ingest
      .command(`${word} <number>`)
      .description(description)
      .option("--json", "print JSON")
      .action((number: string, options: Options) =>
        withVerbs(async (verbs) => {
          await verbs[verb](number);
          one(options, await verbs.showReingestion(number));
        }),
      );
  }
}
