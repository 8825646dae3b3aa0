-- The columns that a map makes depend on the dataset too (what is personal there): two datasets with one map have a row each.
ALTER TABLE "variable_map" DROP CONSTRAINT "variable_map_pkey";
ALTER TABLE "variable_map" ADD CONSTRAINT "variable_map_pkey" PRIMARY KEY ("dataset", "hash");
INSERT INTO "variable_map" ("hash", "dataset", "version", "body", "columns", "created_at")
SELECT m."hash", o."dataset", m."version", m."body", m."columns", m."created_at"
FROM (SELECT "dataset", "map_hash" FROM "source"
      UNION SELECT d."dataset", g."map_hash" FROM "generation" g JOIN "delivery" d ON d."id" = g."delivery_id") AS o
JOIN "variable_map" m ON m."hash" = o."map_hash"
ON CONFLICT ("dataset", "hash") DO NOTHING;

-- Rows of the future that were asked for are never looked at again.
DROP INDEX "generation_future_due_us_idx";
UPDATE "generation" g SET "future_asked" = true FROM "delivery" d
WHERE d."id" = g."delivery_id" AND d."current_generation" IS DISTINCT FROM g."id" AND g."future_due_us" IS NOT NULL;
CREATE INDEX "generation_future_due_idx" ON "generation"("future_due_us") WHERE future_due_us IS NOT NULL AND NOT future_asked;
