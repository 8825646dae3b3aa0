-- A range of a source's kept payloads that a person had ingested again, under the map that stood when it was asked for.
CREATE TABLE "reingestion" (
    "id" UUID NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "start_us" BIGINT NOT NULL,
    "end_us" BIGINT NOT NULL,
    "map_hash" TEXT NOT NULL,
    "map_version" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "reingestion_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "reingestion_number_key" ON "reingestion" ("number");
CREATE INDEX "reingestion_source_number_idx" ON "reingestion" ("source", "number");
CREATE INDEX "reingestion_active_idx" ON "reingestion" ("number") WHERE ended_at IS NULL;

-- Its deliveries. One that is left out from the beginning has ended with its reason.
CREATE TABLE "reingestion_delivery" (
    "reingestion" UUID NOT NULL,
    "delivery_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "outcome" TEXT,
    "reason" TEXT,
    "command_id" UUID,
    "rows_before" BIGINT,
    "rows_after" BIGINT,
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "reingestion_delivery_pkey" PRIMARY KEY ("reingestion", "delivery_id")
);
CREATE INDEX "reingestion_delivery_reingestion_state_position_idx" ON "reingestion_delivery" ("reingestion", "state", "position");
CREATE INDEX "reingestion_delivery_reingestion_position_idx" ON "reingestion_delivery" ("reingestion", "position");
