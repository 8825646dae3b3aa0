-- Since when it runs without a pause or an end: what ended before says nothing about how fast it is now. Of those that are there already, since now.
ALTER TABLE "reprocessing" ADD COLUMN "running_since" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP;
