import { z } from "zod";

/** Which entries of the audit are shown. */
export const AuditFilter = z.object({
  /** The noun that a verb belongs to: `source`, `dead-letter`. */
  kind: z.string().min(1).max(100).optional(),
  /** The whole verb: `source enable`. */
  what: z.string().min(1).max(200).optional(),
  who: z.string().min(1).max(200).optional(),
  /** A part of the subject's name. */
  subject: z.string().min(1).max(500).optional(),
  /** Made in [from, to), µs since the epoch, UTC. */
  from: z.number().int().optional(),
  to: z.number().int().optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** The noun of a verb. */
export function kindOf(what: string): string {
  return what.split(" ")[0] ?? what;
}
