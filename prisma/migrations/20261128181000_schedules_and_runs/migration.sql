-- A schedule that a person removed: its row stays, so that what it fired is not fired again and what it skipped is known.
ALTER TABLE "schedule" ADD COLUMN "removed_at" TIMESTAMPTZ(6);

-- Runs that are being stopped.
CREATE INDEX "run_cancelling_idx" ON "run" ("requested_at") WHERE state = 'cancelling';
