import type { AuditLog, AuditRecord } from "../ports/audit-log";
import { difference, type FieldChange } from "./difference";
import type { AuditFilter } from "./model";

/** An entry of the audit as it is shown: what it changed, field by field. */
export type AuditLine = Omit<AuditRecord, "before" | "after"> & { readonly changes: readonly FieldChange[] };

/** A page of the audit, newest first. */
export async function readAudit(
  filter: AuditFilter & { limit: number; cursor?: string | undefined },
  log: Pick<AuditLog, "page">,
): Promise<{ items: readonly AuditLine[]; next: string | undefined }> {
  const { items, next } = await log.page(filter);
  return {
    items: items.map(({ before, after, ...entry }) => ({ ...entry, changes: difference(before, after) })),
    next,
  };
}

const PAGE = 500;

/** Entries up to `limit`, page after page. */
export async function listAudit(
  filter: AuditFilter & { limit: number },
  log: Pick<AuditLog, "page">,
): Promise<readonly AuditLine[]> {
  const lines: AuditLine[] = [];
  let cursor: string | undefined;
  do {
    const page = await readAudit(
      { ...filter, limit: Math.min(PAGE, filter.limit - lines.length), cursor },
      log,
    );
    lines.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && lines.length < filter.limit);
  return lines;
}
