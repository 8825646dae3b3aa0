-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "source" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "dataset" TEXT NOT NULL,
    "map_hash" TEXT NOT NULL,
    "map_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "schedule" (
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "window_size_us" BIGINT NOT NULL,
    "interval_us" BIGINT NOT NULL,
    "lag_us" BIGINT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "fired_through_us" BIGINT NOT NULL,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule_skip" (
    "id" BIGSERIAL NOT NULL,
    "schedule" UUID NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_skip_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "trigger" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "rows" BIGINT,
    "progress" TEXT,
    "damaged" JSONB NOT NULL DEFAULT '[]',
    "requested_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset" (
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "keywords" TEXT[],
    "source_links" JSONB NOT NULL,
    "declared_span" TEXT NOT NULL,
    "subject_to_change_us" BIGINT NOT NULL,
    "policy" TEXT NOT NULL,
    "build_after_us" BIGINT,
    "identity" TEXT[],
    "mobile" BOOLEAN NOT NULL,
    "personal" TEXT[],
    "floor_us" BIGINT NOT NULL,
    "delete_after_export" BOOLEAN NOT NULL DEFAULT false,
    "licence" TEXT NOT NULL,
    "attribution" TEXT NOT NULL,
    "synthetic" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "dataset_span" (
    "dataset" TEXT NOT NULL,
    "from_us" BIGINT NOT NULL,
    "span_us" BIGINT NOT NULL,
    "declared" TEXT NOT NULL,

    CONSTRAINT "dataset_span_pkey" PRIMARY KEY ("dataset","from_us")
);

-- CreateTable
CREATE TABLE "variable_map" (
    "hash" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "columns" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "variable_map_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "projection" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "config" JSONB NOT NULL,

    CONSTRAINT "projection_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "who" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "payload_sha256" TEXT NOT NULL,
    "payload_key" TEXT NOT NULL,
    "payload_bytes" BIGINT NOT NULL,
    "priority" INTEGER NOT NULL,
    "collected_us" BIGINT NOT NULL,
    "source" TEXT,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(6),
    "current_generation" BIGINT,
    "next_ordinal" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ingest_request" (
    "id" UUID NOT NULL,
    "delivery_id" BIGINT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ingest_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generation" (
    "id" BIGSERIAL NOT NULL,
    "delivery_id" BIGINT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "command_id" UUID NOT NULL,
    "map_hash" TEXT NOT NULL,
    "map_version" INTEGER NOT NULL,
    "rows" BIGINT NOT NULL,
    "stations" BIGINT NOT NULL,
    "rows_rejected" BIGINT NOT NULL,
    "observed_start_us" BIGINT,
    "observed_end_us" BIGINT,
    "bad_cells" JSONB NOT NULL,
    "unmapped" JSONB NOT NULL,
    "future_due_us" BIGINT,
    "future_asked" BOOLEAN NOT NULL DEFAULT false,
    "ingested_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "generation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "touch" (
    "generation_id" BIGINT NOT NULL,
    "window_start_us" BIGINT NOT NULL,
    "window_end_us" BIGINT NOT NULL,
    "dataset" TEXT NOT NULL,
    "delivery_id" BIGINT NOT NULL,
    "rows" BIGINT NOT NULL,
    "stations" BIGINT NOT NULL,

    CONSTRAINT "touch_pkey" PRIMARY KEY ("generation_id","window_start_us")
);

-- CreateTable
CREATE TABLE "claim" (
    "delivery_id" BIGINT NOT NULL,
    "window_start_us" BIGINT NOT NULL,
    "window_end_us" BIGINT NOT NULL,
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,

    CONSTRAINT "claim_pkey" PRIMARY KEY ("delivery_id","window_start_us")
);

-- CreateTable
CREATE TABLE "rejection" (
    "generation_id" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "examples" JSONB NOT NULL,

    CONSTRAINT "rejection_pkey" PRIMARY KEY ("generation_id","reason")
);

-- CreateTable
CREATE TABLE "exclusion" (
    "id" UUID NOT NULL,
    "dataset" TEXT NOT NULL,
    "station" TEXT,
    "variable" TEXT,
    "box" JSONB,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(6),

    CONSTRAINT "exclusion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "window" (
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "declared_span" TEXT NOT NULL,
    "desired_hash" TEXT NOT NULL,
    "first_change_us" BIGINT,
    "last_change_us" BIGINT,
    "built_hash" TEXT,
    "output" TEXT NOT NULL DEFAULT 'none',
    "last_revision" INTEGER NOT NULL DEFAULT 0,
    "coverage_share" DOUBLE PRECISION NOT NULL,
    "complete" BOOLEAN NOT NULL,
    "gaps" JSONB NOT NULL,
    "need" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stale" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "build_now" BOOLEAN NOT NULL DEFAULT false,
    "look_again_us" BIGINT,
    "fence" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "retry_us" BIGINT,
    "sealed_at" TIMESTAMPTZ(6),
    "ready_at" TIMESTAMPTZ(6),
    "judged_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "window_pkey" PRIMARY KEY ("dataset","start_us","end_us")
);

-- CreateTable
CREATE TABLE "reprocess" (
    "request_key" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "forced" BOOLEAN NOT NULL,
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reprocess_pkey" PRIMARY KEY ("request_key","dataset","start_us","end_us")
);

-- CreateTable
CREATE TABLE "revision" (
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "revision" INTEGER NOT NULL,
    "output" TEXT NOT NULL,
    "current" BOOLEAN NOT NULL,
    "file_key" TEXT,
    "sha256" TEXT,
    "bytes" BIGINT NOT NULL,
    "rows" BIGINT NOT NULL,
    "stations" BIGINT NOT NULL,
    "columns" JSONB NOT NULL,
    "west" DOUBLE PRECISION,
    "south" DOUBLE PRECISION,
    "east" DOUBLE PRECISION,
    "north" DOUBLE PRECISION,
    "observed_start_us" BIGINT,
    "observed_end_us" BIGINT,
    "desired_hash" TEXT NOT NULL,
    "map_hashes" TEXT[],
    "deliveries" JSONB NOT NULL,
    "coverage_share" DOUBLE PRECISION NOT NULL,
    "complete" BOOLEAN NOT NULL,
    "manifest_key" TEXT,
    "publications" INTEGER NOT NULL DEFAULT 0,
    "built_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "verified_at" TIMESTAMPTZ(6),
    "superseded_at" TIMESTAMPTZ(6),

    CONSTRAINT "revision_pkey" PRIMARY KEY ("dataset","start_us","end_us","revision")
);

-- CreateTable
CREATE TABLE "projection_state" (
    "projection" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "wanted" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "products" JSONB NOT NULL DEFAULT '[]',
    "fence" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "retry_at" TIMESTAMPTZ(6),
    "wanted_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "done_at" TIMESTAMPTZ(6),

    CONSTRAINT "projection_state_pkey" PRIMARY KEY ("projection","dataset","start_us","end_us")
);

-- CreateTable
CREATE TABLE "inbox" (
    "queue" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "body" JSONB NOT NULL,
    "lane" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(6),
    "fence" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "retry_at" TIMESTAMPTZ(6),
    "dead_at" TIMESTAMPTZ(6),
    "dead_reason" TEXT,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("queue","id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "route" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "body" JSONB NOT NULL,
    "lane" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(6),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE INDEX "schedule_source_idx" ON "schedule"("source");

-- CreateIndex
CREATE INDEX "schedule_skip_schedule_start_us_idx" ON "schedule_skip"("schedule", "start_us");

-- CreateIndex
CREATE INDEX "run_source_requested_at_idx" ON "run"("source", "requested_at");

-- CreateIndex
CREATE INDEX "run_requested_at_idx" ON "run"("requested_at");

-- CreateIndex
CREATE INDEX "audit_at_idx" ON "audit"("at");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_key_key" ON "delivery"("key");

-- CreateIndex
CREATE INDEX "delivery_dataset_received_at_idx" ON "delivery"("dataset", "received_at");

-- CreateIndex
CREATE INDEX "delivery_received_at_idx" ON "delivery"("received_at");

-- CreateIndex
CREATE INDEX "ingest_request_delivery_id_idx" ON "ingest_request"("delivery_id");

-- CreateIndex
CREATE UNIQUE INDEX "generation_command_id_key" ON "generation"("command_id");

-- CreateIndex
CREATE INDEX "generation_delivery_id_ordinal_idx" ON "generation"("delivery_id", "ordinal");

-- CreateIndex
CREATE INDEX "generation_ingested_at_idx" ON "generation"("ingested_at");

-- CreateIndex
CREATE INDEX "generation_future_due_us_idx" ON "generation"("future_due_us");

-- CreateIndex
CREATE INDEX "touch_dataset_window_start_us_idx" ON "touch"("dataset", "window_start_us");

-- CreateIndex
CREATE INDEX "claim_dataset_window_start_us_idx" ON "claim"("dataset", "window_start_us");

-- CreateIndex
CREATE INDEX "exclusion_dataset_start_us_idx" ON "exclusion"("dataset", "start_us");

-- CreateIndex
CREATE INDEX "window_end_us_dataset_start_us_idx" ON "window"("end_us", "dataset", "start_us");

-- CreateIndex
CREATE INDEX "window_dataset_end_us_start_us_idx" ON "window"("dataset", "end_us", "start_us");

-- CreateIndex
CREATE INDEX "window_look_again_us_idx" ON "window"("look_again_us");

-- CreateIndex
CREATE INDEX "window_state_end_us_idx" ON "window"("state", "end_us");

-- CreateIndex
CREATE INDEX "window_build_now_idx" ON "window"("end_us") WHERE (build_now);

-- CreateIndex
CREATE INDEX "reprocess_dataset_start_us_end_us_idx" ON "reprocess"("dataset", "start_us", "end_us");

-- CreateIndex
CREATE INDEX "revision_current_west_idx" ON "revision"("dataset", "west") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_current_south_idx" ON "revision"("dataset", "south") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_current_east_idx" ON "revision"("dataset", "east") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_current_north_idx" ON "revision"("dataset", "north") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_current_observed_start_us_idx" ON "revision"("dataset", "observed_start_us") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_current_observed_end_us_idx" ON "revision"("dataset", "observed_end_us") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_current_end_us_idx" ON "revision"("dataset", "end_us") WHERE (current);

-- CreateIndex
CREATE INDEX "revision_built_at_idx" ON "revision"("built_at");

-- CreateIndex
CREATE INDEX "projection_state_owed_idx" ON "projection_state"("end_us") WHERE (wanted > done);

-- CreateIndex
CREATE INDEX "inbox_received_at_idx" ON "inbox"("received_at");

-- CreateIndex
CREATE INDEX "inbox_open_idx" ON "inbox"("received_at") WHERE (settled_at IS NULL AND dead_at IS NULL);

-- CreateIndex
CREATE INDEX "inbox_dead_idx" ON "inbox"("dead_at") WHERE (dead_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "outbox_unpublished_idx" ON "outbox"("seq") WHERE (published_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "outbox_route_id_key" ON "outbox"("route", "id");
