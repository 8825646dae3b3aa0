-- Whether sources may collect now, for the pages and the command line: one row, written by the worker when it changes.
CREATE TABLE "intake" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "level" TEXT NOT NULL,
    "reason" TEXT,
    "since" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "intake_pkey" PRIMARY KEY ("id")
);
