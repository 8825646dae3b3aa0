import { createHash } from "node:crypto";
import type { DataIngestionMap } from "../observation/model";

/** A map's identity: hex SHA-256 of its canonical JSON (keys sorted at every level); its version is only shown (SEMANTICS 3). */
export function mapHash(map: DataIngestionMap): string {
  return createHash("sha256").update(canonicalJson(map)).digest("hex");
}

/** JSON with sorted keys and no blanks: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(",")}}`;
}
