import { NotFound } from "../../errors";
import { uuidv5 } from "../../message";
import { MINUTE } from "../../observation/time";
import type { RunDetailView, RunView } from "../../ports/run-view";
import type { Page, Views } from "../../ports/views";
import { INGEST_QUEUE, ingestCommandId, startQueue } from "../../source/messages";
import { type Database, us } from "./database";
import { windowsOfDelivery } from "./ingest-views";
import { intakeNow } from "./intake";
import { pageOf, timeCursor } from "./pages";

const RUN = `id::text, source, start_us AS start, end_us AS "end", trigger, lane, state, attempts, error, failed_check AS "failedCheck", rows, progress, damaged,
  ${us("requested_at")} AS "requestedAt", ${us("started_at")} AS "startedAt", ${us("finished_at")} AS "finishedAt"`;

type RunRow = Omit<RunView, "unmapped" | "rejected" | "retryAt" | "letter" | "waits">;

/** Windows that a run's page shows at most. */
const WINDOWS = 500;

/** A run and who asked for it are written in one transaction, which lasts two minutes at most: by its time the entry is found among millions. */
const ASKED_WITHIN = 5 * MINUTE;

/** Runs of sources as screens and the command line read them. */
export class RunViews {
  constructor(private readonly db: Database) {}

  async page(filter: Parameters<Views["runs"]>[0]): Promise<Page<RunView>> {
    const rows = await this.db.rows<RunRow>(
      undefined,
      `SELECT ${RUN} FROM run WHERE ($1::text IS NULL OR source = $1)
         AND ($2::bigint IS NULL OR (${us("requested_at")}, id) < ($2::bigint, $3::uuid))
       ORDER BY requested_at DESC, id DESC LIMIT $4`,
      filter.source ?? null,
      ...timeCursor(filter.cursor),
      filter.limit + 1,
    );
    const page = pageOf(rows, filter.limit, (run) => `${run.requestedAt}|${run.id}`);
    return { ...page, items: await this.completed(page.items) };
  }

  /** The last run of each source. */
  async last(): Promise<readonly RunView[]> {
    const rows = await this.db.rows<RunRow>(
      undefined,
      `SELECT r.* FROM source s CROSS JOIN LATERAL (SELECT ${RUN} FROM run WHERE run.source = s.name ORDER BY requested_at DESC LIMIT 1) r`,
    );
    return this.completed(rows);
  }

  /** Newest first. */
  async named(ids: readonly string[]): Promise<readonly RunView[]> {
    const rows = await this.db.rows<RunRow>(
      undefined,
      `SELECT ${RUN} FROM run WHERE id = ANY($1::uuid[]) ORDER BY requested_at DESC, id DESC`,
      ids,
    );
    return this.completed(rows);
  }

  /** @throws NotFound */
  async detail(id: string): Promise<RunDetailView> {
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
    const [run] = isId ? await this.named([id]) : [];
    if (!run)
      throw new NotFound(`no run ${id}`, { shownBy: "ionbeam source runs shows those that there are" });
    const [about] = await this.db.rows<{
      dataset: string;
      who: string | undefined;
      letterClass: RunDetailView["letterClass"];
    }>(
      undefined,
      `SELECT (SELECT dataset FROM source WHERE name = $2) AS dataset,
         (SELECT who FROM audit WHERE $4 AND at BETWEEN timestamptz 'epoch' + ($5::bigint - ${ASKED_WITHIN}) * interval '1 microsecond'
             AND timestamptz 'epoch' + ($5::bigint + ${ASKED_WITHIN}) * interval '1 microsecond'
           AND subject = $2 AND what = 'source run' AND after->>'run' = $1 ORDER BY id DESC LIMIT 1) AS who,
         (SELECT coalesce(dead_class, 'invalid') FROM inbox WHERE queue = $3 AND id = $1::uuid AND dead_at IS NOT NULL) AS "letterClass"`,
      run.id,
      run.source,
      startQueue(run.source),
      run.trigger === "person",
      run.requestedAt,
    );
    return {
      ...run,
      dataset: about?.dataset ?? "",
      who: about?.who,
      letterClass: about?.letterClass,
      schedule: run.trigger === "schedule" ? await this.scheduleOf(run) : undefined,
      ingest: await this.ingestOf(run),
    };
  }

  /** A scheduled run's id follows from its schedule and boundary (SEMANTICS 7): the schedule that it follows from is the one. */
  private async scheduleOf(run: RunView): Promise<RunDetailView["schedule"]> {
    const schedules = await this.db.rows<{ id: string; windowSize: number; interval: number; lag: number }>(
      undefined,
      `SELECT id::text, window_size_us AS "windowSize", interval_us AS interval, lag_us AS lag FROM schedule WHERE source = $1`,
      run.source,
    );
    for (const { id, ...rule } of schedules) {
      const boundary = run.end + rule.lag;
      if (uuidv5(id, boundary) === run.id) return { ...rule, boundary };
    }
    return undefined;
  }

  private async ingestOf(run: RunView): Promise<RunDetailView["ingest"]> {
    const [found] = await this.db.rows<
      Omit<NonNullable<RunDetailView["ingest"]>, "windows" | "windowsInAll"> & {
        id: number;
        generation: number;
      }
    >(
      undefined,
      `SELECT d.id, g.id AS generation, d.key AS delivery, d.start_us AS start, d.end_us AS "end", d.withdrawn_at IS NOT NULL AS withdrawn,
         d.payload_bytes AS "payloadBytes", g.rows, g.stations, g.rows_rejected AS "rejectedRows", g.bad_cells AS "badCells", g.unmapped,
         g.future_due_us AS "futureDueAt", ${us("g.ingested_at")} AS "ingestedAt", coalesce(g.id = d.current_generation, false) AS current,
         coalesce((SELECT json_agg(json_build_object('reason', reason, 'count', count, 'examples', examples) ORDER BY count DESC)
           FROM rejection WHERE generation_id = g.id), '[]') AS rejected
       FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.command_id = $1::uuid`,
      ingestCommandId(run.id),
    );
    if (!found) return undefined;
    const { id, generation, ...ingest } = found;
    const windows = await windowsOfDelivery(this.db, id, generation);
    return { ...ingest, windows: windows.slice(0, WINDOWS), windowsInAll: windows.length };
  }

  /** What ingestion counted of each run's payload, found by the command that the run ended with; and why a run that could begin does not. */
  private async completed(runs: readonly RunRow[]): Promise<RunView[]> {
    const found = await this.db.rows<{ command: string } & Pick<Required<RunView>, "unmapped" | "rejected">>(
      undefined,
      `SELECT command_id::text AS command, unmapped, coalesce((SELECT json_agg(json_build_object('reason', reason, 'count', count) ORDER BY count DESC)
         FROM rejection WHERE generation_id = g.id), '[]') AS rejected FROM generation g WHERE command_id = ANY($1::uuid[])`,
      runs.map(({ id }) => ingestCommandId(id)),
    );
    const counts = new Map(found.map((each) => [each.command, each]));
    const letters = await this.lettersOf(runs);
    const retries = await this.retriesOf(runs.filter(({ state }) => state === "failed"));
    const { level, reason } = await intakeNow(this.db);
    const held = ({ state, lane }: RunRow) =>
      (state === "queued" || state === "failed") && (level !== "live" || lane === "backfill");
    return runs.map((run) => ({
      ...run,
      unmapped: counts.get(ingestCommandId(run.id))?.unmapped,
      rejected: counts.get(ingestCommandId(run.id))?.rejected,
      retryAt: retries.get(run.id),
      letter: letters.find(({ id }) => id === run.id || id === ingestCommandId(run.id)),
      waits: held(run) ? reason : undefined,
    }));
  }

  private async retriesOf(runs: readonly RunRow[]): Promise<ReadonlyMap<string, number>> {
    if (runs.length === 0) return new Map();
    const rows = await this.db.rows<{ id: string; at: number }>(
      undefined,
      `SELECT i.id::text, ${us("i.retry_at")} AS at FROM unnest($1::text[], $2::text[]) AS k(q, i) JOIN inbox i ON i.queue = k.q AND i.id = k.i::uuid
       WHERE i.settled_at IS NULL AND i.dead_at IS NULL AND i.retry_at > clock_timestamp()`,
      runs.map(({ source }) => startQueue(source)),
      runs.map(({ id }) => id),
    );
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** Messages of runs, and of what they brought, that were set aside. */
  private async lettersOf(runs: readonly RunRow[]): Promise<NonNullable<RunView["letter"]>[]> {
    const ids = runs.flatMap(({ id }) => [id, ingestCommandId(id)]);
    const queues = runs.flatMap(({ source }) => [startQueue(source), INGEST_QUEUE]);
    return this.db.rows(
      undefined,
      `SELECT i.queue, i.id::text, CASE WHEN i.discarded_at IS NULL THEN 'dead' ELSE 'discarded' END AS state
       FROM unnest($1::text[], $2::text[]) AS k(q, i) JOIN inbox i ON i.queue = k.q AND i.id = k.i::uuid WHERE i.dead_at IS NOT NULL`,
      queues,
      ids,
    );
  }
}
