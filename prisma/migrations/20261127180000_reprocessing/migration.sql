-- What a person asked to be made again, as a thing of its own: it is watched, paused, cancelled and tried again.
CREATE TABLE "reprocessing" (
    "id" UUID NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "ranges" JSONB NOT NULL,
    "behaviour" TEXT NOT NULL,
    "depth" TEXT NOT NULL,
    "forced" BOOLEAN NOT NULL,
    "newest_first" BOOLEAN NOT NULL,
    "note" TEXT,
    "state" TEXT NOT NULL DEFAULT 'running',
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),
    -- Of its windows, when it ended: they are not counted again.
    "counts" JSONB,

    CONSTRAINT "reprocessing_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "reprocessing_number_key" ON "reprocessing" ("number");
CREATE INDEX "reprocessing_active_idx" ON "reprocessing" ("number") WHERE ended_at IS NULL;

-- Its windows. One that is left out from the beginning has ended with its reason.
CREATE TABLE "reprocessing_window" (
    "reprocessing" UUID NOT NULL,
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "left_out" BOOLEAN NOT NULL DEFAULT false,
    "outcome" TEXT,
    "reason" TEXT,
    "runs" JSONB NOT NULL DEFAULT '[]',
    "round" INTEGER NOT NULL DEFAULT 1,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "revision_before" INTEGER,
    "products_before" TEXT,
    "revision_after" INTEGER,
    "begun_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "reprocessing_window_pkey" PRIMARY KEY ("reprocessing", "dataset", "start_us", "end_us")
);
CREATE INDEX "reprocessing_window_reprocessing_state_position_idx" ON "reprocessing_window" ("reprocessing", "state", "position");
CREATE INDEX "reprocessing_window_reprocessing_position_idx" ON "reprocessing_window" ("reprocessing", "position");
