import { z } from "zod";
import { procedure, router } from "../api/procedure";
import { AuditFilter } from "./model";

const PAGE = 50;

export const auditRouter = router({
  /** A page of the audit, newest first, each entry with what it changed. */
  list: procedure
    .input(AuditFilter.extend({ cursor: z.string().optional() }))
    .query(({ ctx, input }) => ctx.ports.verbs.audit({ ...input, limit: PAGE })),
  /** The verbs and the actors that there are entries of. */
  facets: procedure.query(({ ctx }) => ctx.ports.verbs.auditFacets()),
});
