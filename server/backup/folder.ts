import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Invalid, type IonbeamError, NotFound, Transient } from "../errors";
import { readLines } from "./lines";
import { BackupManifest, FileEntry, NAMES, Newest } from "./model";
import { syncFile } from "./objects";

const SIGN = `This folder is kept by \`ionbeam backup\`: newest.json names the newest whole backup, backups/ holds the
databases, objects/ the files by their SHA-256. \`ionbeam restore <this folder>\` brings it back, \`--verify\`
checks it. What a backup that was interrupted left here is removed by the next one.
`;

/**
 * Makes sure that a folder may take backups, and makes it.
 * @throws Invalid when it lies in the data folder or around it, holds something else, or cannot be written
 */
export async function prepareTarget(folder: string, dataDir: string): Promise<void> {
  try {
    const [target, data] = [await realPlace(folder), await realpath(dataDir)];
    if (isBelow(target, data) || isBelow(data, target))
      throw new Invalid(
        `${folder} and the data folder ${dataDir} lie in each other: back up to another folder, at best on another disk`,
      );
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).filter((name) => name !== "lost+found");
    if (names.length > 0 && !names.includes(NAMES.sign))
      throw new Invalid(`${folder} holds something that is no backup of Ionbeam's: choose an empty folder`);
    if (names.length === 0) await writeDurably(path.join(folder, NAMES.sign), SIGN);
  } catch (error) {
    throw explained(error, folder);
  }
}

/** Where a folder is, or would be, once links are followed. */
async function realPlace(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return path.join(await realPlace(path.dirname(folder)), path.basename(folder));
  }
}

function isBelow(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === "" || !(relative.startsWith("..") || path.isAbsolute(relative));
}

/** The whole text or none of it, also after a power cut. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await syncFile(unfinished);
  await rename(unfinished, file);
  await syncFile(path.dirname(file));
}

/** What an error of the file system means for somebody who makes a backup or restores one. */
export function explained(error: unknown, where: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Transient(
      `the disk that holds ${where} is full: free some space there and run this again; it goes on from what is there`,
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new Invalid(
      `${where} cannot be read or written (${code}): change its rights, or choose another folder`,
    );
  if (code === "ENOTDIR" || code === "EEXIST")
    return new Invalid(`${where} is not a folder, or lies below a file: choose another folder`);
  if (code === "EIO") return new Transient(`the disk that holds ${where} does not do its work: ${message}`);
  return error;
}

/** One whole backup in a folder. */
export interface OpenBackup {
  readonly folder: string;
  /** The backup's own folder. */
  readonly home: string;
  readonly manifest: BackupManifest;
  files(): AsyncGenerator<readonly FileEntry[]>;
}

/**
 * Opens the newest whole backup, or the one with the given id.
 * @throws NotFound when there is none, Invalid when it is damaged or of a newer Ionbeam
 */
export async function openBackup(folder: string, id?: string): Promise<OpenBackup> {
  const { id: named, sha256 } = id === undefined ? await newestOf(folder) : { id, sha256: undefined };
  const home = path.join(folder, NAMES.backups, named);
  const body = await readFile(path.join(home, NAMES.manifest)).catch(() => undefined);
  if (id !== undefined && !body)
    throw new NotFound(`there is no backup ${id} in ${folder}; there are: ${await idsIn(folder)}`);
  if (!body || (sha256 !== undefined && createHash("sha256").update(body).digest("hex") !== sha256))
    throw await locked(folder, `${NAMES.backups}/${named}/${NAMES.manifest} is missing or changed`);
  const said = parsed(() => JSON.parse(body.toString("utf8")), NAMES.manifest);
  if (typeof said.version === "number" && said.version > 1)
    throw new Invalid(
      `the backup in ${folder} is of a newer Ionbeam (form ${said.version}): restore it with that version`,
    );
  const manifest = parsed(() => BackupManifest.parse(said), NAMES.manifest);
  const files = async function* () {
    for await (const lines of readLines(path.join(home, NAMES.files)))
      yield lines.map((line) => FileEntry.parse(JSON.parse(line)));
  };
  return { folder, home, manifest, files };
}

async function newestOf(folder: string): Promise<Newest> {
  const text = await readFile(path.join(folder, NAMES.newest), "utf8").catch(() => undefined);
  if (text === undefined) {
    const ours = await stat(path.join(folder, NAMES.sign)).catch(() => undefined);
    throw new NotFound(
      ours
        ? `${folder} holds no whole backup yet: the first one was interrupted, run it again`
        : `there is no backup in ${folder}`,
    );
  }
  const newest = Newest.safeParse(jsonOf(text));
  if (!newest.success) throw await locked(folder, `${NAMES.newest} cannot be read`);
  return newest.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function idsIn(folder: string): Promise<string> {
  const names = await readdir(path.join(folder, NAMES.backups)).catch(() => []);
  const whole = names.filter((name) => !name.endsWith(".unfinished"));
  return whole.sort().join(", ") || "none";
}

/** The newest one is damaged; the older ones are not lost with it. */
async function locked(folder: string, what: string): Promise<IonbeamError> {
  return damaged(`${what}. Take another backup of this folder by --backup <id>: ${await idsIn(folder)}`);
}

export function damaged(what: string): IonbeamError {
  return new Invalid(`the backup is damaged: ${what}`);
}

function parsed<T>(parse: () => T, what: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new Invalid(`the backup is damaged: ${what} cannot be read`, { cause });
  }
}

/** Whole backups in a folder, oldest first; what an interrupted one left is removed. */
export async function backupsIn(folder: string): Promise<readonly string[]> {
  const home = path.join(folder, NAMES.backups);
  const names = await readdir(home).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(".unfinished")))
    await rm(path.join(home, name), { recursive: true, force: true });
  return names.filter((name) => !name.endsWith(".unfinished")).sort();
}

/** fsync of a folder's own entries. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
