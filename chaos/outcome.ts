import type pg from "pg";
import { uuidv5 } from "../server/message";
import { EARLIEST, type Operation } from "./operations";

/** What must be the same whatever happened on the way, by what it is about. */
export type Outcome = ReadonlyMap<string, string>;

/**
 * Windows with their state, rows and the hashes of their current files and products; files of whole days; deliveries with their rows; runs; settings. Numbers of revisions and
 * times are left out: they tell of the way, and so does whether a run that somebody cancelled had ended before.
 * @param before the schedules' windows begin here, µs
 */
export async function outcomeOf(
  client: pg.Client,
  before: number,
  operations: readonly Operation[],
): Promise<Outcome> {
  const parts = [
    `SELECT concat_ws(' ', 'window', w.dataset, to_timestamp(w.start_us / 1000000), '+', (w.end_us - w.start_us) / 1000000) AS what,
       concat_ws(' ', w.state, 'stale', w.stale, 'sealed', w.sealed_at IS NOT NULL, w.output, 'deliveries', w.deliveries, 'coverage', round(w.coverage_share::numeric, 6),
         'rows', r.rows, 'stations', r.stations, r.sha256, 'product',
         (SELECT string_agg(p.projection || ' ' || (e->>'sha256'), ' ' ORDER BY p.projection, e->>'name') FROM projection_state p, jsonb_array_elements(p.products) e
          WHERE (p.dataset, p.start_us, p.end_us) = (w.dataset, w.start_us, w.end_us))) AS is
     FROM "window" w LEFT JOIN revision r ON r.current AND (r.dataset, r.start_us, r.end_us) = (w.dataset, w.start_us, w.end_us)
     WHERE ${chosen("w")}`,
    `SELECT concat_ws(' ', 'day', f.projection, f.dataset, to_timestamp(f.day_us / 1000000)) AS what,
       concat_ws(' ', 'windows', jsonb_array_length(f.covered), 'rows', f.rows, f.product->>'sha256') AS is
     FROM day_file f WHERE f.current AND f.product IS NOT NULL
       AND (f.dataset = 'sensor.community' OR (f.dataset = 'ioncannon' AND f.day_us >= $1 AND f.day_us + 86400000000 <= $2))`,
    // An archive's payload holds the time of asking: its deliveries are told apart by how many there are of a range.
    `SELECT concat_ws(' ', 'delivery', d.dataset, to_timestamp(d.start_us / 1000000), '+', (d.end_us - d.start_us) / 1000000) AS what,
       string_agg(concat_ws(' ', 'withdrawn', d.withdrawn_at IS NOT NULL, 'rows', g.rows, 'rejected', g.rows_rejected, 'stations', g.stations),
         '; ' ORDER BY d.withdrawn_at IS NOT NULL, g.rows) AS is
     FROM delivery d LEFT JOIN generation g ON g.id = d.current_generation WHERE ${chosen("d")} GROUP BY d.dataset, d.start_us, d.end_us`,
    `SELECT concat_ws(' ', 'run', id) AS what, concat_ws(' ', source, start_us, end_us, state, rows, damaged) AS is FROM run
     WHERE trigger = 'person'`,
    `SELECT concat_ws(' ', 'dataset', name) AS what, concat_ws(' ', declared_span, policy, build_after_us, subject_to_change_us, delete_after_export, keep_points_us, keep_payloads_us, keep_revisions_us) AS is FROM dataset`,
  ];
  const found = new Map<string, string>();
  for (const part of parts) {
    const values = part.includes("$1") ? [EARLIEST, before] : [];
    const { rows } = await client.query<{ what: string; is: string }>(part, values);
    for (const { what, is } of rows) found.set(what, is);
  }
  for (const operation of operations)
    if (operation.kind === "cancel run")
      found.delete(`run ${uuidv5("run", operation.name, operation.requestKey)}`);
  return found;
}

const chosen = (t: string) =>
  `(${t}.dataset = 'sensor.community' OR (${t}.dataset = 'ioncannon' AND ${t}.start_us >= $1 AND ${t}.end_us <= $2))`;

/** What differs, a line each. */
export function differences(undisturbed: Outcome, disturbed: Outcome): string[] {
  const all = [...new Set([...undisturbed.keys(), ...disturbed.keys()])].sort();
  return all.flatMap((what) => {
    const [was, is] = [undisturbed.get(what) ?? "not there", disturbed.get(what) ?? "not there"];
    return was === is ? [] : [`${what}: undisturbed ${was}; disturbed ${is}`];
  });
}
