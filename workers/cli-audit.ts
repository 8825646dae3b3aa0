import type { Command } from "commander";
import type { FieldChange } from "../server/audit/difference";
import type { AuditFilter } from "../server/audit/model";
import { formatInstant } from "../server/observation/time";
import { countArgument, instantArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

/** `ionbeam audit`: who changed what, with before and after. */
export function addAuditCommands(program: Command, { withVerbs, list }: Terminal): void {
  program
    .command("audit")
    .description("who changed what, with before and after")
    .command("list")
    .option("--kind <noun>", "only of these things: source, delivery, window, dataset, dead-letter, config")
    .option("--what <verb>", 'only this verb: "source enable"')
    .option("--who <name>", "only by this actor")
    .option("--subject <text>", "only where the thing's name holds this text")
    .option("--from <instant>", "made at or after, UTC", instantArgument)
    .option("--to <instant>", "made before, UTC", instantArgument)
    .option("--limit <n>", "how many", countArgument, 100)
    .option("--json", "print JSON")
    .action(({ json, ...filter }: Options & AuditFilter & { limit: number }) =>
      withVerbs(async (verbs) => {
        const entries = (await verbs.listAudit(filter)).map(({ at, ...entry }) => ({
          at: formatInstant(at),
          ...entry,
        }));
        if (json) return list({ json }, entries, []);
        const lines = entries.map((entry) => ({ ...entry, changes: entry.changes.map(words).join("; ") }));
        list({}, lines, ["at", "who", "what", "subject", "changes"]);
      }),
    );
}

function words({ field, before, after }: FieldChange): string {
  return `${field === "" ? "" : `${field}: `}${before ?? "-"} -> ${after ?? "-"}`;
}
