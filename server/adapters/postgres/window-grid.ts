import { unite } from "../../observation/intervals";
import type { Era } from "../../observation/span-grid";
import { DAY, type Micros } from "../../observation/time";
import type { GridAsk, GridView, SelectionAsk, SelectionCount } from "../../ports/window-grid";
import { grain } from "../../window/grid/grain";
import { packRun } from "../../window/grid/model";
import { type GridPiece, runsOf } from "../../window/grid/runs";
import type { WindowState } from "../../window/model";
import type { Database } from "./database";

/** Datasets in one answer. */
const MOST_ROWS = 200;

/**
 * Of each dataset (or of the one that $1 names) the windows that share an instant with [$2, $3), counted by cell, state and staleness. A dataset
 * with more than $4 windows there has cells of $5 µs, which hold the windows that begin in them; else each window is a cell. $6: words that
 * the reason must hold, $7: the classes that it may be of. The starts are bounded on both sides, since no window is longer than a day: the key's index gives just the range.
 */
export const GRID = `
  SELECT d.name AS dataset, d.synthetic, m.many, p.pieces,
    (SELECT json_agg(json_build_object('from', s.from_us, 'span', s.span_us) ORDER BY s.from_us) FROM dataset_span s WHERE s.dataset = d.name) AS eras,
    (SELECT min(start_us) FROM "window" w WHERE w.dataset = d.name) AS first,
    (SELECT max(end_us) FROM "window" w WHERE w.dataset = d.name) AS last
  FROM (SELECT name, synthetic FROM dataset WHERE $1::text IS NULL OR name = $1 ORDER BY name LIMIT ${MOST_ROWS}) d
  CROSS JOIN LATERAL (
    SELECT count(*) > $4::bigint AS many
    FROM (SELECT FROM "window" w WHERE w.dataset = d.name AND w.start_us > $2::bigint - ${DAY} AND w.start_us < $3::bigint LIMIT $4::bigint + 1) s) m
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_array(c.at, c.each, c.state, c.windows, c.stale, c.again) ORDER BY c.at, c.each) AS pieces
    FROM (
      SELECT CASE WHEN m.many THEN w.start_us - w.start_us % $5::bigint ELSE w.start_us END AS at,
        CASE WHEN m.many THEN $5::bigint ELSE w.end_us - w.start_us END AS each,
        w.state, count(*) AS windows, count(*) FILTER (WHERE w.stale AND NOT w.asked_again) AS stale, count(*) FILTER (WHERE w.asked_again) AS again
      FROM "window" w
      WHERE w.dataset = d.name AND w.start_us > $2::bigint - ${DAY} AND w.start_us < $3::bigint AND w.end_us > $2::bigint
        AND ($6::text IS NULL OR position(lower($6) IN lower(w.reason)) > 0) AND ($7::text[] IS NULL OR w.reason_class = ANY($7))
      GROUP BY 1, 2, 3) c) p
  ORDER BY d.name`;

/** Windows that begin in ranges which do not overlap ($1 datasets, $2 starts, $3 ends), by dataset and state; of states $4, stale ones ($5), with words ($6), of classes $7. */
export const SELECTION = `
  SELECT r.dataset, c.state, sum(c.windows)::bigint AS windows
  FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS r(dataset, start_us, end_us)
  CROSS JOIN LATERAL (
    SELECT w.state, count(*) AS windows FROM "window" w
    WHERE w.dataset = r.dataset AND w.start_us >= r.start_us AND w.start_us < r.end_us
      AND ($4::text[] IS NULL OR w.state = ANY($4)) AND ($5::boolean IS NULL OR (w.stale AND NOT w.asked_again) = $5)
      AND ($6::text IS NULL OR position(lower($6) IN lower(w.reason)) > 0) AND ($7::text[] IS NULL OR w.reason_class = ANY($7))
    GROUP BY w.state) c
  GROUP BY r.dataset, c.state ORDER BY r.dataset, c.state`;

interface GridRow {
  readonly dataset: string;
  readonly synthetic: boolean;
  readonly many: boolean;
  readonly eras: readonly Era[] | undefined;
  readonly first: Micros | undefined;
  readonly last: Micros | undefined;
  readonly pieces: readonly (readonly [Micros, Micros, WindowState, number, number, number])[] | undefined;
}

/** The windows as the grid shows them: counted in the database, so that an answer is bounded by its cells, whatever the history. */
export class WindowGrid {
  constructor(private readonly db: Database) {}

  async grid({ dataset, from, to, most, words, reasons }: GridAsk): Promise<GridView> {
    const [{ datasets } = { datasets: 0 }] = await this.db.rows<{ datasets: number }>(
      undefined,
      "SELECT count(*) AS datasets FROM dataset WHERE $1::text IS NULL OR name = $1",
      dataset ?? null,
    );
    const each = grain({ start: from, end: to }, most, Math.min(datasets, MOST_ROWS));
    const room = Math.ceil((to - from) / each);
    const rows = await this.db.rows<GridRow>(
      undefined,
      GRID,
      dataset ?? null,
      from,
      to,
      room,
      each,
      words ?? null,
      reasons ?? null,
    );
    return {
      from,
      to,
      each,
      leftOut: Math.max(0, datasets - rows.length),
      rows: rows.map(({ pieces, eras, ...row }) => ({
        ...row,
        eras: eras ?? [],
        runs: runsOf((pieces ?? []).map(pieceOf)).map((run) => packRun(run, from)),
      })),
    };
  }

  async selection({
    ranges,
    states,
    stale,
    words,
    reasons,
  }: SelectionAsk): Promise<readonly SelectionCount[]> {
    const datasets = [...new Set(ranges.map(({ dataset }) => dataset))];
    // A window in two ranges is selected once.
    const apart = datasets.flatMap((dataset) =>
      unite(ranges.filter((range) => range.dataset === dataset)).map((range) => ({ dataset, ...range })),
    );
    return this.db.rows(
      undefined,
      SELECTION,
      apart.map(({ dataset }) => dataset),
      apart.map(({ start }) => start),
      apart.map(({ end }) => end),
      states ?? null,
      stale ?? null,
      words ?? null,
      reasons ?? null,
    );
  }
}

function pieceOf([start, each, state, windows, stale, again]: NonNullable<
  GridRow["pieces"]
>[number]): GridPiece {
  return { start, each, state, windows, stale, again };
}
