import { afterAll } from "vitest";
import { inboxContract } from "../../ports/inbox.contract";
import { ledgerContract } from "../../ports/ledger.contract";
import { Database } from "./database";
import { PostgresInbox } from "./inbox";
import { PostgresLedger } from "./ledger";
import { PostgresOutbox } from "./outbox";
import { testDatabase } from "./testing";

const database = testDatabase();
afterAll(async () => (await database).close());

/** Every table of a run before, emptied: quicker than a database a test. */
async function empty(db: Database): Promise<void> {
  const tables = await db.rows<{ name: string }>(
    undefined,
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%'`,
  );
  await db.execute(undefined, `TRUNCATE ${tables.map(({ name }) => name).join(", ")} RESTART IDENTITY`);
}

ledgerContract("PostgreSQL", async () => {
  let now = 0;
  const db = new Database((await database).connectionString, { clock: () => now });
  await empty(db);
  return {
    ledger: new PostgresLedger(db),
    transactions: db,
    setClock: (instant) => {
      now = instant;
    },
    seedDataset: async (name, rules) => {
      await db.execute(undefined, `DELETE FROM dataset_span WHERE dataset = $1`, name);
      for (const rule of rules) {
        await db.execute(
          undefined,
          `INSERT INTO dataset_span (dataset, from_us, span_us, declared) VALUES ($1, $2::bigint, $3::bigint, $4)`,
          name,
          rule.from,
          rule.span,
          rule.declared,
        );
      }
    },
    seedExclusions: async (dataset, exclusions) => {
      await db.execute(undefined, `DELETE FROM exclusion WHERE dataset = $1`, dataset);
      for (const each of exclusions) {
        await db.execute(
          undefined,
          `INSERT INTO exclusion (id, dataset, station, variable, box, start_us, end_us, reason)
           VALUES ($1::uuid, $2, $3, $4, $5::jsonb, $6::bigint, $7::bigint, $8)`,
          each.id,
          dataset,
          each.station ?? null,
          each.variable ?? null,
          each.box ? JSON.stringify(each.box) : null,
          each.time.start,
          each.time.end,
          each.reason,
        );
      }
    },
    close: () => db.close(),
  };
});

inboxContract("PostgreSQL", async () => {
  const db = new Database((await database).connectionString);
  await empty(db);
  return {
    inbox: new PostgresInbox(db),
    outbox: new PostgresOutbox(db),
    transactions: db,
    close: () => db.close(),
  };
});
