import type { AuditFilter } from "../audit/model";
import type { Micros } from "../observation/time";
import type { AuditEntry } from "./catalog";
import type { Page } from "./views";

export type AuditRecord = AuditEntry & { readonly id: number; readonly at: Micros };

/** Who changed what (SEMANTICS 9), as it is read; verbs write it through the catalogue, in their own transactions. */
export interface AuditLog {
  /** Newest first. */
  page(
    filter: AuditFilter & { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<AuditRecord>>;
  /** Every verb and every actor that there is an entry of. */
  facets(): Promise<{ readonly what: readonly string[]; readonly who: readonly string[] }>;
}
