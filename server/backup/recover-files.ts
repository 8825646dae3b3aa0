import { mkdir, readdir, realpath, rename, rm, symlink, utimes } from "node:fs/promises";
import path from "node:path";
import { Conflict, NotFound } from "../errors";
import type { DatabaseLoad } from "../ports/database-dump";
import { explained, syncFolder } from "./folder";
import { limited } from "./limited";
import { copyHashed } from "./objects";
import { moved } from "./paths";
import { takeFolder, UNFINISHED } from "./restore";
import { look, treeOf } from "./tree";

/** Names this kind of restore in marks; a data folder has one. */
const ID = "from-manifests";

const AT_ONCE = 4;

export interface RecoverFilesPorts<Answer> {
  readonly withDatabase: <T>(body: (load: DatabaseLoad, address: string) => Promise<T>) => Promise<T>;
  /** Fills the migrated database. */
  readonly recover: (address: string) => Promise<Answer>;
  readonly tell: (progress: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes a data folder whole again of which only the files are left, in place or in a copy of them. Killed anywhere, the folder says that it is not whole,
 * and the same call goes on.
 * @param files absolute path of a data folder's `files`
 * @throws NotFound without files, Conflict when the database or a new data folder holds something
 */
export async function recoverFiles<Answer>(
  files: string,
  dataDir: string,
  ports: RecoverFilesPorts<Answer>,
): Promise<Answer> {
  const names: readonly string[] = await readdir(files).catch(() => []);
  if (!names.includes("datasets"))
    throw new NotFound(`${files} holds no datasets: name the folder \`files\` of a data folder`);
  const target = path.join(dataDir, "files");
  const inPlace = (await realpath(files)) === (await realpath(target).catch(() => target));
  const fresh = await takeFolder(dataDir, ID, files, inPlace);
  let begun = false;
  try {
    return await ports.withDatabase(async (load, address) => {
      if (!(await load.claim(ID)))
        throw new Conflict(
          `the database is not empty: back it up by \`ionbeam backup\`, or give an empty one (without DATABASE_URL, by moving ${dataDir}/postgresql away)`,
        );
      begun = true;
      if (!inPlace) await copyFiles(files, target, ports);
      await load.load({ id: ID, migrations: [], tables: [], sequences: [], rows: none, tell: ports.tell });
      const answer = await ports.recover(address);
      await rm(path.join(dataDir, UNFINISHED));
      await syncFolder(dataDir);
      await load.release();
      return answer;
    });
  } catch (error) {
    if (fresh && !begun) await rm(path.join(dataDir, UNFINISHED), { force: true });
    throw explained(error, dataDir);
  }
}

async function* none(): AsyncGenerator<readonly string[]> {}

async function copyFiles(
  from: string,
  to: string,
  { tell, signal }: Pick<RecoverFilesPorts<unknown>, "tell" | "signal">,
): Promise<void> {
  const folders = new Set<string>([to]);
  await mkdir(to, { recursive: true });
  let copied = 0;
  await limited(treeOf(from), AT_ONCE, async (found) => {
    signal.throwIfAborted();
    const target = path.join(to, found.key);
    for (let at = path.dirname(target); at.length > to.length; at = path.dirname(at)) folders.add(at);
    await mkdir(path.dirname(target), { recursive: true });
    if (found.kind === "link") {
      await rm(target, { force: true });
      return symlink(moved(from, to).link(found.link), target);
    }
    const there = await look(to, found.key);
    // Copied by a run that was interrupted: renamed into place whole.
    if (there?.kind === "file" && there.bytes === found.bytes) return;
    const unfinished = `${target}.unfinished`;
    await rm(unfinished, { force: true });
    if (!(await copyHashed(path.join(from, found.key), unfinished, { signal, mode: 0o666 }))) return;
    await utimes(unfinished, found.modified / 1000, found.modified / 1000);
    await rename(unfinished, target);
    copied += 1;
    tell(`${copied} files copied`);
  });
  for (const folder of folders) await syncFolder(folder);
}
