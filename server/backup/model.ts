import { z } from "zod";

/** Raised when an older program could not read a backup any more. */
export const FORMAT_VERSION = 1;

/** Names of what lies in a folder of backups. */
export const NAMES = {
  /** Says that the folder is ours; written first. */
  sign: "IONBEAM-BACKUP.txt",
  /** Names the newest whole backup; written last. */
  newest: "newest.json",
  objects: "objects",
  backups: "backups",
  /** In a backup's own folder. */
  manifest: "backup.json",
  files: "files.ndjson.gz",
  tables: "tables",
} as const;

export const Newest = z.object({ id: z.string().regex(/^[\w.-]+$/), sha256: z.string() });
export type Newest = z.infer<typeof Newest>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of the store, in `files.ndjson.gz`: one JSON object a line, in no particular order. */
export const FileEntry = z.object({
  key: z.string().min(1),
  sha256: Sha256,
  bytes: z.number().int(),
  /** Milliseconds since the epoch. */
  modified: z.number(),
});
export type FileEntry = z.infer<typeof FileEntry>;

/** A symbolic link of the store. */
export const LinkEntry = z.object({ key: z.string().min(1), link: z.string() });
export type LinkEntry = z.infer<typeof LinkEntry>;

const Listed = z.object({ sha256: Sha256, bytes: z.number().int() });

/** `backup.json`: what one backup holds. Tables are files of JSON lines, a row a line, compressed by gzip. */
export const BackupManifest = z.object({
  format: z.literal("ionbeam-backup"),
  version: z.literal(FORMAT_VERSION),
  id: z.string(),
  /** Instant of the database's picture, UTC. */
  taken: z.string(),
  /** From this instant on (µs) the folder that readers see may be older than the ledger. */
  shown_before_us: z.number(),
  /** Absolute path of the file store, as messages and products name it. */
  files_root: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(Listed.extend({ name: z.string(), columns: z.array(z.string()), rows: z.number().int() })),
  left_out: z.array(z.string()),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  files: Listed.extend({ count: z.number().int(), total_bytes: z.number().int() }),
  links: z.array(LinkEntry),
  /** Files that the ledger needs and that were not there, or were not what it says; only when that was allowed. */
  lacking: z.array(z.object({ key: z.string(), why: z.string() })),
  foreign_folders: z.array(z.string()),
});
export type BackupManifest = z.infer<typeof BackupManifest>;
