import { chmod, copyFile, link, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/** The file's text, or undefined when there is no such file. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Replaces a file's text so that a reader, and a power cut at any point, finds the old text or the new one, whole. Call it under a lock: the
 * unfinished file has one name. A symbolic link stays one; the file's permissions stay.
 */
export async function replaceText(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const unfinished = `${target}.unfinished`;
  const handle = await open(unfinished, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const before = await stat(target).catch(() => undefined);
  if (before) await chmod(unfinished, before.mode & 0o7777);
  await rename(unfinished, target);
  await syncFolder(path.dirname(target));
}

/**
 * Makes `file` hold what `content` holds, at once: a second name of the same bytes where the disk allows it, else a copy. A reader of the folder
 * sees one of them before and after; the unfinished name begins with a dot, which readers of Parquet folders pass over. Call it under a lock.
 */
export async function replaceByLink(file: string, content: string): Promise<void> {
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.unfinished`);
  await rm(unfinished, { force: true });
  try {
    await link(content, unfinished);
  } catch (error) {
    // Another disk, or a file system without hard links.
    if (!["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    await copyFile(content, unfinished);
    const handle = await open(unfinished, "r+");
    await handle.sync();
    await handle.close();
  }
  await rename(unfinished, file);
  // Where both names are the same file already, rename does nothing and leaves both (rename(2)).
  await rm(unfinished, { force: true });
  await syncFolder(path.dirname(file));
}

export async function removeFile(file: string): Promise<void> {
  try {
    await rm(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
