import { stat } from "node:fs/promises";
import { LIVE_FOR } from "../../lane";
import type { Micros } from "../../observation/time";
import type { Files } from "../../ports/files";
import type { Backlog, Intake, IntakeState } from "../../ports/intake";
import { INGEST_QUEUE } from "../../source/messages";
import { type Database, us } from "./database";

interface PayloadRow {
  readonly lane: "live" | "backfill";
  readonly location: string | undefined;
  readonly failed: boolean;
  /** µs; of one that is being worked 0, of one that is on its way undefined. */
  readonly waited: Micros | undefined;
}

/** Messages to ingest, live ones first, from the broker's side and from ours. */
const PAYLOADS = `
  SELECT lane, body->>'payload_location' AS location, error IS NOT NULL AS failed,
    CASE WHEN lease_until > clock_timestamp() THEN 0 ELSE ${us("clock_timestamp()")} - ${us("received_at")} END AS waited
  FROM inbox WHERE settled_at IS NULL AND dead_at IS NULL AND queue = $1
  UNION ALL SELECT lane, body->>'payload_location', false, NULL FROM outbox WHERE published_at IS NULL AND route = $1
  ORDER BY 1 DESC LIMIT $2`;

/** Windows to build and, after a delivery over many of them, to judge; then those to project. A projection that fails waits for a person. */
const WINDOWS = `
  SELECT 'build' AS kind, count(*) AS n, coalesce(sum(rows), 0)::bigint AS rows, count(*) FILTER (WHERE end_us > $2) AS live,
    coalesce(sum(rows) FILTER (WHERE end_us > $2), 0)::bigint AS "liveRows"
  FROM (SELECT end_us, rows FROM "window" WHERE build_now ORDER BY end_us DESC LIMIT $1) b
  UNION ALL SELECT 'judge', count(*), 0, count(*) FILTER (WHERE end_us > $2), 0
  FROM (SELECT end_us FROM "window" WHERE look_again_us = 0 AND NOT build_now LIMIT $1) j
  UNION ALL SELECT 'project', count(*), 0, count(*) FILTER (WHERE end_us > $2), 0
  FROM (SELECT end_us FROM projection_state WHERE wanted > done AND error IS NULL ORDER BY end_us DESC LIMIT $1) p`;

interface WindowRow {
  readonly kind: "build" | "judge" | "project";
  readonly n: number;
  readonly rows: number;
  readonly live: number;
  readonly liveRows: number;
}

/** What waits, counted in the ledger by its partial indexes, and what was decided of it. */
export class PostgresIntake implements Intake {
  constructor(
    private readonly db: Database,
    private readonly files: Pick<Files, "keyOf">,
  ) {}

  async backlog(most: number): Promise<{ readonly live: Backlog; readonly all: Backlog }> {
    const found = await this.db.rows<PayloadRow>(undefined, PAYLOADS, INGEST_QUEUE, most);
    // A foreign payload that fails waits for its sender: our sources have nothing to do with that.
    const own = found.filter(
      ({ location = "", failed }) => !failed || this.files.keyOf(location) !== undefined,
    );
    const payloads = await Promise.all(
      own.map(async (row) => ({ ...row, bytes: await sizeOf(row.location) })),
    );
    const windows = await this.db.rows<WindowRow>(undefined, WINDOWS, most, (await this.db.now()) - LIVE_FOR);
    const live = payloads.filter(({ lane }) => lane === "live");
    return {
      live: { ...payloadsOf(live), ...windowsOf(windows, "live", "liveRows") },
      all: { ...payloadsOf(payloads), ...windowsOf(windows, "n", "rows") },
    };
  }

  async remember({ level, reason }: IntakeState): Promise<void> {
    await this.db.run(async (tx) => {
      const changed = await this.db.execute(
        tx,
        `INSERT INTO intake (id, level, reason) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET level = excluded.level, reason = excluded.reason, since = clock_timestamp()
         WHERE (intake.level, intake.reason) IS DISTINCT FROM (excluded.level, excluded.reason)`,
        level,
        reason ?? null,
      );
      if (changed > 0) await this.db.notify(tx, { noun: "source" });
    });
  }
}

/** What was written down last, and since when; of a line that never ran: open. */
export async function intakeNow(db: Database): Promise<IntakeState & { readonly since: Micros | undefined }> {
  const [row] = await db.rows<IntakeState & { readonly since: Micros }>(
    undefined,
    `SELECT level, reason, ${us("since")} AS since FROM intake`,
  );
  return { level: row?.level ?? "open", reason: row?.reason, since: row?.since };
}

/** A payload that is gone takes no room. */
async function sizeOf(location: string | undefined): Promise<number> {
  if (location === undefined) return 0;
  const found = await stat(location).catch(() => undefined);
  return found?.size ?? 0;
}

function payloadsOf(rows: readonly (PayloadRow & { readonly bytes: number })[]) {
  return {
    payloads: rows.length,
    payloadBytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    waited: Math.max(0, ...rows.map(({ failed, waited }) => (failed ? 0 : (waited ?? 0)))),
  };
}

function windowsOf(rows: readonly WindowRow[], n: "n" | "live", sum: "rows" | "liveRows") {
  const of = (...kinds: readonly WindowRow["kind"][]) => rows.filter(({ kind }) => kinds.includes(kind));
  return {
    windows: of("build", "judge").reduce((total, row) => total + row[n], 0),
    windowRows: of("build").reduce((total, row) => total + row[sum], 0),
    projections: of("project").reduce((total, row) => total + row[n], 0),
  };
}
