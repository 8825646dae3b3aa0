import { lostSentence, openConfig } from "../configuration/sealing";
import { Conflict, errorText, Invalid, NotFound, Transient } from "../errors";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Columnar } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { Log } from "../ports/log";
import type { ProjectionLedger, ProjectionPlan } from "../ports/projection-ledger";
import type { SecretBox } from "../ports/secret-box";
import type { Transactions } from "../ports/transactions";
import type { Window } from "../window/model";
import type { ProjectionInput, ProjectionPlugin } from "./plugin";

const LEASE_MS = 60_000;

export interface ProjectionJobPorts {
  readonly ledger: ProjectionLedger;
  readonly catalog: Pick<Catalog, "dataset" | "projections">;
  readonly transactions: Transactions;
  readonly files: Files;
  readonly columnar: Columnar;
  readonly clock: Clock;
  readonly log: Log;
  readonly plugins: readonly ProjectionPlugin[];
  readonly secretBox: Pick<SecretBox, "open">;
  /** How long to wait before the next attempt. */
  readonly backOffMs: (attempt: number, error: unknown) => number;
}

/** `idle`: nothing is owed, or somebody else is at it. `lost`: somebody else took it over; their result stands. */
export type ProjectionResult = "done" | "idle" | "lost" | "failed";

/**
 * Projects the current revision of one window, if that is owed: takes the token, keeps the lease alive while the plug-in works, and records the
 * products. What fails is written down with the time of the next attempt; retries never end (SEMANTICS 4, 5).
 */
export async function runProjection(
  projection: string,
  window: Window,
  ports: ProjectionJobPorts,
  signal: AbortSignal,
): Promise<ProjectionResult> {
  const configured = (await ports.catalog.projections()).find(({ name }) => name === projection);
  if (!configured?.enabled) return "idle";
  const plan = await ports.ledger.begin(projection, window, LEASE_MS);
  if (!plan) return "idle";
  const log = ports.log.with({ projection, ...window, revision: plan.revision.revision });
  const lease = keepLease(plan, ports, signal, log);
  try {
    const plugin = ports.plugins.find(({ kind }) => kind === configured.kind);
    if (!plugin)
      throw new NotFound(
        `projection "${projection}" is of kind "${configured.kind}", which this version does not have yet`,
      );
    const config = await parseConfig(plugin, configured.config, projection, ports.secretBox);
    const products = await plugin.project(await inputOf(plan, ports), config, {
      files: ports.files,
      columnar: ports.columnar,
      clock: ports.clock,
      log,
      signal: lease.signal,
      confirm: () => confirm(plan, ports, signal),
    });
    const recorded = await ports.transactions.run((tx) => ports.ledger.done(tx, plan, products));
    return recorded ? "done" : "lost";
  } catch (error) {
    if (error instanceof Conflict || lease.lost()) {
      log.info("somebody else projects this window");
      return "lost";
    }
    await fail(plan, error, signal.aborted, ports, log);
    return "failed";
  } finally {
    lease.stop();
  }
}

async function confirm(plan: ProjectionPlan, ports: ProjectionJobPorts, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new Transient("the worker stopped before the projection was written");
  if (!(await ports.ledger.renew(plan, LEASE_MS))) throw new Conflict("the work has been taken over");
}

async function fail(
  plan: ProjectionPlan,
  error: unknown,
  stopping: boolean,
  ports: ProjectionJobPorts,
  log: Log,
): Promise<void> {
  // A worker that stops is nobody's fault: the next one begins at once.
  const waitMs = stopping ? 0 : ports.backOffMs(plan.attempt, error);
  log.warn("a projection failed and is tried again", { error: errorText(error), waitMs });
  await ports.ledger.failed(plan, errorText(error), ports.clock.now() + waitMs * 1000);
}

/** Secrets are opened here and nowhere before. @throws Invalid */
export async function parseConfig(
  plugin: ProjectionPlugin,
  stored: unknown,
  projection: string,
  box: Pick<SecretBox, "open">,
): Promise<unknown> {
  const { config, lost } = await openConfig(stored, box);
  if (lost.length > 0) throw new Invalid(lostSentence(`projection "${projection}"`, lost));
  const parsed = plugin.config.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Invalid(
    `the configuration of projection "${projection}" is wrong: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}

async function inputOf(plan: ProjectionPlan, ports: ProjectionJobPorts): Promise<ProjectionInput> {
  const { revision, window, datasetColumns } = plan;
  const dataset = await ports.catalog.dataset(window.dataset);
  return {
    dataset: dataset.metadata,
    datasetColumns,
    identity: dataset.identity,
    mobile: dataset.mobile,
    window: { start: window.start, end: window.end },
    revision: revision.revision,
    file: revision.fileKey === undefined ? undefined : ports.files.location(revision.fileKey),
    hash8: revision.sha256?.slice(0, 8),
    columns: revision.columns,
  };
}

/** Prolongs the lease while the work runs; the signal aborts when the worker drains or the lease is somebody else's. */
function keepLease(plan: ProjectionPlan, ports: ProjectionJobPorts, signal: AbortSignal, log: Log) {
  const taken = new AbortController();
  const timer = setInterval(() => {
    ports.ledger.renew(plan, LEASE_MS).then(
      (ours) => {
        if (!ours) taken.abort();
      },
      (error) => log.warn("a lease could not be prolonged", { error: errorText(error) }),
    );
  }, LEASE_MS / 3);
  return {
    signal: AbortSignal.any([signal, taken.signal]),
    lost: () => taken.signal.aborted,
    stop: () => clearInterval(timer),
  };
}
