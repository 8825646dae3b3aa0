import { NotFound } from "../../errors";
import { DAY, formatInstant, MINUTE, type Micros } from "../../observation/time";
import type { Files } from "../../ports/files";
import type { Page, WindowDetailView, WindowFilter, WindowSummaryView, WindowView } from "../../ports/views";
import { WindowState } from "../../window/model";
import { KEY, keyOf } from "./builds";
import { type Database, timestamp, us } from "./database";
import { deliveryTotals, windowDeliveries, windowTimes } from "./window-deliveries";
import { windowRevisions } from "./window-revisions";

interface WindowRow extends Omit<WindowView, "files"> {
  readonly fileKey: string | undefined;
}

/** When somebody asked to make the window w again that is stale for nothing else, and the number of the reprocess that it is one of. */
const ASKED_AGAIN = `CASE WHEN w.asked_again THEN (
    SELECT json_strip_nulls(json_build_object('at', min(${us("q.made_at")}), 'reprocess', min(p.number)))
    FROM reprocess q LEFT JOIN reprocessing p ON p.id = CASE WHEN q.request_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN q.request_key::uuid END
    WHERE q.dataset = w.dataset AND q.start_us = w.start_us AND q.end_us = w.end_us HAVING count(*) > 0) END`;

/** Windows with their current revisions, joined from what `revisions` names as `r`. */
const windowView = (revisions: string, join: "JOIN" | "LEFT JOIN") => `
  SELECT w.dataset, d.synthetic, w.start_us AS start, w.end_us AS "end", w.state, w.stale, ${ASKED_AGAIN} AS "askedAgain",
    w.reason, w.reason_class AS "reasonClass", r.revision,
    coalesce(r.rows, 0) AS rows, coalesce(r.stations, 0) AS stations, w.coverage_share AS "coverageShare", w.deliveries,
    ${us("r.built_at")} AS "builtAt", r.file_key AS "fileKey", w.error
  FROM "window" w JOIN dataset d ON d.name = w.dataset
    ${join} ${revisions} ON r.dataset = w.dataset AND r.start_us = w.start_us AND r.end_us = w.end_us AND r.current`;

const WINDOW_VIEW = windowView("revision r", "LEFT JOIN");

/** The windows whose current revisions were built last, by the index of build times. $1: how many. */
export const LATEST_BUILT = `${windowView("(SELECT * FROM revision WHERE current ORDER BY built_at DESC LIMIT $1) r", "JOIN")}
       ORDER BY r.built_at DESC, w.end_us DESC, w.dataset DESC`;

/** The window of a dataset's newest current file, whatever it is owed meanwhile. $1: the dataset. */
const NEWEST_FILE = windowView(
  "(SELECT * FROM revision WHERE dataset = $1 AND current AND output = 'revision' ORDER BY end_us DESC LIMIT 1) r",
  "JOIN",
);

/** The states of windows that are owed a build. A stale one is (SEMANTICS 4), and among all that rest it is found by its state. */
const OWING = WindowState.options
  .filter((state) => !["built", "incomplete", "empty"].includes(state))
  .map((state) => `'${state}'`)
  .join(", ");

/**
 * One page of windows: those that share an instant with [$4, $5). Built once, so that a test can ask the planner about it. The list is
 * in the order of ends, and no window is longer than a day: that bounds the ends too, so that a list of long ago does not read past all
 * that came since.
 */
export const WINDOW_PAGE = `${WINDOW_VIEW}
       WHERE ($1::text IS NULL OR w.dataset = $1) AND ($2::text[] IS NULL OR w.state = ANY($2::text[])) AND ($3::boolean IS NULL OR (w.stale AND NOT w.asked_again) = $3)
         AND ($3::boolean IS NOT TRUE OR w.state IN (${OWING}))
         AND ($4::bigint IS NULL OR w.end_us > $4) AND ($5::bigint IS NULL OR (w.start_us < $5 AND w.end_us < $5 + ${DAY}))
         AND ($10::text IS NULL OR position(lower($10) IN lower(w.reason)) > 0)
         AND ($11::text[] IS NULL OR w.reason_class = ANY($11))
         AND ($6::bigint IS NULL OR (w.end_us, w.dataset, w.start_us) < ($6::bigint, $7::text, $8::bigint))
       ORDER BY w.end_us DESC, w.dataset DESC, w.start_us DESC LIMIT $9`;

/** Windows as screens and the command line show them; a list reads only its page. */
export class WindowViews {
  constructor(
    private readonly db: Database,
    private readonly files: Pick<Files, "location">,
  ) {}

  show({ fileKey, ...row }: WindowRow): WindowView {
    return { ...row, files: fileKey === undefined ? [] : [this.files.location(fileKey)] };
  }

  /** Newest first by (end, dataset, start): the cursor names the last one shown. */
  async page(filter: WindowFilter): Promise<Page<WindowView>> {
    const [end, dataset, start] = cursorOf(filter.cursor);
    const rows = await this.db.rows<WindowRow>(
      undefined,
      WINDOW_PAGE,
      filter.dataset ?? null,
      filter.states ?? null,
      filter.stale ?? null,
      filter.from ?? null,
      filter.to ?? null,
      end ?? null,
      dataset ?? null,
      start ?? null,
      filter.limit + 1,
      filter.words ?? null,
      filter.reasons ?? null,
    );
    const items = rows.slice(0, filter.limit).map((row) => this.show(row));
    const last = items.at(-1);
    return {
      items,
      next: rows.length > filter.limit && last ? `${last.end}|${last.dataset}|${last.start}` : undefined,
    };
  }

  /** The latest builds, the newest first, whatever the time of their windows. */
  async latestBuilt(limit: number): Promise<readonly WindowView[]> {
    return (await this.db.rows<WindowRow>(undefined, LATEST_BUILT, limit)).map((row) => this.show(row));
  }

  /** The window of a dataset's newest current file. */
  async newestFile(dataset: string): Promise<WindowView | undefined> {
    const [row] = await this.db.rows<WindowRow>(undefined, NEWEST_FILE, dataset);
    return row && this.show(row);
  }

  async summary(dataset: string, start: Micros, end: Micros | undefined): Promise<WindowSummaryView> {
    const [row] = await this.db.rows<
      WindowRow & Pick<WindowSummaryView, "gaps" | "retryAt" | "attempts" | "sealedAt" | "phase">
    >(
      undefined,
      `SELECT v.*, w.gaps, w.retry_us AS "retryAt", w.attempts, ${us("w.sealed_at")} AS "sealedAt",
         CASE WHEN w.state = 'building' OR w.error IS NOT NULL THEN w.build_phase END AS phase FROM (${WINDOW_VIEW}) v
       JOIN "window" w ON w.dataset = v.dataset AND w.start_us = v.start AND w.end_us = v."end"
       WHERE v.dataset = $1 AND v.start = $2::bigint AND ($3::bigint IS NULL OR v."end" = $3) ORDER BY v."end" LIMIT 1`,
      dataset,
      start,
      end ?? null,
    );
    if (!row && !(await this.isDataset(dataset)))
      throw new NotFound(`there is no dataset "${dataset}"`, { shownBy: "ionbeam dataset list shows them" });
    if (!row)
      throw new NotFound(`${dataset} has no window that starts at ${formatInstant(start)}`, {
        shownBy: "ionbeam window list shows them",
      });
    const totals = await deliveryTotals(this.db, row);
    return {
      ...this.show(row),
      received: {
        deliveries: totals.answering,
        rows: totals.rows,
        stationsAtLeast: totals.stationsAtLeast,
      },
      deliveriesInAll: totals.deliveries,
      deliveriesWithdrawn: totals.withdrawn,
      since: { deliveries: totals.sinceDeliveries, rows: totals.sinceRows },
      gaps: row.gaps,
      retryAt: row.retryAt,
      attempts: row.attempts,
      sealedAt: row.sealedAt,
      phase: row.phase,
      askedBy: await this.askedBy(row),
      times: await windowTimes(this.db, row),
      projections: await this.db.rows(
        undefined,
        `SELECT projection, wanted, done, error, ${us("done_at")} AS "doneAt", ${us("wanted_at")} AS "wantedAt", product_revision AS "productRevision", products FROM projection_state
         WHERE ${KEY} ORDER BY projection`,
        ...keyOf(row),
      ),
    };
  }

  /** Who asked for what is made again. A click's request and its entry in the audit are one transaction: by their time it is found. */
  private async askedBy(
    window: Pick<WindowView, "dataset" | "start" | "askedAgain">,
  ): Promise<string | undefined> {
    const { dataset, start, askedAgain } = window;
    if (!askedAgain) return undefined;
    const { at, reprocess } = askedAgain;
    const [row] =
      reprocess === undefined
        ? await this.db.rows<{ who: string }>(
            undefined,
            `SELECT who FROM audit WHERE at BETWEEN ${timestamp("($2::bigint - $3)")} AND ${timestamp("($2::bigint + $3)")}
               AND what = 'window reprocess' AND subject = $1 ORDER BY id DESC LIMIT 1`,
            `${dataset} ${formatInstant(start)}`,
            at,
            5 * MINUTE,
          )
        : await this.db.rows<{ who: string }>(
            undefined,
            `SELECT a.who FROM reprocessing p JOIN audit a ON a.what = 'reprocess start' AND a.subject = p.id::text WHERE p.number = $1::bigint LIMIT 1`,
            reprocess,
          );
    return row?.who;
  }

  private async isDataset(name: string): Promise<boolean> {
    return (await this.db.rows(undefined, "SELECT 1 FROM dataset WHERE name = $1", name)).length > 0;
  }

  /** A window with all its deliveries and revisions, however many. */
  async detail(dataset: string, start: Micros, end: Micros | undefined): Promise<WindowDetailView> {
    const summary = await this.summary(dataset, start, end);
    const all = { limit: 1_000_000 };
    const deliveries = await windowDeliveries(this.db, summary, all);
    const revisions = await windowRevisions(this.db, summary, all);
    return { ...summary, deliveryList: deliveries.items, revisions: revisions.items };
  }
}

function cursorOf(cursor: string | undefined): [number?, string?, number?] {
  const [end, dataset, start] = cursor?.split("|") ?? [];
  return end === undefined || dataset === undefined || start === undefined
    ? []
    : [Number(end), dataset, Number(start)];
}
