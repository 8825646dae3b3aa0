import type { Micros } from "../observation/time";

export interface DumpedTable {
  readonly name: string;
  /** In the order of the table; columns that the database computes are left out. */
  readonly columns: readonly string[];
}

export interface DumpedSequence {
  readonly name: string;
  /** Decimal digits. */
  readonly value: string;
  /** Whether the value has been given out. */
  readonly called: boolean;
}

/** A migration by name, with the SHA-256 of its file. */
export interface DumpedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** A file without which a backup would not be whole. */
export interface NamedFile {
  readonly key: string;
  /** As the ledger has it; undefined where it has none. */
  readonly sha256: string | undefined;
}

/** The database as it stood at one instant; valid until the body that was given it ends. */
export interface DatabaseSnapshot {
  readonly migrations: readonly DumpedMigration[];
  readonly tables: readonly DumpedTable[];
  /** Tables that are not part of a dump, `schema.table`. */
  readonly leftOut: readonly string[];
  readonly sequences: readonly DumpedSequence[];
  /** A table's rows in batches, each row a JSON object on one line. */
  rows(table: DumpedTable): AsyncIterable<readonly string[]>;
  /** Files that the ledger names and needs: payloads, points, current files with their manifests, products. */
  namedFiles(): AsyncIterable<readonly NamedFile[]>;
  /** Folders outside the data folder that projections were configured to write to. */
  foreignFolders(): Promise<readonly string[]>;
}

/** Reads the whole truth out of a database that is in use. */
export interface DatabaseDump {
  /** The database's clock. */
  now(): Promise<Micros>;
  /** Runs `body` while no other backup of this database does. @throws Conflict when one runs */
  alone<T>(body: () => Promise<T>): Promise<T>;
  /** One consistent picture; nothing is locked. */
  snapshot<T>(body: (snapshot: DatabaseSnapshot) => Promise<T>): Promise<T>;
}

/** What a load puts in. */
export interface LoadPlan {
  /** Of the dump, so that a load that was finished is not begun again. */
  readonly id: string;
  readonly migrations: readonly DumpedMigration[];
  readonly tables: readonly (DumpedTable & { readonly rows: number })[];
  readonly sequences: readonly DumpedSequence[];
  /** A table's rows as they were dumped. */
  rows(table: DumpedTable): AsyncIterable<readonly string[]>;
  readonly tell: (progress: string) => void;
}

/** Fills an empty database from a dump. */
export interface DatabaseLoad {
  /** Takes an empty database for this dump, or one that was taken for it before. @returns false when something else is in it */
  claim(id: string): Promise<boolean>;
  /**
   * Makes the tables as the dump's program had them, fills them in one transaction, and migrates on to this program. Killed anywhere, the same call
   * goes on or begins anew.
   * @throws Invalid when the dump is of a newer program, or does not fit its own tables
   */
  load(plan: LoadPlan): Promise<void>;
  /** Has everything shown anew that was projected at `since` or later: the folder that readers see may be older than the ledger. */
  showAgain(since: Micros): Promise<void>;
  /** Ends the claim: the database is what it was when it was dumped. */
  release(): Promise<void>;
}
