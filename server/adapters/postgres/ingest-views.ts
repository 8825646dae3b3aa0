import { Invalid, NotFound } from "../../errors";
import type { IngestDetailView, IngestView, Page } from "../../ports/views";
import { type Database, us } from "./database";
import { pageOf, timeCursor } from "./pages";

/** A delivery d with its current generation g. */
const INGEST = `d.key AS delivery, d.dataset, d.source, d.start_us AS start, d.end_us AS "end", ${us("d.received_at")} AS "receivedAt",
  d.collected_us AS "collectedAt", d.withdrawn_at IS NOT NULL AS withdrawn, d.payload_bytes AS "payloadBytes",
  (SELECT count(*) FROM generation x WHERE x.delivery_id = d.id) AS generations, ${us("g.ingested_at")} AS "ingestedAt",
  coalesce(g.rows, 0) AS rows, coalesce(g.stations, 0) AS stations, coalesce(g.rows_rejected, 0) AS "rejectedRows",
  coalesce((SELECT json_agg(json_build_object('reason', reason, 'count', count, 'examples', examples) ORDER BY count DESC)
    FROM rejection WHERE generation_id = g.id), '[]') AS rejected,
  coalesce(g.bad_cells, '{}') AS "badCells", coalesce(g.unmapped, '{}') AS unmapped, g.future_due_us AS "futureDueAt"`;

const FROM = "FROM delivery d LEFT JOIN generation g ON g.id = d.current_generation";

/** So many characters of a key stand on the pages. */
const SHORTEST = 8;
/** Keys that are named where several are meant. */
const CANDIDATES = 5;

type Row = IngestView &
  Pick<IngestDetailView, "payloadKey" | "payloadSha256" | "payload" | "priority"> & { readonly id: number };

/** Deliveries and their generations as screens and the command line read them. */
export class IngestViews {
  constructor(private readonly db: Database) {}

  async page(filter: {
    readonly dataset?: string | undefined;
    readonly delivery?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<IngestView>> {
    const [before, key] = timeCursor(filter.cursor);
    const rows = await this.db.rows<IngestView>(
      undefined,
      `SELECT ${INGEST} ${FROM}
       WHERE ($1::text IS NULL OR d.dataset = $1) AND ($2::bigint IS NULL OR (${us("d.received_at")}, d.key) < ($2::bigint, $3::text))
         AND ${filter.delivery === undefined ? "$5::text IS NULL" : "d.key = $5"}
       ORDER BY d.received_at DESC, d.key DESC LIMIT $4`,
      filter.dataset ?? null,
      before,
      key,
      filter.limit + 1,
      filter.delivery ?? null,
    );
    return pageOf(rows, filter.limit, (each) => `${each.receivedAt}|${each.delivery}`);
  }

  /** @param key also shortened, as pages show it: its beginning, or beginning…end @throws NotFound; Invalid where several begin so */
  async detail(key: string): Promise<IngestDetailView> {
    const row = (await this.row(key)) ?? (await this.row(await this.wholeKey(key)));
    if (!row) throw new NotFound(`no delivery ${key}`, { shownBy: "ionbeam ingest list shows them" });
    const { id, ...ingest } = row;
    const history = await this.db.rows<IngestDetailView["history"][number]>(
      undefined,
      `SELECT g.command_id::text AS command, g.ordinal, g.id = d.current_generation AS current, g.map_hash AS "mapHash", g.map_version AS "mapVersion",
         g.rows, g.stations, g.rows_rejected AS "rejectedRows", g.points, ${us("g.ingested_at")} AS "ingestedAt"
       FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.delivery_id = $1::bigint ORDER BY g.ordinal DESC, g.command_id DESC`,
      id,
    );
    const windows = await windowsOfDelivery(this.db, id, undefined);
    return { ...ingest, history, windows };
  }

  private async row(key: string | undefined): Promise<Row | undefined> {
    if (key === undefined) return undefined;
    const [row] = await this.db.rows<Row>(
      undefined,
      `SELECT d.id, ${INGEST}, d.payload_key AS "payloadKey", d.payload_sha256 AS "payloadSha256", d.payload, d.priority ${FROM} WHERE d.key = $1`,
      key,
    );
    return row;
  }

  /** The key that a shortened one is of. Looks at every delivery: it is for a person's slip of paper, not for a program. */
  private async wholeKey(short: string): Promise<string | undefined> {
    const [head = "", tail = ""] = short.split("…");
    if (head.length < SHORTEST) return undefined;
    const found = await this.db.rows<{ key: string }>(
      undefined,
      "SELECT key FROM delivery WHERE starts_with(key, $1) AND right(key, length($2)) = $2 ORDER BY key LIMIT $3",
      head,
      tail,
      CANDIDATES + 1,
    );
    if (found.length <= 1) return found[0]?.key;
    const named = found.slice(0, CANDIDATES).map(({ key }) => key);
    const more = found.length > CANDIDATES ? ", and others" : "";
    throw new Invalid(
      `several deliveries are called ${short}: ${named.join(", ")}${more}; give more of the key`,
    );
  }
}

/**
 * The windows that a delivery claims and where rows of one of its generations landed, oldest first.
 * @param generation undefined: its current one
 */
export function windowsOfDelivery(
  db: Database,
  delivery: number,
  generation: number | undefined,
): Promise<IngestDetailView["windows"]> {
  // Claims and touches of one window stand side by side; a window that only one of them names has the other empty.
  return db.rows<IngestDetailView["windows"][number]>(
    undefined,
    `SELECT m.start, m."end", sum(m.rows)::bigint AS rows, sum(m.stations)::bigint AS stations, bool_or(m.claimed) AS claimed, max(w.state) AS state
     FROM (SELECT t.dataset, window_start_us AS start, window_end_us AS "end", rows, stations, false AS claimed
         FROM touch t JOIN delivery d ON t.generation_id = coalesce($2::bigint, d.current_generation) WHERE d.id = $1::bigint
       UNION ALL SELECT dataset, window_start_us, window_end_us, 0, 0, true FROM claim WHERE delivery_id = $1::bigint) m
       LEFT JOIN "window" w ON w.dataset = m.dataset AND w.start_us = m.start AND w.end_us = m."end"
     GROUP BY m.start, m."end" ORDER BY m.start`,
    delivery,
    generation ?? null,
  );
}
