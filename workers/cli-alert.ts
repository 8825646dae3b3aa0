import type { Command } from "commander";
import { Transient } from "../server/errors";
import { formatInstant, type Micros } from "../server/observation/time";
import { countArgument } from "./cli-arguments";
import type { Terminal } from "./cli-dataset";

interface Options {
  readonly json?: boolean;
}

const at = (instant: Micros | undefined) => (instant === undefined ? null : formatInstant(instant));

/** `ionbeam alert` and `ionbeam webhook`: what is wrong, and who is told of it. */
export function addAlertCommands(program: Command, { withVerbs, list, one }: Terminal): void {
  const alert = program.command("alert").description("what is wrong now, and what was");
  alert
    .command("list")
    .option("--past", "those that are over")
    .option("--limit <n>", "how many", countArgument, 100)
    .option("--json", "print JSON")
    .action((options: Options & { past?: boolean; limit: number }) =>
      withVerbs(async (verbs) => {
        const state = options.past ? "resolved" : "open";
        const { items } = await verbs.alerts({ state, limit: options.limit });
        const lines = items.map(({ messages, ...each }) => ({
          ...each,
          since: at(each.since),
          openedAt: at(each.openedAt),
          resolvedAt: at(each.resolvedAt),
          resolution: each.resolution ?? null,
          mutedAt: at(each.mutedAt),
          muted: each.mutedAt !== undefined,
          messages: messages.map((message) => ({
            ...message,
            error: message.error ?? null,
            retryAt: at(message.retryAt),
            endedAt: at(message.endedAt),
          })),
        }));
        list(options, lines, ["id", "rule", "subject", "openedAt", "resolvedAt", "muted", "sentence"]);
      }),
    );
  for (const [word, verb, muted] of [
    ["mute", "muteAlert", true],
    ["unmute", "unmuteAlert", false],
  ] as const) {
    alert
      .command(`${word} <id>`)
      .description(muted ? "send nothing more of it, its end included" : "send what comes of it again")
      .option("--json", "print JSON")
      .action((id: string, options: Options) =>
        withVerbs(async (verbs) =>
          one(options, { id: Number(id), muted, changed: await verbs[verb](countArgument(id)) }),
        ),
      );
  }

  const webhook = program.command("webhook").description("where alerts are sent");
  webhook
    .command("test")
    .description("send a test once, and say what came of it")
    .option("--json", "print JSON")
    .action((options: Options) =>
      withVerbs(async (verbs) => {
        const sent = await verbs.testWebhook();
        const { ok, status, tookMs, check, error, answer } = sent;
        one(options, {
          ok,
          status: status ?? null,
          tookMs,
          check: check ?? null,
          error: error ?? null,
          answer,
        });
        if (!ok) throw new Transient(`the test did not arrive: ${error}`);
      }),
    );
}

/** `ionbeam source probe`: how a service answers now. */
export function addProbeCommand(source: Command, { withVerbs, one }: Terminal): void {
  source
    .command("probe <name>")
    .description("ask its service once, and say how far that came")
    .option("--json", "print JSON")
    .action((name: string, options: Options) =>
      withVerbs(async (verbs) => {
        const { health, finding, probedAt, sentence } = await verbs.probeSource(name);
        const checks = finding?.checks ?? [];
        one(options, {
          health,
          sentence,
          probedAt: at(probedAt),
          tookMs: finding?.tookMs ?? null,
          ...(options.json
            ? { checks }
            : Object.fromEntries(checks.map(({ check, state }) => [check, state]))),
        });
      }),
    );
}
