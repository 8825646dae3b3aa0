-- Where the points of an ingestion lie: null a file of its own, '' one for good, else the key of a file that it shares.
ALTER TABLE "generation" ADD COLUMN "segment" TEXT;
CREATE INDEX "generation_unplaced_idx" ON "generation"("ingested_at") WHERE segment IS NULL;
CREATE INDEX "generation_segment_idx" ON "generation"("segment") WHERE segment > '';

-- Files of points that nobody is sent to any more, or not yet; they go an hour after.
CREATE TABLE "retired_segment" (
    "key" TEXT NOT NULL,
    "retired_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "retired_segment_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "retired_segment_retired_at_idx" ON "retired_segment"("retired_at");
