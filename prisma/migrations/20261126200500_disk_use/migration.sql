-- What lies on the disk, as the last whole walk over the file store found it.
CREATE TABLE "disk_use" (
    "dataset" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "files" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "measured_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "disk_use_pkey" PRIMARY KEY ("dataset", "source", "kind")
);

-- Which delivery a payload's file belongs to.
CREATE INDEX "delivery_payload_sha256_idx" ON "delivery" ("payload_sha256");
