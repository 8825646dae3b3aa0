import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { errorText, Invalid, IonbeamError } from "../errors";
import { formatInstant } from "../observation/time";
import type { DatabaseDump, DatabaseSnapshot, NamedFile } from "../ports/database-dump";
import { Collection, type Lacking } from "./collection";
import { backupsIn, explained, openBackup, prepareTarget, syncFolder, writeDurably } from "./folder";
import { readLines, writeLines } from "./lines";
import { type BackupManifest, FileEntry, FORMAT_VERSION, NAMES } from "./model";
import { Objects } from "./objects";

/** A picture whose files went before they were copied is taken again; deletions come in rounds minutes apart. */
const PICTURES = 5;

export interface BackupPorts {
  readonly dump: DatabaseDump;
  readonly dataDir: string;
  /** Absolute path of the file store. */
  readonly filesRoot: string;
  readonly failPoint: (name: string) => void;
  readonly tell: (progress: string) => void;
  readonly signal: AbortSignal;
}

export interface BackupRequest {
  /** Absolute path of the folder that takes the backups. */
  readonly folder: string;
  /** How many backups stay, this one included. */
  readonly keep: number;
  /** Make one although files that the ledger needs are missing or damaged. */
  readonly allowMissing: boolean;
}

/** What a backup holds, for the person who made it. */
export interface BackupAnswer {
  readonly backup: string;
  readonly taken: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly copiedFiles: number;
  readonly copiedBytes: number;
  readonly lacking: readonly Lacking[];
  readonly notIncluded: readonly string[];
}

/**
 * Backs up a data folder while its program runs. Files come first, then a picture of the database, then what came in between: so every file that
 * the picture names is there. Killed anywhere, the folder still names the backup before, and the next run uses what was copied.
 * @throws Invalid when a file that the ledger needs is missing or damaged, Conflict while another backup runs
 */
export async function createBackup(request: BackupRequest, ports: BackupPorts): Promise<BackupAnswer> {
  await prepareTarget(request.folder, ports.dataDir);
  try {
    return await ports.dump.alone(() => backUp(request, ports));
  } catch (error) {
    throw explained(error, request.folder);
  }
}

async function backUp(request: BackupRequest, ports: BackupPorts): Promise<BackupAnswer> {
  const { folder } = request;
  const shownBefore = await ports.dump.now();
  const id = `${formatInstant(shownBefore).slice(0, 19).replaceAll(/[-:]/g, "")}Z-${randomBytes(3).toString("hex")}`;
  const objects = new Objects(folder);
  const collection = new Collection(ports.filesRoot, objects, await filesOfNewest(folder, ports), ports);
  await backupsIn(folder);
  await collection.takeAll();
  ports.failPoint("backup.files-copied");
  const home = path.join(folder, NAMES.backups, `${id}.unfinished`);
  const { picture, lacking } = await wholePicture(home, collection, ports);
  if (lacking.length > 0 && !request.allowMissing) {
    await rm(home, { recursive: true, force: true });
    throw new Invalid(sentenceOf(lacking));
  }
  const manifest: BackupManifest = {
    format: "ionbeam-backup",
    version: FORMAT_VERSION,
    id,
    shown_before_us: shownBefore,
    files_root: ports.filesRoot,
    ...picture,
    files: await writeFileList(home, collection),
    links: [...collection.links].map(([key, link]) => ({ key, link })),
    lacking: [...lacking],
  };
  await finish(folder, home, manifest, objects, ports);
  await prune(folder, request.keep, objects, ports);
  return answerOf(manifest, collection);
}

type Picture = Pick<
  BackupManifest,
  "taken" | "migrations" | "tables" | "left_out" | "sequences" | "foreign_folders"
>;

/** Takes pictures of the database until all files of one are there, or the same ones are lacking twice: those are lost for good. */
async function wholePicture(
  home: string,
  collection: Collection,
  ports: BackupPorts,
): Promise<{ picture: Picture; lacking: readonly Lacking[] }> {
  let before: string | undefined;
  for (let left = PICTURES; ; left--) {
    await rm(home, { recursive: true, force: true });
    await mkdir(path.join(home, NAMES.tables), { recursive: true, mode: 0o700 });
    const { picture, named } = await ports.dump.snapshot((snapshot) => dumpAll(snapshot, home, ports));
    ports.failPoint("backup.database-dumped");
    await collection.takeNew();
    const lacking = await collection.takeNamed(named);
    const keys = lacking
      .map(({ key }) => key)
      .sort()
      .join("\n");
    if (lacking.length === 0 || keys === before || left === 1) return { picture, lacking };
    before = keys;
    ports.tell(`${lacking.length} files went away while they were copied: the database is read again`);
  }
}

async function dumpAll(
  snapshot: DatabaseSnapshot,
  home: string,
  ports: BackupPorts,
): Promise<{ picture: Picture; named: readonly NamedFile[] }> {
  const taken = formatInstant(await ports.dump.now());
  const tables: BackupManifest["tables"] = [];
  for (const table of snapshot.tables) {
    ports.signal.throwIfAborted();
    const { lines, ...file } = await writeLines(tableFile(home, table.name), snapshot.rows(table));
    tables.push({ name: table.name, columns: [...table.columns], rows: lines, ...file });
    ports.tell(`${table.name}: ${lines} rows`);
  }
  const named: NamedFile[] = [];
  for await (const batch of snapshot.namedFiles()) named.push(...batch);
  const picture = {
    taken,
    migrations: [...snapshot.migrations],
    tables,
    left_out: [...snapshot.leftOut],
    sequences: [...snapshot.sequences],
    foreign_folders: [...(await snapshot.foreignFolders())],
  };
  return { picture, named };
}

/** Where a backup keeps a table's rows. */
export function tableFile(home: string, table: string): string {
  return path.join(home, NAMES.tables, `${table}.ndjson.gz`);
}

async function writeFileList(home: string, { entries }: Collection): Promise<BackupManifest["files"]> {
  function* batches(): Generator<readonly string[]> {
    for (const [key, entry] of entries) yield [JSON.stringify({ key, ...entry })];
  }
  const { lines, ...file } = await writeLines(path.join(home, NAMES.files), batches());
  const total = [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return { ...file, count: lines, total_bytes: total };
}

/** The last steps, each of which leaves the folder with the backup before or with this one. */
async function finish(
  folder: string,
  home: string,
  manifest: BackupManifest,
  objects: Objects,
  ports: BackupPorts,
): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeDurably(path.join(home, NAMES.manifest), text);
  await syncFolder(path.join(home, NAMES.tables));
  await objects.settle();
  const final = home.replace(/\.unfinished$/, "");
  await rename(home, final);
  await syncFolder(path.dirname(final));
  ports.failPoint("backup.before-named");
  const sha256 = createHash("sha256").update(text).digest("hex");
  await writeDurably(path.join(folder, NAMES.newest), `${JSON.stringify({ id: manifest.id, sha256 })}\n`);
}

/** Older backups go, and with them what only they hold. */
async function prune(
  folder: string,
  keep: number,
  objects: Objects,
  { tell }: Pick<BackupPorts, "tell">,
): Promise<void> {
  const { manifest } = await openBackup(folder);
  // The named one and the newest others: one that was never named was cut off in its last step.
  const others = (await backupsIn(folder)).filter((id) => id !== manifest.id);
  const kept = [...(keep > 1 ? others.slice(-(keep - 1)) : []), manifest.id];
  for (const id of others.filter((each) => !kept.includes(each)))
    await rm(path.join(folder, NAMES.backups, id), { recursive: true, force: true });
  const named = new Set<string>();
  for (const id of kept) {
    try {
      for await (const lines of readLines(path.join(folder, NAMES.backups, id, NAMES.files)))
        for (const line of lines) named.add(FileEntry.parse(JSON.parse(line)).sha256);
    } catch (error) {
      return tell(`no old contents are removed: the list of backup ${id} is damaged (${errorText(error)})`);
    }
  }
  await objects.keepOnly(named);
}

/** Of the newest backup; where that is damaged, all files are read again. */
async function filesOfNewest(
  folder: string,
  { tell }: Pick<BackupPorts, "tell">,
): Promise<ReadonlyMap<string, Omit<FileEntry, "key">>> {
  const files = new Map<string, Omit<FileEntry, "key">>();
  const there = await readFile(path.join(folder, NAMES.newest)).catch(() => undefined);
  if (!there) return files;
  try {
    for await (const batch of (await openBackup(folder)).files())
      for (const { key, ...entry } of batch) files.set(key, entry);
    return files;
  } catch (error) {
    if (isPassing(error)) throw error;
    tell(`the backup before is damaged, so all files are read again (${errorText(error)})`);
    return new Map();
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof IonbeamError && error.retry;
}

function sentenceOf(lacking: readonly Lacking[]): string {
  const shown = lacking.slice(0, 5).map(({ key, why }) => `${key} (${why})`);
  const more = lacking.length > shown.length ? ` and ${lacking.length - shown.length} more` : "";
  return `the backup would not be whole: ${shown.join(", ")}${more}. A canonical file is made again by \`ionbeam window rebuild <dataset> <start>\`; bring other files back, or back up without them by --allow-missing`;
}

function answerOf(manifest: BackupManifest, collection: Collection): BackupAnswer {
  return {
    backup: manifest.id,
    taken: manifest.taken,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    files: manifest.files.count,
    bytes: manifest.files.total_bytes,
    copiedFiles: collection.copiedFiles,
    copiedBytes: collection.copiedBytes,
    lacking: manifest.lacking,
    notIncluded: notIncluded(manifest),
  };
}

/** In words, what a backup does not hold. */
export function notIncluded(manifest: BackupManifest): readonly string[] {
  return [
    ...manifest.left_out
      .filter((name) => !name.startsWith("bullmq.") && name !== "public._prisma_migrations")
      .map((name) => `table ${name}, which is not Ionbeam's`),
    ...manifest.foreign_folders.map(
      (folder) => `${folder}, where a projection writes outside the data folder`,
    ),
    "the YAML file of settings and the environment, with their secrets",
    "the key that the secrets of the configuration are sealed with (secret.key of the data folder, or IONBEAM_SECRET_KEY)",
  ];
}
