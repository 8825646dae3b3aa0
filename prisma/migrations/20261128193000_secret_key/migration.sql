-- The name of the key that secrets of this installation are sealed with, which tells nothing of the key. One row.
CREATE TABLE "secret_key" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    CONSTRAINT "secret_key_pkey" PRIMARY KEY ("id")
);
