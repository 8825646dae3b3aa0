-- Points of a generation and the payload of a delivery: present, then being removed, then gone. What is there before this stays.
ALTER TABLE "generation" ADD COLUMN "points" TEXT NOT NULL DEFAULT 'present';
ALTER TABLE "delivery" ADD COLUMN "payload" TEXT NOT NULL DEFAULT 'present', ADD COLUMN "points_look_us" BIGINT;

-- Deliveries with points are looked at when their dataset deletes after export.
UPDATE "delivery" SET "points_look_us" = 0 WHERE "current_generation" IS NOT NULL;

CREATE INDEX "generation_points_removing_idx" ON "generation" ("id") WHERE points = 'removing';
CREATE INDEX "delivery_payload_key_idx" ON "delivery" ("payload_key");
CREATE INDEX "delivery_payload_removing_idx" ON "delivery" ("payload_key") WHERE payload = 'removing';
CREATE INDEX "delivery_payload_aged_idx" ON "delivery" ("dataset", "received_at", "id") WHERE payload = 'present';
CREATE INDEX "delivery_points_aged_idx" ON "delivery" ("dataset", "received_at", "id") WHERE points_look_us IS NOT NULL;
CREATE INDEX "delivery_points_look_idx" ON "delivery" ("dataset", "points_look_us") WHERE points_look_us IS NOT NULL;

-- Points that a build waits for: at most one restore of a generation.
CREATE TABLE "restore" (
    "generation_id" BIGINT NOT NULL,
    "wanted_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "retry_us" BIGINT,

    CONSTRAINT "restore_pkey" PRIMARY KEY ("generation_id")
);
