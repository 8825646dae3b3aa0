import { chmod, copyFile, link, open, readFile, realpath, rename, stat } from "node:fs/promises";
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

/** Gives a file's content a second name where the disk allows it; else a copy, durably. There is no file of that name yet. */
export async function placeLink(file: string, content: string): Promise<void> {
  try {
    await link(content, file);
  } catch (error) {
    // Another disk, or a file system without hard links.
    if (!["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
    await copyFile(content, file);
    const handle = await open(file, "r+");
    await handle.sync();
    await handle.close();
  }
}

export async function syncFolder(folder: string): Promise<void> {
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
