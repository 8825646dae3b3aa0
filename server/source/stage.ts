import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lostSentence, openConfig } from "../configuration/sealing";
import { Conflict, checkOf, errorText, Invalid, IonbeamError, NotFound } from "../errors";
import type { Interval } from "../observation/interval";
import { formatInstant, type Micros, parseInstant } from "../observation/time";
import type { Catalog, Source } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Columnar } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { Http } from "../ports/http";
import type { Log } from "../ports/log";
import type { SecretBox } from "../ports/secret-box";
import type { Outcome, Stage, StageContext } from "../stage";
import { INGEST_QUEUE, ingestCommandId, StartSourceCommand } from "./messages";
import type { SourcePlugin } from "./plugin";

export interface SourcePorts {
  readonly catalog: Catalog;
  readonly columnar: Columnar;
  readonly files: Files;
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly plugins: readonly SourcePlugin[];
  readonly secretBox: Pick<SecretBox, "open">;
}

/** How often a run's progress is written down at most. */
const PROGRESS_EVERY: Micros = 500_000;

/** StartSourceCommand in, one IngestDataCommand out: a run writes exactly one payload, zero rows included (SEMANTICS 3). */
export const sourceStage: Stage<typeof StartSourceCommand, SourcePorts> = {
  name: "source",
  schema: StartSourceCommand,
  handle: async (command, ports, context) => {
    try {
      return await collect(command, rangeOf(command), ports, context);
    } catch (error) {
      // Whatever it was that stopped it, it is to be stopped: whoever cancelled it settles its message.
      if (!(await writeDown(error, command, ports, context))) throw cancelled(error);
      throw error;
    }
  },
};

/** Its message is given back, and settled by the round that ends cancelled runs. */
function cancelled(cause?: unknown): Conflict {
  return new Conflict("the run was cancelled: nothing comes of it", { cause });
}

/** Shows a failure as the run's error. @returns false where the run was cancelled, and shows that */
async function writeDown(
  error: unknown,
  command: StartSourceCommand,
  ports: SourcePorts,
  context: StageContext,
): Promise<boolean> {
  const again = !(error instanceof IonbeamError) || error.retry;
  return ports.catalog
    .updateRun(command.id, {
      state: again ? "failed" : "refused",
      error: errorText(error),
      failedCheck: checkOf(error),
      attempts: context.attempt + 1,
    })
    .catch((reason) => {
      ports.log.warn("the run's failure could not be written down", { reason: errorText(reason) });
      return true;
    });
}

function rangeOf(command: StartSourceCommand): Interval {
  const start = parseInstant(command.start_time) ?? Number.NaN;
  const end = parseInstant(command.end_time) ?? Number.NaN;
  if (!(start <= end))
    throw new Invalid(`the range ends before it starts: ${command.start_time} to ${command.end_time}`);
  return { start, end };
}

async function collect(
  command: StartSourceCommand,
  range: Interval,
  ports: SourcePorts,
  context: StageContext,
): Promise<Outcome> {
  const source = await ports.catalog.source(command.source_name);
  const plugin = pluginOf(ports.plugins, source);
  const config = await parseConfig(plugin, source, ports.secretBox);
  const attempts = context.attempt + 1;
  const begun = { state: "running", error: undefined, failedCheck: undefined, attempts } as const;
  if (!(await ports.catalog.updateRun(command.id, begun))) throw cancelled();
  const dataset = await ports.catalog.dataset(source.dataset);
  const collected = await plugin.collect(range, config, {
    http: ports.http,
    files: ports.files,
    columnar: ports.columnar,
    clock: ports.clock,
    log: ports.log,
    signal: context.signal,
    runId: command.id,
    attempt: context.attempt,
    progress: throttled(ports, command.id),
  });
  const sha256 = await hashFile(collected.payload);
  const key = `payloads/${source.dataset}/${sha256}.parquet`;
  await ports.files.adopt(collected.payload, key);
  const id = ingestCommandId(command.id);
  return {
    publish: [
      {
        route: INGEST_QUEUE,
        id,
        lane: context.lane,
        body: {
          id,
          metadata: { dataset: dataset.metadata, ingestion_map: source.map, version: source.mapVersion },
          payload_location: ports.files.location(key),
          start_time: formatInstant(collected.claim.start),
          end_time: formatInstant(collected.claim.end),
        },
      },
    ],
    settle: async (tx) => {
      const { rows, damaged } = collected;
      const nothing = { error: undefined, failedCheck: undefined, progress: undefined };
      const done = { ...nothing, state: "done", rows, damaged } as const;
      try {
        // Whoever commits first is right: a run that was cancelled before publishes nothing.
        if (!(await ports.catalog.updateRun(command.id, done, tx))) throw cancelled();
      } catch (error) {
        // Not waited for: this transaction may hold the run's row until it is rolled back.
        void writeDown(error, command, ports, context);
        throw error;
      }
      return undefined;
    },
  };
}

function pluginOf(plugins: readonly SourcePlugin[], source: Pick<Source, "name" | "kind">): SourcePlugin {
  const plugin = plugins.find((each) => each.kind === source.kind);
  if (!plugin)
    throw new NotFound(
      `source "${source.name}" is of kind "${source.kind}", which this version does not have yet`,
    );
  return plugin;
}

/** Secrets are opened here and nowhere before. */
async function parseConfig(
  plugin: SourcePlugin,
  source: Source,
  box: Pick<SecretBox, "open">,
): Promise<unknown> {
  const { config, lost } = await openConfig(source.config, box);
  if (lost.length > 0) throw new Invalid(lostSentence(`source "${source.name}"`, lost));
  const parsed = plugin.config.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Invalid(
    `the configuration of source "${source.name}" is wrong: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

/** Writes progress at most twice a second: the screen needs no more, and each write is a transaction. */
function throttled(
  ports: SourcePorts,
  runId: string,
): (done: number, total: number | undefined, words: string) => Promise<void> {
  let last = 0;
  return async (_done, _total, words) => {
    const now = ports.clock.now();
    if (now - last < PROGRESS_EVERY && now >= last) return;
    last = now;
    await ports.catalog.updateRun(runId, { progress: words });
  };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
