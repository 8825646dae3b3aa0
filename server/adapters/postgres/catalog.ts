import type {
  PrismaClient,
  schedule as ScheduleRow,
  source as SourceRow,
} from "../../../prisma/generated/client";
import { NotFound } from "../../errors";
import type { Interval } from "../../observation/interval";
import { DataIngestionMap } from "../../observation/model";
import type { Micros } from "../../observation/time";
import type { AuditEntry, Catalog, Projection, Schedule, SealSettings, Source } from "../../ports/catalog";
import type { Tx } from "../../ports/transactions";
import { PostgresRuns, wasRemoved } from "./catalog-runs";
import type { Database } from "./database";

type Models = Pick<PrismaClient, "source" | "schedule" | "projection" | "audit" | "variable_map">;
type Json = Parameters<PrismaClient["source"]["create"]>[0]["data"]["config"];

const json = (value: unknown) => (value ?? null) as Json;

const ON_NOW = "UPDATE schedule SET on_since = clock_timestamp() WHERE id = $1::uuid";

/** The first start brings the sources; a command may come before it is complete. */
const NONE_YET =
  "none yet: they come with the first start, which says where Ionbeam runs when it is complete";

/** What people configure, in PostgreSQL by Prisma's typed models. */
export class PostgresCatalog extends PostgresRuns implements Catalog {
  /** @param seal given where there are secrets: nothing is stored but what it returns */
  constructor(
    db: Database,
    private readonly seal: SealSettings = async (_of, _kind, config) => config,
  ) {
    super(db);
  }

  private models(tx: Tx | undefined): Models {
    return tx ? this.db.client(tx) : this.db.prisma;
  }

  async lock(tx: Tx): Promise<void> {
    await this.db.rows(tx, "SELECT pg_advisory_xact_lock(hashtext('ionbeam catalogue'))::text");
  }

  async sources(tx?: Tx): Promise<readonly Source[]> {
    const rows = await this.models(tx).source.findMany({
      where: { removed_at: null },
      orderBy: { name: "asc" },
    });
    return Promise.all(rows.map((row) => this.withMap(row, tx)));
  }

  async everySource(tx?: Tx): Promise<readonly Source[]> {
    const rows = await this.models(tx).source.findMany({
      orderBy: [{ removed_at: { sort: "desc", nulls: "first" } }, { name: "asc" }],
    });
    return Promise.all(rows.map((row) => this.withMap(row, tx)));
  }

  async source(name: string, tx?: Tx): Promise<Source> {
    const row = await this.models(tx).source.findUnique({ where: { name } });
    if (row && row.removed_at === null) return this.withMap(row, tx);
    if (row) throw wasRemoved(name);
    const names = (
      await this.models(tx).source.findMany({
        where: { removed_at: null },
        select: { name: true },
        orderBy: { name: "asc" },
      })
    ).map((each) => each.name);
    throw new NotFound(`no source "${name}"; there are: ${names.join(", ") || NONE_YET}`);
  }

  private async withMap(row: SourceRow, tx: Tx | undefined): Promise<Source> {
    const map = await this.models(tx).variable_map.findUniqueOrThrow({
      where: { dataset_hash: { dataset: row.dataset, hash: row.map_hash } },
    });
    return {
      name: row.name,
      kind: row.kind,
      config: row.config,
      enabled: row.enabled,
      dataset: row.dataset,
      map: DataIngestionMap.parse(map.body),
      mapHash: row.map_hash,
      mapVersion: row.map_version,
      createdAt: row.created_at.getTime() * 1000,
      ...(row.removed_at ? { removedAt: row.removed_at.getTime() * 1000 } : {}),
    };
  }

  async saveSource(tx: Tx, source: Omit<Source, "createdAt">): Promise<void> {
    await this.models(tx).variable_map.upsert({
      where: { dataset_hash: { dataset: source.dataset, hash: source.mapHash } },
      create: {
        hash: source.mapHash,
        dataset: source.dataset,
        version: source.mapVersion,
        body: json(source.map),
        columns: [],
      },
      update: {},
    });
    // Against those who ask for a run of it at this moment, and only these.
    if (source.removedAt !== undefined)
      await this.db.rows(tx, "SELECT name FROM source WHERE name = $1 FOR UPDATE", source.name);
    const present = await this.models(tx).source.findUnique({
      where: { name: source.name },
      select: { config: true, removed_at: true },
    });
    const isAnew = source.removedAt === undefined && present?.removed_at != null;
    const row = {
      kind: source.kind,
      config: json(await this.seal("source", source.kind, source.config, present?.config, tx)),
      enabled: source.enabled,
      dataset: source.dataset,
      map_hash: source.mapHash,
      map_version: source.mapVersion,
      removed_at: source.removedAt === undefined ? null : new Date(source.removedAt / 1000),
      ...(isAnew ? { created_at: new Date() } : {}),
    };
    await this.models(tx).source.upsert({
      where: { name: source.name },
      create: { name: source.name, ...row },
      update: row,
    });
    await this.db.notify(tx, { noun: "source", key: source.name });
  }

  async schedules(source?: string, tx?: Tx): Promise<readonly Schedule[]> {
    const where = source === undefined ? {} : { source };
    const rows = await this.models(tx).schedule.findMany({ where, orderBy: { id: "asc" } });
    return rows.map(scheduleOf);
  }

  async lockedSchedules(tx: Tx, source?: string): Promise<readonly Schedule[]> {
    const meant = "SELECT id::text FROM schedule WHERE $1::text IS NULL OR source = $1";
    await this.db.rows(tx, `${meant} ORDER BY schedule.id FOR UPDATE`, source ?? null);
    // Read in a statement of its own: it sees what those wrote that were waited for.
    return this.schedules(source, tx);
  }

  async saveSchedule(tx: Tx, schedule: Schedule): Promise<void> {
    const row = {
      source: schedule.source,
      window_size_us: BigInt(schedule.windowSize),
      interval_us: BigInt(schedule.interval),
      lag_us: BigInt(schedule.lag),
      enabled: schedule.enabled,
      fired_through_us: BigInt(schedule.firedThrough),
      removed_at: schedule.removedAt === undefined ? null : new Date(schedule.removedAt / 1000),
    };
    const { schedule: schedules } = this.models(tx);
    const before = await schedules.findUnique({ where: { id: schedule.id } });
    await schedules.upsert({
      where: { id: schedule.id },
      create: { id: schedule.id, ...row },
      update: row,
    });
    if (schedule.enabled && !before?.enabled) await this.db.execute(tx, ON_NOW, schedule.id);
    await this.db.notify(tx, { noun: "source", key: schedule.source });
  }

  async markFired(tx: Tx, schedule: string, from: Micros, through: Micros): Promise<boolean> {
    const changed = await this.db.execute(
      tx,
      `UPDATE schedule SET fired_through_us = $3::bigint WHERE id = $1::uuid AND fired_through_us = $2::bigint AND enabled AND removed_at IS NULL
         AND EXISTS (SELECT FROM source WHERE source.name = schedule.source AND source.enabled)`,
      schedule,
      from,
      through,
    );
    return changed > 0;
  }

  async recordSkipped(tx: Tx, schedule: string, skipped: Interval, reason: string): Promise<void> {
    await this.db.execute(
      tx,
      `INSERT INTO schedule_skip (schedule, start_us, end_us, reason) SELECT $1::uuid, $2::bigint, $3::bigint, $4
       WHERE NOT EXISTS (SELECT FROM schedule_skip WHERE schedule = $1::uuid AND start_us = $2::bigint AND end_us = $3::bigint)`,
      schedule,
      skipped.start,
      skipped.end,
      reason,
    );
  }

  async projections(tx?: Tx): Promise<readonly Projection[]> {
    return this.models(tx).projection.findMany({ orderBy: { name: "asc" } });
  }

  async saveProjection(tx: Tx, projection: Projection): Promise<void> {
    const { name, kind, enabled } = projection;
    const present = await this.models(tx).projection.findUnique({
      where: { name },
      select: { config: true },
    });
    const config = json(await this.seal("projection", kind, projection.config, present?.config, tx));
    const row = { kind, enabled, config };
    await this.models(tx).projection.upsert({
      where: { name },
      create: { name, ...row },
      update: row,
    });
    await this.db.notify(tx, { noun: "projection-settings", key: name });
  }

  audit(tx: Tx, entry: AuditEntry): Promise<void> {
    return this.auditAll(tx, [entry]);
  }

  async auditAll(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.db.execute(
      tx,
      `INSERT INTO audit (who, what, subject, before, after)
       SELECT who, what, subject, before, after FROM jsonb_to_recordset($1::jsonb) AS e(who text, what text, subject text, before jsonb, after jsonb)`,
      JSON.stringify(entries),
    );
    await this.db.notify(tx, { noun: "audit" });
  }
}

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    source: row.source,
    windowSize: Number(row.window_size_us),
    interval: Number(row.interval_us),
    lag: Number(row.lag_us),
    enabled: row.enabled,
    firedThrough: Number(row.fired_through_us),
    ...(row.removed_at ? { removedAt: row.removed_at.getTime() * 1000 } : {}),
  };
}
