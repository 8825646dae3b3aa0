-- Days of projections: which are to be compacted, which file holds which revisions, and what a dataset's readers are shown (SEMANTICS 5, Days).
CREATE TABLE "projection_day" (
  "projection" TEXT NOT NULL,
  "dataset" TEXT NOT NULL,
  "day_us" BIGINT NOT NULL,
  "changed" BIGINT NOT NULL DEFAULT 1,
  "compacted" BIGINT NOT NULL DEFAULT 0,
  "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "owed" BOOLEAN NOT NULL DEFAULT true,
  "look_again_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "error" TEXT,
  CONSTRAINT "projection_day_pkey" PRIMARY KEY ("projection", "dataset", "day_us")
);
CREATE INDEX "projection_day_owed_idx" ON "projection_day" ("look_again_at") WHERE (owed);

CREATE TABLE "day_file" (
  "key" TEXT NOT NULL,
  "projection" TEXT NOT NULL,
  "dataset" TEXT NOT NULL,
  "day_us" BIGINT NOT NULL,
  "current" BOOLEAN NOT NULL DEFAULT false,
  "product" JSONB,
  "covered" JSONB NOT NULL DEFAULT '[]',
  "columns_hash" TEXT,
  "rows" BIGINT,
  "left_at" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "day_file_pkey" PRIMARY KEY ("key")
);
CREATE UNIQUE INDEX "day_file_current_idx" ON "day_file" ("projection", "dataset", "day_us") WHERE (current);
CREATE INDEX "day_file_left_idx" ON "day_file" ("left_at") WHERE (NOT current);

CREATE TABLE "served_dataset" (
  "projection" TEXT NOT NULL,
  "dataset" TEXT NOT NULL,
  "columns" JSONB,
  "columns_hash" TEXT,
  "changed" BIGINT NOT NULL DEFAULT 1,
  "served" BIGINT NOT NULL DEFAULT 0,
  "served_at" TIMESTAMPTZ(6),
  "rewriting" INTEGER NOT NULL DEFAULT 0,
  "retry_at" TIMESTAMPTZ(6),
  "error" TEXT,
  CONSTRAINT "served_dataset_pkey" PRIMARY KEY ("projection", "dataset")
);
CREATE INDEX "served_dataset_changed_idx" ON "served_dataset" ("dataset") WHERE (changed > served);

ALTER TABLE "projection_state" ADD COLUMN "columns_hash" TEXT;
ALTER TABLE "projection_state" ADD COLUMN "product_revision" INTEGER NOT NULL DEFAULT 0;
UPDATE "projection_state" SET "product_revision" = "done";

-- What is projected already is shown and compacted like everything that comes.
INSERT INTO "projection_day" ("projection", "dataset", "day_us")
  SELECT DISTINCT s."projection", s."dataset", s."start_us" - s."start_us" % 86400000000
  FROM "projection_state" s JOIN "projection" p ON p."name" = s."projection" AND p."kind" = 'pygeoapi' WHERE s."products" <> '[]';
INSERT INTO "served_dataset" ("projection", "dataset") SELECT DISTINCT "projection", "dataset" FROM "projection_day";
