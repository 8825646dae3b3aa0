-- What a projection did last, and how much within a day: for its page, whatever there is of history.
CREATE INDEX "projection_state_projection_done_at_idx" ON "projection_state" ("projection", "done_at");
