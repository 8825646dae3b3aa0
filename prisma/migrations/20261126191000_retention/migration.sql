-- For how long a dataset keeps what; null keeps it for ever.
ALTER TABLE "dataset" ADD COLUMN "keep_points_us" BIGINT, ADD COLUMN "keep_payloads_us" BIGINT, ADD COLUMN "keep_revisions_us" BIGINT;

-- The row of a revision outlives its file.
ALTER TABLE "revision" ADD COLUMN "removed_at" TIMESTAMPTZ(6);
CREATE INDEX "revision_superseded_idx" ON "revision" ("dataset", "superseded_at") WHERE superseded_at IS NOT NULL AND removed_at IS NULL AND file_key IS NOT NULL;
CREATE INDEX "revision_file_key_idx" ON "revision" ("file_key");

-- What retention did last, and altogether.
CREATE TABLE "retention_run" (
    "dataset" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "looked_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "error" TEXT,
    "removed_at" TIMESTAMPTZ(6),
    "removed" BIGINT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "total_removed" BIGINT NOT NULL DEFAULT 0,
    "total_bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "retention_run_pkey" PRIMARY KEY ("dataset", "kind")
);
