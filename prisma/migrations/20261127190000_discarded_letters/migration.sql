-- What kind of reason a message was set aside for, and when a person settled it as discarded: the row, its reason and when it was set aside stay.
ALTER TABLE "inbox" ADD COLUMN "dead_class" TEXT, ADD COLUMN "discarded_at" TIMESTAMPTZ(6);

-- Reasons written before this begin with their error's class, which has a column of its own now.
UPDATE "inbox" SET "dead_class" = CASE
    WHEN dead_reason LIKE 'invalid: given up: %' THEN 'given-up'
    WHEN dead_reason LIKE 'invalid: the message does not fit %' THEN 'malformed'
    WHEN dead_reason LIKE 'not found: %' THEN 'not-found'
    WHEN dead_reason LIKE 'denied: %' THEN 'denied'
    ELSE 'invalid' END, "dead_reason" = regexp_replace(dead_reason, '^(invalid|not found|denied): ', '')
  WHERE dead_at IS NOT NULL;

DROP INDEX "inbox_dead_idx";
CREATE INDEX "inbox_dead_idx" ON "inbox" ("dead_at") WHERE dead_at IS NOT NULL AND settled_at IS NULL;
CREATE INDEX "inbox_discarded_idx" ON "inbox" ("discarded_at") WHERE discarded_at IS NOT NULL;

-- The audit by verb and by actor, newest first.
CREATE INDEX "audit_what_id_idx" ON "audit" ("what", "id");
CREATE INDEX "audit_who_id_idx" ON "audit" ("who", "id");
