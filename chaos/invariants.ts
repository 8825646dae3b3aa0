import type pg from "pg";
import { uuidv5 } from "../server/message";
import { ingestCommandId } from "../server/source/messages";

/** What holds of every data folder at rest. Each query gives a line per fault. */
const RULES: readonly (readonly [rule: string, query: string])[] = [
  [
    "a message is a dead letter",
    "SELECT concat_ws(' ', queue, id, dead_reason) AS line FROM inbox WHERE dead_at IS NOT NULL",
  ],
  [
    "a lease is left",
    `SELECT 'message ' || id AS line FROM inbox WHERE lease_until IS NOT NULL AND settled_at IS NULL
     UNION ALL SELECT concat_ws(' ', 'window', dataset, start_us) FROM "window" WHERE lease_until IS NOT NULL
     UNION ALL SELECT concat_ws(' ', 'projection', dataset, start_us) FROM projection_state WHERE lease_until IS NOT NULL`,
  ],
  [
    "a window tells of an error",
    `SELECT concat_ws(' ', dataset, start_us, error) AS line FROM "window" WHERE error IS NOT NULL`,
  ],
  [
    "a projection tells of an error",
    "SELECT concat_ws(' ', dataset, start_us, error) AS line FROM projection_state WHERE error IS NOT NULL",
  ],
  ["a run was refused", "SELECT concat_ws(' ', source, id, error) AS line FROM run WHERE state = 'refused'"],
  [
    "a window has not exactly one current revision",
    `SELECT concat_ws(' ', w.dataset, w.start_us, w.output, count(r.revision)) AS line FROM "window" w
     LEFT JOIN revision r ON r.current AND (r.dataset, r.start_us, r.end_us) = (w.dataset, w.start_us, w.end_us)
     GROUP BY w.dataset, w.start_us, w.end_us, w.output HAVING count(r.revision) <> CASE WHEN w.output = 'none' THEN 0 ELSE 1 END`,
  ],
  [
    "a window does not tell its current revision",
    `SELECT concat_ws(' ', w.dataset, w.start_us, w.output, r.output, w.last_revision, r.revision, w.built_hash = r.desired_hash) AS line FROM "window" w
     JOIN revision r ON r.current AND (r.dataset, r.start_us, r.end_us) = (w.dataset, w.start_us, w.end_us)
     WHERE r.output <> w.output OR r.revision > w.last_revision`,
  ],
  [
    "what is built is not what is desired",
    `SELECT concat_ws(' ', dataset, start_us, state, need) AS line FROM "window" WHERE need = 'none' AND built_hash IS DISTINCT FROM desired_hash AND output <> 'none'`,
  ],
  [
    "a sealed window was built, or is to be",
    `SELECT concat_ws(' ', w.dataset, w.start_us, w.state, w.need, r.built_at, w.sealed_at) AS line FROM "window" w
     LEFT JOIN revision r ON r.current AND (r.dataset, r.start_us, r.end_us) = (w.dataset, w.start_us, w.end_us)
     WHERE w.sealed_at IS NOT NULL AND (w.need = 'due' OR w.build_now OR r.built_at > w.sealed_at)`,
  ],
  [
    "a window lost its last means to be built and is not sealed",
    `SELECT DISTINCT concat_ws(' ', w.dataset, w.start_us) AS line FROM "window" w
     JOIN touch t ON (t.dataset, t.window_start_us, t.window_end_us) = (w.dataset, w.start_us, w.end_us) AND t.rows > 0
     JOIN delivery d ON d.current_generation = t.generation_id AND d.withdrawn_at IS NULL AND d.payload = 'gone'
     JOIN generation g ON g.id = t.generation_id AND g.points = 'gone' WHERE w.sealed_at IS NULL`,
  ],
  [
    "windows of one dataset overlap",
    `SELECT concat_ws(' ', a.dataset, a.start_us, b.start_us) AS line FROM "window" a JOIN "window" b
     ON a.dataset = b.dataset AND a.start_us < b.start_us AND b.start_us < a.end_us`,
  ],
  ["a delivery has no generation", "SELECT key AS line FROM delivery WHERE current_generation IS NULL"],
  [
    "the current generation is not the highest",
    `SELECT d.key AS line FROM delivery d JOIN generation c ON c.id = d.current_generation JOIN generation g ON g.delivery_id = d.id
     WHERE (g.ordinal, g.command_id) > (c.ordinal, c.command_id)`,
  ],
  [
    "a generation's rows are not those of its windows",
    `SELECT concat_ws(' ', g.command_id, g.rows, sum(t.rows)) AS line FROM generation g LEFT JOIN touch t ON t.generation_id = g.id
     GROUP BY g.id HAVING g.rows <> coalesce(sum(t.rows), 0)`,
  ],
  [
    "the built rows of a window are more than were delivered",
    `SELECT concat_ws(' ', r.dataset, r.start_us, r.rows, w.rows) AS line FROM revision r
     JOIN "window" w USING (dataset, start_us, end_us) WHERE r.current AND r.rows > w.rows`,
  ],
  [
    "a revision is projected that is not the current one",
    `SELECT concat_ws(' ', p.dataset, p.start_us, p.done, r.revision) AS line FROM projection_state p
     JOIN revision r ON r.current AND (r.dataset, r.start_us, r.end_us) = (p.dataset, p.start_us, p.end_us) WHERE p.done < r.revision`,
  ],
  [
    "a reprocess has ended, and a window of it has not, or without an outcome",
    `SELECT concat_ws(' ', p.number, p.state, i.dataset, i.start_us, i.state, i.outcome) AS line FROM reprocessing p
     JOIN reprocessing_window i ON i.reprocessing = p.id
     WHERE p.ended_at IS NOT NULL AND (i.state <> 'ended' OR i.outcome IS NULL OR p.state NOT IN ('done', 'cancelled'))`,
  ],
  [
    "a window of a reprocess failed",
    `SELECT concat_ws(' ', p.number, i.dataset, i.start_us, i.reason) AS line FROM reprocessing p
     JOIN reprocessing_window i ON i.reprocessing = p.id WHERE i.outcome = 'failed'`,
  ],
  [
    "a message that was published did not arrive",
    `SELECT concat_ws(' ', o.route, o.id) AS line FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM inbox i WHERE i.id = o.id AND starts_with(i.queue, o.route))`,
  ],
];

/** @returns what does not hold, a line each, at most `most` of one rule */
export async function brokenRules(client: pg.Client, most = 5): Promise<string[]> {
  const broken: string[] = [];
  for (const [rule, query] of RULES) {
    const { rows } = await client.query<{ line: string }>(query);
    for (const { line } of rows.slice(0, most)) broken.push(`${rule}: ${line}`);
    if (rows.length > most) broken.push(`${rule}: and ${rows.length - most} more`);
  }
  return [
    ...broken,
    ...(await wrongFirings(client)),
    ...(await leftOfCancelled(client)),
    ...(await wrongPublications(client)),
  ];
}

/** A scheduled run's id follows from its schedule and boundary: each is of one schedule, which passes over no boundary between two. */
async function wrongFirings(client: pg.Client): Promise<string[]> {
  const { rows: schedules } = await client.query<Record<"id" | "source" | "interval" | "lag", string>>(
    "SELECT id::text, source, interval_us AS interval, lag_us AS lag FROM schedule",
  );
  const { rows: runs } = await client.query<Record<"id" | "source" | "end_us", string>>(
    "SELECT id::text, source, end_us FROM run WHERE trigger = 'schedule' ORDER BY end_us",
  );
  const wrong: string[] = [];
  const last = new Map<string, number>();
  for (const { id, source, end_us: end } of runs) {
    const boundary = (lag: string) => Number(end) + Number(lag);
    const schedule = schedules.find(
      (each) => each.source === source && uuidv5(each.id, boundary(each.lag)) === id,
    );
    if (!schedule) {
      wrong.push(`a scheduled run is of no boundary of a schedule: ${source} ${id}`);
      continue;
    }
    const at = boundary(schedule.lag);
    const before = last.get(schedule.id);
    last.set(schedule.id, at);
    if (before !== undefined && at - before !== Number(schedule.interval))
      wrong.push(`a boundary of a schedule was passed over: ${source} ${at} after ${before}`);
  }
  return wrong.slice(0, 5);
}

/** Of a run that was cancelled there is no command, no generation and no message that is open or dead. */
async function leftOfCancelled(client: pg.Client): Promise<string[]> {
  const { rows: runs } = await client.query<{ id: string }>(
    "SELECT id::text FROM run WHERE state = 'cancelled'",
  );
  const { rows: left } = await client.query<{ line: string }>(
    `SELECT 'command ' || id AS line FROM outbox WHERE id = ANY($1::uuid[])
     UNION ALL SELECT 'generation ' || command_id FROM generation WHERE command_id = ANY($1::uuid[])
     UNION ALL SELECT 'message ' || id FROM inbox WHERE id = ANY($2::uuid[]) AND (settled_at IS NULL OR dead_at IS NOT NULL)`,
    [runs.map(({ id }) => ingestCommandId(id)), runs.map(({ id }) => id)],
  );
  return left.slice(0, 5).map(({ line }) => `something is left of a cancelled run: ${line}`);
}

/** Each publication of a revision stands in the outbox once, under the identifier that follows from it, and there are no others. */
async function wrongPublications(client: pg.Client): Promise<string[]> {
  const { rows: revisions } = await client.query<
    Record<"dataset" | "start_us" | "end_us" | "revision" | "n", string>
  >("SELECT dataset, start_us, end_us, revision, publications AS n FROM revision");
  const { rows: events } = await client.query<{ id: string }>(
    "SELECT id::text FROM outbox WHERE route = 'ionbeam.dataset.available'",
  );
  const published = new Set(events.map(({ id }) => id));
  const missing: string[] = [];
  for (const { dataset, start_us: start, end_us: end, revision, n } of revisions) {
    for (let ordinal = 0; ordinal < Number(n); ordinal += 1) {
      const id = uuidv5(dataset, Number(start), Number(end), Number(revision), ordinal);
      if (!published.delete(id))
        missing.push(`publication ${ordinal} of ${dataset} ${start} r${revision} is missing`);
    }
  }
  const foreign = [...published].map((id) => `event ${id} is no publication of a revision`);
  return [...missing.slice(0, 5), ...foreign.slice(0, 5)];
}
