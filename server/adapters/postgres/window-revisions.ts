import { NotFound } from "../../errors";
import type { Page } from "../../ports/views";
import type { ChangedDelivery, RevisionDifference, WindowRevisionView } from "../../ports/window-page";
import type { Window } from "../../window/model";
import { type RevisionChange, revisionCause } from "../../window/revision-cause";
import { KEY, keyOf, REVISION } from "./builds";
import { type Database, us } from "./database";

/** Most deliveries of one kind of difference that are named. */
const NAMED = 50;

const REVISION_VIEW = `${REVISION}, current, ${us("superseded_at")} AS "supersededAt", ${us("removed_at")} AS "removedAt",
  ${us("verified_at")} AS "verifiedAt", jsonb_array_length(deliveries) AS deliveries`;

/** The deliveries of two revisions side by side, by what names their lists: `after` and `before` are undefined where one lacks it. */
const beside = (before: string, after: string) => `(
  SELECT key, b.generation AS before, a.generation AS after, b.rows AS "rowsBefore", a.rows AS "rowsAfter", b."mapHash" <> a."mapHash" AS "otherMap"
  FROM (SELECT * FROM jsonb_to_recordset(${before}) AS e(key text, generation text, rows bigint, "mapHash" text)) b
    FULL JOIN (SELECT * FROM jsonb_to_recordset(${after}) AS e(key text, generation text, rows bigint, "mapHash" text)) a USING (key))`;

const ADDED = "before IS NULL";
const REMOVED = "after IS NULL";
const AGAIN = "after <> before";

const CHANGE = `count(*) FILTER (WHERE ${ADDED}) AS added, count(*) FILTER (WHERE ${REMOVED}) AS removed,
  count(*) FILTER (WHERE ${AGAIN}) AS "ingestedAgain", count(*) FILTER (WHERE ${AGAIN} AND "otherMap") AS "otherMap"`;

type RevisionRow = Omit<WindowRevisionView, "why"> &
  Omit<RevisionChange, "sameDesired"> & {
    /** Undefined: no revision before it is known. */
    readonly sameDesired: boolean | undefined;
  };

/** Revisions of a window, the newest first, each with what is other than at the one before. $4: below which number, $5: how many. */
const REVISIONS = `SELECT r.*, c.*, p.desired_hash = r."desiredHash" AS "sameDesired"
  FROM (SELECT ${REVISION_VIEW} FROM revision WHERE ${KEY} AND ($4::int IS NULL OR revision < $4) ORDER BY revision DESC LIMIT $5::bigint) r
    JOIN revision n ON n.dataset = $1 AND n.start_us = $2::bigint AND n.end_us = $3::bigint AND n.revision = r.revision
    LEFT JOIN LATERAL (SELECT deliveries, desired_hash FROM revision WHERE ${KEY} AND revision < r.revision ORDER BY revision DESC LIMIT 1) p ON true
    CROSS JOIN LATERAL (SELECT ${CHANGE} FROM ${beside("p.deliveries", "n.deliveries")} x) c
  ORDER BY r.revision DESC`;

/** One page of a window's revisions. */
export async function windowRevisions(
  db: Database,
  window: Window,
  { limit, below }: { readonly limit: number; readonly below?: number | undefined },
): Promise<Page<WindowRevisionView>> {
  const rows = await db.rows<RevisionRow>(undefined, REVISIONS, ...keyOf(window), below ?? null, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(shown), next: rows.length > limit && last ? String(last.revision) : undefined };
}

function shown({ added, removed, ingestedAgain, otherMap, sameDesired, ...revision }: RevisionRow) {
  const change = { added, removed, ingestedAgain, otherMap };
  return {
    ...revision,
    why: revisionCause(sameDesired === undefined ? undefined : { ...change, sameDesired }),
  };
}

/** What the ledger knows of the difference of two revisions, whichever is the earlier. @throws NotFound */
export async function revisionDifference(
  db: Database,
  window: Window,
  before: number,
  after: number,
): Promise<RevisionDifference> {
  const [earlier, later] = await Promise.all(
    [before, after].map((number) => oneRevision(db, window, number)),
  );
  if (!earlier || !later) throw new NotFound(`this window has no revision ${earlier ? after : before}`);
  const held = (number: string) =>
    `(SELECT deliveries FROM revision WHERE ${KEY} AND revision = ${number}::int)`;
  const changed = beside(held("$4"), held("$5"));
  const key = [...keyOf(window), before, after] as const;
  const [change] = await db.rows<Omit<RevisionChange, "sameDesired">>(
    undefined,
    `SELECT ${CHANGE} FROM ${changed} x`,
    ...key,
  );
  const named = (which: string) =>
    db.rows<ChangedDelivery>(
      undefined,
      `SELECT x.key, d.source, x."rowsBefore", x."rowsAfter", ${us("d.received_at")} AS "receivedAt"
       FROM ${changed} x LEFT JOIN delivery d ON d.key = x.key WHERE ${which} ORDER BY d.received_at, x.key LIMIT ${NAMED}`,
      ...key,
    );
  return {
    before: earlier,
    after: later,
    change: {
      ...(change ?? { added: 0, removed: 0, ingestedAgain: 0, otherMap: 0 }),
      sameDesired: earlier.desiredHash === later.desiredHash,
    },
    added: await named(ADDED),
    removed: await named(REMOVED),
    ingestedAgain: await named(AGAIN),
  };
}

async function oneRevision(
  db: Database,
  window: Window,
  number: number,
): Promise<WindowRevisionView | undefined> {
  const { items } = await windowRevisions(db, window, { limit: 1, below: number + 1 });
  return items.find(({ revision }) => revision === number);
}
