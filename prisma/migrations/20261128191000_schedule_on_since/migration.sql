-- Since when a schedule is on: what it could not have brought before is no silence. Unknown of those that are there already.
ALTER TABLE "schedule" ADD COLUMN "on_since" TIMESTAMPTZ(6);
