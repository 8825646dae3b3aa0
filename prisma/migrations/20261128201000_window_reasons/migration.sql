-- Why a window is in its state, by class, and whether it is stale for nothing but somebody's request.
ALTER TABLE "window" ADD COLUMN "reason_class" TEXT NOT NULL DEFAULT 'not-judged';
ALTER TABLE "window" ADD COLUMN "asked_again" BOOLEAN NOT NULL DEFAULT false;
-- Where the build that runs is, and where the last one failed.
ALTER TABLE "window" ADD COLUMN "build_phase" TEXT;
-- Whether a person asked for the build that made it.
ALTER TABLE "revision" ADD COLUMN "requested" BOOLEAN NOT NULL DEFAULT false;

-- What was judged before: by its state, and where that does not tell by the sentence. Its next judgement says it anew.
UPDATE "window" w SET
  asked_again = stale AND built_hash = desired_hash,
  reason_class = CASE
    WHEN state = 'failed' THEN 'build-failed'
    WHEN state = 'queued' AND starts_with(reason, 'waits for the points of ') THEN 'restoring'
    WHEN state IN ('queued', 'building') AND EXISTS (
      SELECT FROM reprocess r WHERE r.dataset = w.dataset AND r.start_us = w.start_us AND r.end_us = w.end_us) THEN 'asked'
    WHEN state IN ('queued', 'building') AND output = 'none' THEN 'first-build'
    WHEN state IN ('queued', 'building') THEN 'newer-data'
    WHEN state = 'open' THEN 'collecting'
    WHEN state = 'settling' THEN 'may-change'
    WHEN state = 'waiting' THEN 'missing'
    WHEN state = 'too-late' THEN 'too-late'
    WHEN sealed_at IS NOT NULL THEN 'sealed'
    WHEN state = 'built' THEN 'complete'
    WHEN state = 'incomplete' THEN 'missing'
    WHEN starts_with(reason, 'every row that came is excluded') THEN 'excluded'
    WHEN strpos(reason, ' damaged') > 0 THEN 'damaged'
    WHEN strpos(reason, ' rejected') > 0 THEN 'rejected'
    WHEN strpos(reason, ' withdrawn') > 0 THEN 'withdrawn'
    ELSE 'nothing-came' END
WHERE desired_hash <> '';
