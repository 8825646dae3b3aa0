import pg from "pg";
import { Conflict, errorText, Transient } from "../../errors";
import type { Micros } from "../../observation/time";
import type {
  DatabaseDump,
  DatabaseSnapshot,
  DumpedMigration,
  DumpedSequence,
  DumpedTable,
} from "../../ports/database-dump";
import { linesOf } from "./lines-of";
import { foreignFolders, namedFiles } from "./named-files";

/** One backup of a database at a time. */
const BACKUP_LOCK = 482_003;

/** Prisma's own record: it goes along as the list of migrations. */
const HISTORY = "_prisma_migrations";

/**
 * The database as text: every table of the schema `public` that the migrations make, found in the catalogue and not in a list of ours, row by row as
 * JSON. BullMQ's schema is left out: jobs are never the truth.
 */
export class PostgresDump implements DatabaseDump {
  /**
   * @param filesRoot absolute path of the file store, which the ledger's paths begin with
   * @param migrations the SQL of all migrations: what they do not make is somebody else's
   */
  constructor(
    private readonly connectionString: string,
    private readonly filesRoot: string,
    private readonly migrations: readonly string[],
  ) {}

  async now(): Promise<Micros> {
    return this.connected(async (client) => {
      const { rows } = await client.query<{ now: string }>(
        "SELECT (extract(epoch from clock_timestamp()) * 1000000)::bigint AS now",
      );
      return Number(rows[0]?.now);
    });
  }

  async alone<T>(body: () => Promise<T>): Promise<T> {
    return this.connected(async (client) => {
      const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS mine", [BACKUP_LOCK]);
      if (!rows[0]?.mine) throw new Conflict("another backup of this database runs: wait until it has ended");
      return body();
    });
  }

  async snapshot<T>(body: (snapshot: DatabaseSnapshot) => Promise<T>): Promise<T> {
    return this.connected(async (client) => {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.query("SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 1");
      return body(await this.open(client));
    });
  }

  private async open(client: pg.Client): Promise<DatabaseSnapshot> {
    const history = await client.query<DumpedMigration>(
      `SELECT migration_name AS name, checksum FROM "${HISTORY}" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
    );
    const made = new Set(
      this.migrations.flatMap((sql) =>
        [...sql.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?/gi)].map(([, name]) => name),
      ),
    );
    const found = await tablesOf(client);
    const ours = found.filter(({ schema, name }) => schema === "public" && made.has(name));
    return {
      migrations: history.rows,
      tables: ours.map(({ name, columns }) => ({ name, columns })),
      leftOut: found.filter((each) => !ours.includes(each)).map(({ schema, name }) => `${schema}.${name}`),
      sequences: await sequencesOf(client, ours),
      rows: (table) => rowsOf(client, table),
      namedFiles: () => namedFiles(client, this.filesRoot),
      foreignFolders: () => foreignFolders(client, this.filesRoot),
    };
  }

  private async connected<T>(body: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.connectionString });
    client.on("error", () => undefined);
    try {
      await client.connect();
    } catch (error) {
      throw new Transient(
        `the database does not answer (${errorText(error)}): start Ionbeam, or PostgreSQL`,
        {
          cause: error,
        },
      );
    }
    try {
      return await body(client);
    } catch (error) {
      const gone =
        /^(08|57P)/.test(String((error as { code?: string }).code)) ||
        /Connection terminated/.test(errorText(error));
      if (!gone) throw error;
      throw new Transient("the database went away meanwhile: run this again when it is back", {
        cause: error,
      });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

interface CatalogueTable extends DumpedTable {
  readonly schema: string;
}

/** Every table of the database but PostgreSQL's own, from its catalogue. */
export async function tablesOf(client: pg.Client): Promise<readonly CatalogueTable[]> {
  const { rows } = await client.query<CatalogueTable>(
    `SELECT n.nspname::text AS schema, c.relname::text AS name,
       coalesce(json_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL), '[]') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  return rows;
}

/** The sequences that number rows of our tables. */
async function sequencesOf(client: pg.Client, tables: readonly DumpedTable[]): Promise<DumpedSequence[]> {
  const { rows: names } = await client.query<{ name: string }>(
    `SELECT s.relname::text AS name FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
       JOIN pg_class t ON t.oid = d.refobjid
     WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace AND t.relname = ANY($1::text[]) ORDER BY 1`,
    [tables.map(({ name }) => name)],
  );
  const sequences: DumpedSequence[] = [];
  for (const { name } of names) {
    const { rows } = await client.query<{ value: string; called: boolean }>(
      `SELECT last_value::text AS value, is_called AS called FROM ${pg.escapeIdentifier(name)}`,
    );
    if (rows[0]) sequences.push({ name, ...rows[0] });
  }
  return sequences;
}

async function* rowsOf(client: pg.Client, table: DumpedTable): AsyncGenerator<readonly string[]> {
  yield* linesOf<string>(
    client,
    `SELECT row_to_json(t)::text AS line FROM (SELECT ${table.columns.map(pg.escapeIdentifier).join(", ")} FROM ${pg.escapeIdentifier(table.name)}) t`,
  );
}
