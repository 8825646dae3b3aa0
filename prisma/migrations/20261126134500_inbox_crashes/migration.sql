-- Attempts in a row that ended without an answer: only those count towards giving a message up.
ALTER TABLE "inbox" ADD COLUMN "crashes" INTEGER NOT NULL DEFAULT 0;
