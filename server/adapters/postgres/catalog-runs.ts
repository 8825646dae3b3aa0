import type { PrismaClient, run as RunRow } from "../../../prisma/generated/client";
import { NotFound } from "../../errors";
import type { Lane } from "../../message";
import type { Run } from "../../ports/catalog";
import type { Tx } from "../../ports/transactions";
import type { RunState } from "../../source/model";
import { PostgresDatasets } from "./catalog-datasets";
import { storable } from "./storable";

type Json = Parameters<PrismaClient["source"]["create"]>[0]["data"]["config"];

const json = (value: unknown) => (value ?? null) as Json;
const text = (given: string | undefined) => (given === undefined ? null : storable(given));
const damage = ({ name, reason }: Run["damaged"][number]) => ({
  name: storable(name),
  reason: storable(reason),
});

const CANCELLED: RunState[] = ["cancelling", "cancelled"];

/** Waits for whoever is removing it, and has who comes to that later wait in turn. */
const REMOVED = "SELECT removed_at IS NOT NULL AS removed FROM source WHERE name = $1 FOR KEY SHARE";

export function wasRemoved(name: string): NotFound {
  return new NotFound(
    `source "${name}" was removed: what it delivered stays, and nothing of it runs; add it again under the same name where it is wanted`,
  );
}

/** The catalogue's runs of sources, in PostgreSQL. */
export class PostgresRuns extends PostgresDatasets {
  private runModels(tx: Tx | undefined): Pick<PrismaClient, "run"> {
    return tx ? this.db.client(tx) : this.db.prisma;
  }

  async requestRun(tx: Tx, run: Pick<Run, "id" | "source" | "range" | "trigger" | "lane">): Promise<boolean> {
    const [source] = await this.db.rows<{ removed: boolean }>(tx, REMOVED, run.source);
    if (source?.removed) throw wasRemoved(run.source);
    const { count } = await this.runModels(tx).run.createMany({
      data: [
        {
          id: run.id,
          source: run.source,
          start_us: BigInt(run.range.start),
          end_us: BigInt(run.range.end),
          trigger: run.trigger,
          lane: run.lane,
          state: "queued",
        },
      ],
      skipDuplicates: true,
    });
    await this.db.notify(tx, { noun: "run", key: run.source });
    return count > 0;
  }

  async updateRun(
    id: string,
    change: Partial<
      Pick<Run, "state" | "error" | "failedCheck" | "rows" | "progress" | "attempts" | "damaged">
    >,
    tx?: Tx,
  ): Promise<boolean> {
    const over = change.state === "done" || change.state === "refused";
    const { count } = await this.runModels(tx).run.updateMany({
      // One whose lease ran out may still write: what another one has done stays done.
      where: { id, state: { notIn: change.state === "done" ? CANCELLED : [...CANCELLED, "done"] } },
      data: {
        ...(change.state === undefined ? {} : { state: change.state }),
        ...("error" in change ? { error: text(change.error) } : {}),
        ...("failedCheck" in change ? { failed_check: change.failedCheck ?? null } : {}),
        ...(change.rows === undefined ? {} : { rows: BigInt(change.rows) }),
        ...("progress" in change ? { progress: text(change.progress) } : {}),
        ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
        ...(change.damaged === undefined ? {} : { damaged: json(change.damaged.map(damage)) as object }),
        ...(change.state === "running" ? { started_at: new Date() } : {}),
        ...(over || change.state === "failed" ? { finished_at: new Date() } : {}),
      },
    });
    if (count > 0) {
      await this.db.notify(tx, { noun: "run", key: id });
      return true;
    }
    // A command of another program has no run of ours.
    return (await this.runModels(tx).run.count({ where: { id, state: { in: CANCELLED } } })) === 0;
  }

  async runs(filter: { source?: string; limit: number; offset?: number }): Promise<readonly Run[]> {
    const rows = await this.db.prisma.run.findMany({
      where: filter.source === undefined ? {} : { source: filter.source },
      orderBy: { requested_at: "desc" },
      take: filter.limit,
      skip: filter.offset ?? 0,
    });
    return rows.map(runOf);
  }

  async run(id: string): Promise<Run | undefined> {
    const row = await this.db.prisma.run.findUnique({ where: { id } });
    return row ? runOf(row) : undefined;
  }
}

function runOf(row: RunRow): Run {
  const micros = (date: Date | null) => (date ? date.getTime() * 1000 : undefined);
  return {
    id: row.id,
    source: row.source,
    range: { start: Number(row.start_us), end: Number(row.end_us) },
    trigger: row.trigger as Run["trigger"],
    lane: row.lane as Lane,
    state: row.state as RunState,
    attempts: row.attempts,
    error: row.error ?? undefined,
    failedCheck: (row.failed_check ?? undefined) as Run["failedCheck"],
    rows: row.rows === null ? undefined : Number(row.rows),
    progress: row.progress ?? undefined,
    damaged: row.damaged as unknown as Run["damaged"],
    requestedAt: row.requested_at.getTime() * 1000,
    startedAt: micros(row.started_at),
    finishedAt: micros(row.finished_at),
  };
}
