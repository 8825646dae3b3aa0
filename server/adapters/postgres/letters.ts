import {
  DISCARDED_KEPT_DAYS,
  type LetterClass,
  type LetterFilter,
  type LetterKey,
  type LetterState,
  type WhichLetters,
} from "../../dead-letter/model";
import { NotFound } from "../../errors";
import type { Interval } from "../../observation/interval";
import { SOURCE_QUEUES } from "../../ports/inbox";
import type { Letter, LetterSurroundings, Letters } from "../../ports/letters";
import type { Tx } from "../../ports/transactions";
import type { Page } from "../../ports/views";
import { ingestCommandId } from "../../source/messages";
import { type Database, us } from "./database";
import { pageOf, timeCursor } from "./pages";

const CLASS = "coalesce(dead_class, 'invalid')";
const short = (text: string, length: number) => `left(${text}, ${length})`;

const LETTER = `queue, id::text, lane, ${CLASS} AS class, dead_reason AS reason, attempts, ${us("received_at")} AS "receivedAt",
  ${us("dead_at")} AS "deadAt", ${us("discarded_at")} AS "discardedAt", octet_length(body::text) AS bytes,
  jsonb_strip_nulls(jsonb_build_object('source', ${short("body->>'source_name'", 200)}, 'start', ${short("body->>'start_time'", 64)},
    'end', ${short("body->>'end_time'", 64)}, 'dataset', ${short("coalesce(body#>>'{metadata,dataset,name}', body#>>'{metadata,name}')", 200)},
    'location', ${short("coalesce(body->>'payload_location', body->>'dataset_location')", 4096)})) AS head`;

/** Which rows are in a state, and since when. */
const STATES: Readonly<Record<LetterState, { readonly is: string; readonly at: string }>> = {
  dead: { is: "dead_at IS NOT NULL AND settled_at IS NULL", at: "dead_at" },
  discarded: { is: "discarded_at IS NOT NULL", at: "discarded_at" },
};

/** Discarded so lately that a person may take it back: what it names is kept for that. */
export const MAY_COME_BACK = `discarded_at > clock_timestamp() - interval '${DISCARDED_KEPT_DAYS} days'`;

/** $1: queue, $2: class, $3: id; null for any. */
const MATCHES = `($1::text IS NULL OR queue = $1) AND ($2::text IS NULL OR ${CLASS} = $2) AND ($3::uuid IS NULL OR id = $3::uuid)`;

/** The parameters of `MATCHES`. */
function matching(filter: Omit<LetterFilter, "state">): [string | null, string | null, string | null] {
  return [filter.queue ?? null, filter.class ?? null, filter.id ?? null];
}

/** How many runs of the time of a payload are looked at for the one that brought it. */
const RUNS = 200;

/** Dead and discarded letters in PostgreSQL: rows of the inbox. */
export class PostgresLetters implements Letters {
  constructor(private readonly db: Database) {}

  async page(
    filter: LetterFilter & { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<Letter>> {
    const { is, at } = STATES[filter.state];
    const [before, key] = timeCursor(filter.cursor);
    const rows = await this.db.rows<Letter>(
      undefined,
      `SELECT ${LETTER} FROM inbox WHERE ${is} AND ${MATCHES}
         AND ($4::bigint IS NULL OR (${us(at)}, queue || ' ' || id::text) < ($4::bigint, $5::text))
       ORDER BY ${at} DESC, queue || ' ' || id::text DESC LIMIT $6`,
      ...matching(filter),
      before,
      key,
      filter.limit + 1,
    );
    const since = (letter: Letter) => (filter.state === "dead" ? letter.deadAt : letter.discardedAt);
    return pageOf(rows, filter.limit, (letter) => `${since(letter)}|${letter.queue} ${letter.id}`);
  }

  async counts(state: LetterState) {
    // Told first: what comes between the two is counted and not meant, never the other way round.
    const asOf = await this.db.now();
    const groups = await this.db.rows<{ queue: string; class: LetterClass; count: number }>(
      undefined,
      `SELECT queue, ${CLASS} AS class, count(*) AS count FROM inbox WHERE ${STATES[state].is} AND ${us(STATES[state].at)} <= $1::bigint
       GROUP BY 1, 2 ORDER BY 1, 2`,
      asOf,
    );
    return { asOf, groups };
  }

  async letter({ queue, id }: LetterKey): Promise<Letter & { body: unknown }> {
    const [row] = await this.db.rows<Letter & { body: unknown }>(
      undefined,
      `SELECT ${LETTER}, body FROM inbox WHERE queue = $1 AND id = $2::uuid AND dead_at IS NOT NULL`,
      queue,
      id,
    );
    if (row) return { ...row, body: row.body ?? null };
    throw new NotFound(`no dead letter ${id} of ${queue}: it may have been replayed`, {
      shownBy: "ionbeam dead-letter list shows those that there are",
    });
  }

  ofDataset(dataset: string, limit: number): Promise<readonly Letter[]> {
    const of = (state: string) => `SELECT ${LETTER} FROM inbox WHERE ${state}
      AND (coalesce(body#>>'{metadata,dataset,name}', body#>>'{metadata,name}') = $1 OR body->>'source_name' IN (SELECT name FROM source WHERE dataset = $1))`;
    return this.db.rows<Letter>(
      undefined,
      `SELECT * FROM (${of(STATES.dead.is)} UNION ALL ${of(STATES.discarded.is)}) AS letters ORDER BY "deadAt" DESC LIMIT $2`,
      dataset,
      limit,
    );
  }

  async surroundings(
    letter: LetterKey,
    about: Parameters<Letters["surroundings"]>[1],
  ): Promise<LetterSurroundings> {
    return {
      run: await this.runOf(letter, about),
      deliveries: await this.deliveriesOf(letter, about),
      windows: await this.windowsOf(about.dataset, about.range),
    };
  }

  /** The run that a letter starts, or whose payload it is: an ingestion's id follows from the run's, and not the other way round. */
  private async runOf(letter: LetterKey, about: Parameters<Letters["surroundings"]>[1]) {
    const run = "id::text, source, state";
    if (about.runId !== undefined) {
      const [found] = await this.db.rows<RunOfLetter>(
        undefined,
        `SELECT ${run} FROM run WHERE id = $1::uuid`,
        about.runId,
      );
      return found;
    }
    if (about.dataset === undefined || about.range === undefined) return undefined;
    const near = await this.db.rows<RunOfLetter>(
      undefined,
      `SELECT ${run} FROM run WHERE source IN (SELECT name FROM source WHERE dataset = $1) AND start_us < $3::bigint AND end_us > $2::bigint
       ORDER BY requested_at DESC LIMIT ${RUNS}`,
      about.dataset,
      about.range.start,
      about.range.end,
    );
    return near.find(({ id }) => ingestCommandId(id) === letter.id);
  }

  private async deliveriesOf(letter: LetterKey, about: Parameters<Letters["surroundings"]>[1]) {
    const rows = await this.db.rows<{ key: string }>(
      undefined,
      `SELECT key FROM delivery WHERE payload_key = $1 AND dataset = $2 AND start_us = $3::bigint AND end_us = $4::bigint
       UNION SELECT d.key FROM generation g JOIN delivery d ON d.id = g.delivery_id WHERE g.command_id = $5::uuid`,
      about.payloadKey ?? null,
      about.dataset ?? null,
      about.range?.start ?? null,
      about.range?.end ?? null,
      letter.id,
    );
    return rows.map(({ key }) => key);
  }

  private async windowsOf(dataset: string | undefined, range: Interval | undefined) {
    if (dataset === undefined || range === undefined) return {};
    const rows = await this.db.rows<{ state: string; n: number }>(
      undefined,
      `SELECT state, count(*) AS n FROM "window" WHERE dataset = $1 AND start_us < $3::bigint AND end_us > $2::bigint GROUP BY state`,
      dataset,
      range.start,
      range.end,
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  async replay(tx: Tx, which: WhichLetters): Promise<readonly Letter[]> {
    const fresh = `dead_at = NULL, dead_reason = NULL, dead_class = NULL, attempts = 0, crashes = 0, retry_at = NULL, lease_until = NULL, error = NULL`;
    const letters = await this.change(tx, "dead", which, fresh);
    await this.runs(
      tx,
      letters,
      "state = 'queued', error = NULL, failed_check = NULL, progress = NULL, started_at = NULL, finished_at = NULL",
    );
    await this.db.notify(tx, { noun: "inbox" });
    return letters;
  }

  async discard(tx: Tx, which: WhichLetters): Promise<readonly Letter[]> {
    const settled = "settled_at = clock_timestamp(), discarded_at = clock_timestamp()";
    const letters = await this.change(tx, "dead", which, settled);
    await this.runs(
      tx,
      letters,
      "state = 'discarded', progress = NULL, finished_at = coalesce(finished_at, clock_timestamp())",
    );
    return letters;
  }

  async restore(tx: Tx, which: WhichLetters): Promise<readonly Letter[]> {
    const letters = await this.change(tx, "discarded", which, "settled_at = NULL, discarded_at = NULL");
    await this.runs(tx, letters, "state = 'refused'");
    return letters;
  }

  /** Changes the letters that are meant and are in a state. @returns them as they were */
  private async change(
    tx: Tx,
    state: LetterState,
    which: WhichLetters,
    set: string,
  ): Promise<readonly Letter[]> {
    const { is, at } = STATES[state];
    const [meant, ...values] = meantBy(which, at);
    const letters = await this.db.rows<Letter>(
      tx,
      `WITH chosen AS (SELECT ${LETTER} FROM inbox WHERE ${is} AND ${meant} ORDER BY queue, id FOR UPDATE)
       UPDATE inbox SET ${set} FROM chosen WHERE inbox.queue = chosen.queue AND inbox.id = chosen.id::uuid RETURNING chosen.*`,
      ...values,
    );
    if (letters.length > 0) await this.db.notify(tx, { noun: "dead-letter" });
    return letters;
  }

  /** A run goes with the message that starts it. */
  private async runs(tx: Tx, letters: readonly Letter[], set: string): Promise<void> {
    const ids = letters.filter(({ queue }) => queue.startsWith(SOURCE_QUEUES)).map(({ id }) => id);
    if (ids.length === 0) return;
    await this.db.execute(
      tx,
      `UPDATE run SET ${set} WHERE id = ANY($1::uuid[]) AND state NOT IN ('done', 'cancelling', 'cancelled')`,
      ids,
    );
    await this.db.notify(tx, { noun: "run" });
  }
}

type RunOfLetter = NonNullable<LetterSurroundings["run"]>;

type Meant = [condition: string, ...values: (string | number | null | readonly string[])[]];

function meantBy(which: WhichLetters, at: string): Meant {
  if ("keys" in which) {
    const condition = "(queue, id) IN (SELECT k.q, k.i::uuid FROM unnest($1::text[], $2::text[]) AS k(q, i))";
    return [condition, which.keys.map(({ queue }) => queue), which.keys.map(({ id }) => id)];
  }
  return [`${MATCHES} AND ${us(at)} <= $4::bigint`, ...matching(which.filter), which.until];
}
