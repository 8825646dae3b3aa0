-- What is wrong now and was once: one open row for each rule and subject.
CREATE TABLE "alert" (
    "id" BIGSERIAL NOT NULL,
    "rule" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "href" TEXT NOT NULL,
    "since_us" BIGINT,
    "opened_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(6),
    "resolution" TEXT,
    "muted_at" TIMESTAMPTZ(6),
    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "alert_open_idx" ON "alert" ("rule", "subject") WHERE resolved_at IS NULL;
CREATE INDEX "alert_resolved_at_id_idx" ON "alert" ("resolved_at", "id");

-- What the webhook is to be told, written with what it tells of; sent at least once, and known to its receiver by its id.
CREATE TABLE "alert_message" (
    "seq" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "alert" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "made_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "retry_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),
    CONSTRAINT "alert_message_pkey" PRIMARY KEY ("seq")
);
CREATE UNIQUE INDEX "alert_message_id_key" ON "alert_message" ("id");
CREATE INDEX "alert_message_alert_seq_idx" ON "alert_message" ("alert", "seq");
CREATE INDEX "alert_message_waiting_idx" ON "alert_message" ("seq") WHERE state = 'waiting';
CREATE INDEX "alert_message_dead_idx" ON "alert_message" ("seq") WHERE state = 'dead';

-- From when on a source is silent, a window late, a row of failures too long. One row; its version is what a change is made of.
CREATE TABLE "alert_settings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL DEFAULT 1,
    "body" JSONB NOT NULL,
    CONSTRAINT "alert_settings_pkey" PRIMARY KEY ("id")
);

-- Where alerts are sent. Address and key are sealed.
CREATE TABLE "webhook" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "enabled" BOOLEAN NOT NULL,
    "address" JSONB,
    "key" JSONB,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- What the last probe of a source found.
CREATE TABLE "source_probe" (
    "source" TEXT NOT NULL,
    "probed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "result" JSONB NOT NULL,
    CONSTRAINT "source_probe_pkey" PRIMARY KEY ("source")
);

-- The newest range that a source has data of, whoever asked for it and when.
CREATE INDEX "run_source_end_us_idx" ON "run" ("source", "end_us");
