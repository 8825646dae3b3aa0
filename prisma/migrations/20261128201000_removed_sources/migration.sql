-- When a person removed a source: its name stays joined to what it delivered, and nothing of it runs.
ALTER TABLE "source" ADD COLUMN "removed_at" TIMESTAMPTZ(6);
