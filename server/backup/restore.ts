import { createHash } from "node:crypto";
import {
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Conflict, Transient } from "../errors";
import { hashOf } from "../file-hash";
import type { DatabaseLoad } from "../ports/database-dump";
import { tableFile } from "./backup";
import { damaged, explained, type OpenBackup, openBackup, syncFolder, writeDurably } from "./folder";
import { limited } from "./limited";
import { readLines } from "./lines";
import { type FileEntry, NAMES } from "./model";
import { copyHashed, Objects, syncFile } from "./objects";
import { type Moved, moved } from "./paths";
import { answerOf, MEND, type RestoreAnswer } from "./verify";

/** Stands in a data folder until all of a restore is there; a start with it is refused. */
export const UNFINISHED = "restore-unfinished.json";

const Mark = z.object({ id: z.string(), from: z.string() });

const AT_ONCE = 4;

/** Of the same content only names that readers see are hard links: each other name is a file of its own. */
const SHOWN = "projections/";

/** Texts in which the program writes where its files lie. */
const NAMES_PATHS = /^projections\/.*\.ya?ml$/;

export interface RestorePorts {
  /** Absolute path of the data folder to fill. */
  readonly dataDir: string;
  /** Opens the database of that folder, once it has been found empty; held until the body ends. */
  readonly withDatabase: <T>(body: (load: DatabaseLoad) => Promise<T>) => Promise<T>;
  readonly failPoint: (name: string) => void;
  readonly tell: (progress: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Fills an empty data folder and its empty database from the newest backup in `folder`, or from the one with the given id. Killed anywhere, the data folder says that it is not whole,
 * and the same call goes on.
 * @throws Conflict when the data folder or the database holds something, Invalid when the backup is damaged
 */
export async function restoreBackup(
  folder: string,
  ports: RestorePorts,
  id?: string,
): Promise<RestoreAnswer> {
  const backup = await openBackup(folder, id).catch((error: unknown) => {
    throw explained(error, folder);
  });
  const fresh = await takeFolder(ports.dataDir, backup.manifest.id, folder);
  let begun = false;
  try {
    return await ports.withDatabase(async (load) => {
      if (!(await load.claim(backup.manifest.id)))
        throw new Conflict(
          "the database is not empty: restore into a new one, or unset DATABASE_URL to use the embedded one",
        );
      begun = true;
      return fillAll(backup, load, ports);
    });
  } catch (error) {
    // What was refused before anything was written leaves the folder as it was.
    if (fresh && !begun) await rm(path.join(ports.dataDir, UNFINISHED), { force: true });
    throw explained(error, ports.dataDir);
  }
}

/** Marks an empty data folder, or one that is filled where it is (true), or finds one that a restore of the same backup was begun in (false). @throws Conflict for any other */
export async function takeFolder(
  dataDir: string,
  id: string,
  from: string,
  inPlace = false,
): Promise<boolean> {
  await mkdir(dataDir, { recursive: true }).catch((error: unknown) => {
    throw explained(error, dataDir);
  });
  const mark = path.join(dataDir, UNFINISHED);
  const text = await readFile(mark, "utf8").catch(() => undefined);
  if (text !== undefined) {
    const begun = Mark.safeParse(safeJson(text)).data;
    if (begun?.id === id) return false;
    throw new Conflict(
      `a restore of another backup (${begun?.id ?? "unknown"}) was begun in ${dataDir} and not finished: remove the folder first`,
    );
  }
  const there = (await readdir(dataDir)).filter((name) => name !== "lost+found");
  if (there.length > 0 && !inPlace)
    throw new Conflict(
      `${dataDir} is not empty: restore into a new folder (IONBEAM_DATA_DIR), or move this one away and stop the Ionbeam that runs on it`,
    );
  await writeDurably(mark, `${JSON.stringify({ id, from })}\n`);
  return true;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function fillAll(backup: OpenBackup, load: DatabaseLoad, ports: RestorePorts): Promise<RestoreAnswer> {
  const { manifest } = backup;
  const root = path.join(ports.dataDir, "files");
  if ((await hashOf(path.join(backup.home, NAMES.files))) !== manifest.files.sha256)
    throw damaged("the list of files is missing or changed");
  await refuseNoRoom(manifest.files.total_bytes, ports.dataDir);
  const paths = moved(manifest.files_root, root);
  await placeFiles(backup, root, paths, ports);
  ports.failPoint("restore.files-placed");
  const seen = new Map(manifest.tables.map((table) => [table.name, table]));
  await load.load({
    ...manifest,
    rows: async function* ({ name }) {
      const file = tableFile(backup.home, name);
      const said = seen.get(name);
      if (!said || (await hashOf(file)) !== said.sha256) throw damaged(`table ${name} is missing or changed`);
      for await (const lines of readLines(file)) {
        ports.signal.throwIfAborted();
        yield lines.map((line) => paths.json(line));
      }
    },
    tell: (progress) => {
      ports.failPoint("restore.table-filled");
      ports.tell(progress);
    },
  });
  ports.failPoint("restore.database-loaded");
  await load.showAgain(manifest.shown_before_us);
  await rm(path.join(ports.dataDir, UNFINISHED));
  await syncFolder(ports.dataDir);
  await load.release();
  return answerOf(manifest);
}

async function refuseNoRoom(bytes: number, dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize >= bytes) return;
  const mb = (amount: number) => Math.ceil(amount / 1e6);
  throw new Transient(
    `the disk that holds ${dataDir} has ${mb(bavail * bsize)} MB free, the backup's files take ${mb(bytes)} MB: free some space, or restore elsewhere`,
  );
}

async function placeFiles(
  backup: OpenBackup,
  root: string,
  paths: Moved,
  ports: RestorePorts,
): Promise<void> {
  const objects = new Objects(backup.folder);
  const scratch = path.join(root, ".scratch");
  await mkdir(scratch, { recursive: true });
  const folders = new Set<string>([root]);
  const shown = new Map<string, string>();
  let placed = 0;
  const place = async (entry: FileEntry) => {
    ports.signal.throwIfAborted();
    const target = within(root, entry.key);
    for (let at = path.dirname(target); at.length > root.length; at = path.dirname(at)) folders.add(at);
    await mkdir(path.dirname(target), { recursive: true });
    await placeOne(entry, target, { objects, scratch, paths, shown });
    placed += 1;
    ports.failPoint("restore.file-placed");
    ports.tell(`${placed} of ${backup.manifest.files.count} files`);
  };
  for await (const batch of backup.files()) await limited(batch, AT_ONCE, place);
  for (const { key, link: target } of backup.manifest.links) {
    const at = within(root, key);
    await mkdir(path.dirname(at), { recursive: true });
    await rm(at, { force: true });
    await symlink(paths.link(target), at);
    folders.add(path.dirname(at));
  }
  for (const folder of folders) await syncFolder(folder);
}

/** @throws Invalid for a key that leads out of the store */
function within(root: string, key: string): string {
  const target = path.resolve(root, key);
  if (!target.startsWith(`${root}${path.sep}`)) throw damaged(`${key} is no key of the file store`);
  return target;
}

interface Placing {
  readonly objects: Objects;
  readonly scratch: string;
  readonly paths: Moved;
  /** Where a content stands among the names that readers see: there it is one file, as it was. */
  readonly shown: Map<string, string>;
}

async function placeOne(entry: FileEntry, target: string, placing: Placing): Promise<void> {
  const { objects, scratch, paths, shown } = placing;
  const { key, sha256, bytes, modified } = entry;
  const there = await lstat(target).catch(() => undefined);
  // Placed by a restore that was interrupted: renamed into place whole, after its bytes were checked.
  if (there?.isFile() && there.size === bytes && !NAMES_PATHS.test(key)) return;
  const twin = shown.get(sha256);
  if (twin !== undefined && (await linked(twin, target))) return;
  const unfinished = path.join(scratch, `restore-${createHash("sha256").update(key).digest("hex")}`);
  await rm(unfinished, { force: true });
  // Readable as what the program writes itself: a pygeoapi of another user reads it too.
  const copied = await copyHashed(objects.pathOf(sha256), unfinished, { mode: 0o666 });
  if (copied?.sha256 !== sha256) {
    await rm(unfinished, { force: true });
    throw damaged(`${key} is ${copied ? "changed" : "missing"} (${objects.nameOf(sha256)}). ${MEND}`);
  }
  if (NAMES_PATHS.test(key)) {
    await writeFile(unfinished, paths.text(await readFile(unfinished, "utf8")));
    await syncFile(unfinished);
  }
  await utimes(unfinished, modified / 1000, modified / 1000);
  await rename(unfinished, target);
  if (key.startsWith(SHOWN) && !NAMES_PATHS.test(key)) shown.set(sha256, target);
}

/** A second name of one content. @returns false where the disk has no hard links */
async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    () => false,
  );
}

/** The sentence for a start on a data folder in which a restore did not end; undefined where none was begun. */
export async function unfinishedRestore(dataDir: string): Promise<string | undefined> {
  const there = await stat(path.join(dataDir, UNFINISHED)).catch(() => undefined);
  if (!there) return undefined;
  return `a restore into ${dataDir} was begun and not finished: run the same \`ionbeam restore\` again, or remove the folder`;
}
