import { VERSION } from "../../version";
import type { Database } from "./database";

/** Which versions of what run here, and the last migration. */
export async function versions(
  db: Database,
): Promise<Readonly<Record<"ionbeam" | "node" | "postgresql" | "migration", string>>> {
  const [row] = await db.rows<{ postgresql: string; migration: string | undefined }>(
    undefined,
    `SELECT current_setting('server_version') AS postgresql,
       (SELECT max(migration_name) FROM "_prisma_migrations" WHERE finished_at IS NOT NULL) AS migration`,
  );
  return {
    ionbeam: VERSION,
    node: process.versions.node,
    postgresql: row?.postgresql ?? "unknown",
    migration: row?.migration ?? "none",
  };
}
