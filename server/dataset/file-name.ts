import { createHash } from "node:crypto";
import { formatInstant } from "../observation/time";
import type { Window } from "../window/model";

/** `<dataset>_<start>_<span>.<hash8>.parquet` (SEMANTICS 1): the start as YYYYMMDDTHHMMSS, the span as it was declared. */
export function canonicalFileName(window: Window, declaredSpan: string, sha256: string): string {
  const start = formatInstant(window.start).slice(0, 19).replaceAll(/[-:]/g, "");
  return `${window.dataset}_${start}_${declaredSpan}.${sha256.slice(0, 8)}.parquet`;
}

/** The manifest's key beside its file: by its own content, so one that is there is never written over by another. */
export function manifestKey(fileKey: string, text: string): string {
  return `${fileKey}.${createHash("sha256").update(text).digest("hex").slice(0, 8)}.manifest.json`;
}
