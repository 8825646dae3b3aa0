import { createHash } from "node:crypto";
import type { CanonicalColumn } from "../observation/column";

/** Names a list of columns by what a file's schema shows of it: names, roles and types, in their order. SHA-256, hex. */
export function columnsHash(columns: readonly CanonicalColumn[]): string {
  const shown = columns.map(({ name, role, dtype }) => [name, role, dtype]);
  return createHash("sha256").update(JSON.stringify(shown)).digest("hex");
}
