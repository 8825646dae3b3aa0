-- Which check a run that failed or was refused failed at, in the words of health; absent of what nobody outside had a part in.
ALTER TABLE "run" ADD COLUMN "failed_check" TEXT;
