import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { errorText, Transient } from "../errors";
import { DAY, formatInstant } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import { type Columnar, sqlText } from "../ports/columnar";
import type { DayLedger, DayPlan } from "../ports/day-ledger";
import type { Files } from "../ports/files";
import type { Log } from "../ports/log";
import type { Product, ProjectionPlugin, ProjectPorts } from "./plugin";

export interface DayPorts {
  readonly days: DayLedger;
  readonly catalog: Pick<Catalog, "dataset" | "projections">;
  readonly files: Files;
  readonly columnar: Columnar;
  readonly clock: Clock;
  readonly log: Log;
  readonly projectionPlugins: readonly ProjectionPlugin[];
  readonly backOffMs: (attempt: number, error: unknown) => number;
  readonly failPoint: (name: string) => void;
}

/** Days looked at in one round. */
const LOOKED_AT = 20;

/**
 * Puts the products of one day together, if one is ready, and deletes files that left the plan long ago. Killed anywhere, the day is put together by the
 * next round, and no file is left that the ledger does not know.
 * @returns whether there may be more
 */
export async function dayRound(ports: DayPorts, signal: AbortSignal): Promise<boolean> {
  const left = await ports.days.left();
  for (const key of left) await ports.files.remove(key);
  if (left.length > 0) await ports.days.forget(left);
  for (const day of await ports.days.due(LOOKED_AT)) {
    if (signal.aborted) return false;
    const found = await ports.days.verdict(day);
    if (found.kind === "wait") continue;
    await compactDay(found.plan, found.kind === "alone", ports, signal);
    return true;
  }
  return false;
}

async function compactDay(
  plan: DayPlan,
  alone: boolean,
  ports: DayPorts,
  signal: AbortSignal,
): Promise<void> {
  try {
    const plugin = await pluginOf(plan, ports);
    if (alone || !plugin?.days) await ports.days.commit(plan, undefined);
    else await putTogether(plan, plugin.days, ports, signal);
  } catch (error) {
    const waitMs = signal.aborted ? 0 : ports.backOffMs(plan.attempts, error);
    ports.log.warn("a day could not be put together and is tried again", {
      projection: plan.projection,
      dataset: plan.dataset,
      day: formatInstant(plan.day),
      waitMs,
      error: errorText(error),
    });
    await ports.days.failed(plan, errorText(error), ports.clock.now() + waitMs * 1000);
  }
}

async function pluginOf({ projection }: DayPlan, ports: DayPorts): Promise<ProjectionPlugin | undefined> {
  const configured = (await ports.catalog.projections()).find(({ name }) => name === projection);
  return ports.projectionPlugins.find(({ kind }) => kind === configured?.kind);
}

async function putTogether(
  plan: DayPlan,
  days: NonNullable<ProjectionPlugin["days"]>,
  ports: DayPorts,
  signal: AbortSignal,
): Promise<void> {
  const dataset = await ports.catalog.dataset(plan.dataset);
  const local = await ports.files.scratch("day.parquet");
  try {
    const stopped = async () => {
      if (signal.aborted) throw new Transient("the worker stopped before the day was put together");
    };
    const project: ProjectPorts = { ...ports, signal, confirm: stopped };
    await days.compact(
      {
        dataset: dataset.metadata,
        datasetColumns: plan.datasetColumns,
        identity: dataset.identity,
        mobile: dataset.mobile,
        day: { start: plan.day, end: plan.day + DAY },
        products: plan.windows.flatMap(({ products }) => products),
      },
      project,
      local,
    );
    await stopped();
    ports.failPoint("day.written");
    const { key, product } = await productOf(plan, local, ports);
    const rows = await rowsOf(local, ports.columnar);
    await ports.days.announce(plan, key);
    ports.failPoint("day.announced");
    await ports.files.adopt(local, key);
    ports.failPoint("day.stored");
    // Where the day has changed meanwhile, the announced file is among those that left, and the day is due again.
    await ports.days.commit(plan, { key, product, rows });
    ports.failPoint("day.committed");
  } finally {
    await rm(local, { force: true });
  }
}

async function productOf(plan: DayPlan, local: string, { files }: DayPorts) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(local)) hash.update(chunk as Buffer);
  const sha256 = hash.digest("hex");
  const day = formatInstant(plan.day).slice(0, 10).replaceAll("-", "");
  // Unique to the attempt: a file that is to be deleted is never one that has come back.
  const name = `${day}.${sha256.slice(0, 8)}.${randomUUID().slice(0, 8)}.parquet`;
  const key = `projections/${plan.projection}/${plan.dataset}/days/${name}`;
  const { size } = await stat(local);
  const product: Product = { name, path: files.location(key), bytes: size, sha256 };
  return { key, product };
}

async function rowsOf(file: string, columnar: Columnar): Promise<number> {
  return columnar.session(async (session) => {
    const [row] = await session.query(
      `SELECT sum(num_rows)::BIGINT AS rows FROM parquet_file_metadata(${sqlText(file)})`,
    );
    return Number(row?.rows ?? 0);
  });
}
