import { HOUR, type Micros } from "../../observation/time";
import type { Files } from "../../ports/files";
import type { Retention, RetentionFinding, RetentionKind } from "../../ports/retention";
import type { Window } from "../../window/model";
import { KEY, keyOf } from "./builds";
import { type Database, timestamp } from "./database";
import { lock } from "./window-lock";

/** A superseded file lives at least this long after it leaves the plan (SEMANTICS 4, *Leftovers*). */
const LEAST: Micros = HOUR;

/** Superseded revisions of $1 whose file is still there. */
const SUPERSEDED = `revision r WHERE r.dataset = $1 AND r.superseded_at IS NOT NULL AND r.removed_at IS NULL AND r.file_key IS NOT NULL`;

const SAME_WINDOW = "o.dataset = r.dataset AND o.start_us = r.start_us AND o.end_us = r.end_us";

/** Whether the revision that is current names the path too: a withdrawal that was taken back gives the same bytes and name. */
const STILL_CURRENT = `EXISTS (SELECT 1 FROM revision o WHERE ${SAME_WINDOW} AND o.current AND o.file_key = r.file_key)`;

/** Whether a revision superseded at $2 or later names the path too. */
const LEFT_LATELY = `EXISTS (SELECT 1 FROM revision o WHERE ${SAME_WINDOW} AND o.file_key = r.file_key AND o.superseded_at >= ${timestamp("$2")})`;

/** Whether a build of the window runs. */
const BUILDING = `EXISTS (SELECT 1 FROM "window" o WHERE ${SAME_WINDOW} AND o.lease_until > ${timestamp("$3")})`;

const GOES = `NOT ${STILL_CURRENT} AND NOT ${LEFT_LATELY} AND NOT ${BUILDING}`;

interface Superseded extends Window {
  readonly fileKey: string;
}

/**
 * Files of superseded revisions. Their rows are kept and say when the file went. A deletion takes the window's token, so that a build which paused
 * past its lease is refused when it wakes, and unlinks only what no current revision names.
 */
export class RevisionRetention implements Retention {
  constructor(
    private readonly db: Database,
    private readonly files: Pick<Files, "remove">,
    private readonly failPoint: (name: string) => void,
  ) {}

  async preview(dataset: string, kind: RetentionKind, receivedBefore: Micros): Promise<RetentionFinding> {
    const now = await this.db.now();
    const before = Math.min(receivedBefore, now - LEAST);
    const [found] = await this.db.rows<{
      things: number;
      rows: number;
      bytes: number;
      from: Micros | undefined;
      to: Micros | undefined;
      current: number;
      lately: number;
      building: number;
    }>(
      undefined,
      `SELECT count(*) FILTER (WHERE why = 'goes') AS things, coalesce(sum(rows) FILTER (WHERE why = 'goes'), 0)::bigint AS rows,
         coalesce(sum(bytes) FILTER (WHERE why = 'goes' AND first), 0)::bigint AS bytes,
         min(start_us) FILTER (WHERE why = 'goes') AS from, max(end_us) FILTER (WHERE why = 'goes') AS to,
         count(*) FILTER (WHERE why = 'current') AS current, count(*) FILTER (WHERE why = 'lately') AS lately,
         count(*) FILTER (WHERE why = 'building') AS building
       FROM (SELECT r.rows, r.bytes, r.start_us, r.end_us, row_number() OVER (PARTITION BY r.file_key ORDER BY r.revision) = 1 AS first,
           CASE WHEN ${STILL_CURRENT} THEN 'current' WHEN r.superseded_at >= ${timestamp("$2")} OR ${LEFT_LATELY} THEN 'lately'
             WHEN ${BUILDING} THEN 'building' ELSE 'goes' END AS why
         FROM ${SUPERSEDED} AND r.superseded_at < ${timestamp("$4")}) each_revision`,
      dataset,
      before,
      now,
      receivedBefore,
    );
    const passedOver = [
      { reason: "the current revision is the same file", things: found?.current ?? 0 },
      {
        reason: "their file was current until less than an hour before, or is kept",
        things: found?.lately ?? 0,
      },
      { reason: "their window is being built", things: found?.building ?? 0 },
    ];
    return {
      kind,
      things: found?.things ?? 0,
      rows: found?.rows ?? 0,
      bytes: found?.bytes ?? 0,
      ...(found?.from === undefined ? {} : { from: found.from }),
      ...(found?.to === undefined ? {} : { to: found.to }),
      passedOver: passedOver.filter(({ things }) => things > 0),
    };
  }

  async remove(
    dataset: string,
    _kind: RetentionKind,
    receivedBefore: Micros,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ removed: number; bytes: number; more: boolean }> {
    const now = await this.db.now();
    const before = Math.min(receivedBefore, now - LEAST);
    const found = await this.db.rows<Superseded>(
      undefined,
      `SELECT r.dataset, r.start_us AS start, r.end_us AS "end", r.file_key AS "fileKey"
       FROM ${SUPERSEDED} AND r.superseded_at < ${timestamp("$2")} AND ${GOES} ORDER BY r.superseded_at LIMIT $4`,
      dataset,
      before,
      now,
      limit,
    );
    let removed = 0;
    let bytes = 0;
    for (const each of found) {
      if (signal.aborted) return { removed, bytes, more: true };
      const went = await this.removeFile(each, before);
      removed += went.removed;
      bytes += went.bytes;
    }
    // Where all were passed over since they were read, the next look is early enough.
    return { removed, bytes, more: found.length === limit && removed > 0 };
  }

  /** One file and the manifests beside it, for all superseded revisions of its window that name it. */
  private removeFile(superseded: Superseded, before: Micros): Promise<{ removed: number; bytes: number }> {
    return this.db.run(async (tx) => {
      await lock(this.db, tx, superseded);
      const now = await this.db.now(tx);
      const rows = await this.db.rows<{ revision: number; bytes: number; manifestKey: string | undefined }>(
        tx,
        `SELECT r.revision, r.bytes, r.manifest_key AS "manifestKey" FROM ${SUPERSEDED} AND r.start_us = $4::bigint AND r.end_us = $5::bigint
           AND r.file_key = $6 AND r.superseded_at < ${timestamp("$2")} AND ${GOES}`,
        superseded.dataset,
        before,
        now,
        superseded.start,
        superseded.end,
        superseded.fileKey,
      );
      if (rows.length === 0) return { removed: 0, bytes: 0 };
      await this.db.execute(
        tx,
        `UPDATE "window" SET fence = greatest(fence + 1, pg_current_xact_id()::text::bigint) WHERE ${KEY}`,
        ...keyOf(superseded),
      );
      await this.files.remove(superseded.fileKey);
      // A manifest's key begins with its file's: none of these is another revision's.
      for (const { manifestKey } of rows) if (manifestKey !== undefined) await this.files.remove(manifestKey);
      this.failPoint("retention.unlinked");
      await this.db.execute(
        tx,
        `UPDATE revision SET removed_at = clock_timestamp() WHERE ${KEY} AND revision = ANY($4::int[])`,
        ...keyOf(superseded),
        rows.map(({ revision }) => revision),
      );
      await this.db.notify(tx, { noun: "window", key: superseded.dataset });
      return { removed: rows.length, bytes: rows[0]?.bytes ?? 0 };
    });
  }
}
