import { randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { placeLink, syncFolder } from "./durable-file";

/** A generation that was left stays so long for readers that have listed it. */
const KEEP_MS = 3_600_000;

/**
 * Makes the folder `served` show exactly `files`, all at once: they are linked into a new folder, to which the symbolic link `served` is then moved by a
 * rename. What a reader holds open stays readable. Killed anywhere, readers find the old folder or the new one. Call it under a lock.
 * @param generations folder of the generations, on the disk of `served`
 * @param version rises from one to the next
 * @param now µs, only to tell which generations were left long ago
 */
export async function showGeneration(
  served: string,
  generations: string,
  files: readonly { readonly name: string; readonly path: string }[],
  version: number,
  now: number,
): Promise<void> {
  await mkdir(generations, { recursive: true });
  const name = `${String(version).padStart(12, "0")}-${Math.floor(now / 1000)}-${randomUUID().slice(0, 8)}`;
  const folder = path.join(generations, name);
  await mkdir(folder);
  for (const file of files) await placeLink(path.join(folder, file.name), file.path);
  await syncFolder(folder);
  await syncFolder(generations);
  await point(served, folder, generations);
  await dropOld(generations, name, now);
}

async function point(served: string, folder: string, generations: string): Promise<void> {
  const parent = path.dirname(served);
  await mkdir(parent, { recursive: true });
  const unfinished = path.join(parent, `.${path.basename(served)}.unfinished`);
  await rm(unfinished, { force: true, recursive: true });
  await symlink(path.relative(parent, folder), unfinished);
  const before = await lstat(served).catch(() => undefined);
  // A folder of before there were generations cannot be replaced by a rename: it makes room first, for a moment.
  if (before && !before.isSymbolicLink())
    await rename(served, path.join(generations, `${"0".repeat(12)}-0-${randomUUID().slice(0, 8)}`));
  await rename(unfinished, served);
  await syncFolder(parent);
}

/** A generation was left when the next one was made. */
async function dropOld(generations: string, current: string, now: number): Promise<void> {
  const names = (await readdir(generations)).sort();
  for (const [i, name] of names.entries()) {
    const next = names[i + 1];
    if (name === current || next === undefined) continue;
    const leftAt = Number(/-(\d+)-/.exec(next)?.[1] ?? Number.NaN);
    if (now / 1000 - leftAt > KEEP_MS)
      await rm(path.join(generations, name), { recursive: true, force: true });
  }
}
