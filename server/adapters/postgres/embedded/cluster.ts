import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Invalid } from "../../../errors";
import { isAlive } from "../../../process-table";
import type { Place } from "./place";
import { explainOutput } from "./refusal";

/** Environment of PostgreSQL's programs: nothing of ours, so that LANG or PGDATA of a shell change nothing. */
export const PROGRAM_ENVIRONMENT: NodeJS.ProcessEnv = {
  NODE_ENV: "production",
  PATH: "/usr/bin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

/**
 * Initialises the cluster unless it is there. It is made under another name, flushed (initdb does that) and renamed, so
 * a crash leaves no half a cluster; the second of two that do this at once takes the first one's.
 * @throws Invalid for a full disk and the like, and for a cluster of another major version.
 */
export async function initialiseCluster(place: Place, bin: string): Promise<void> {
  if (existsSync(place.cluster)) return;
  const { home, cluster, account } = place;
  await removeLeftovers(place);
  const unfinished = await mkdtemp(`${cluster}.new-${process.pid}-`);
  if (account) await chown(unfinished, account.uid, account.gid);
  await initdb(path.join(bin, "initdb"), unfinished, place);
  try {
    await rename(unfinished, cluster);
  } catch (error) {
    if (!existsSync(cluster)) throw error;
    await rm(unfinished, { recursive: true, force: true });
  }
  const folder = await open(home, "r");
  await folder.sync().finally(() => folder.close());
}

async function removeLeftovers({ home, cluster }: Place): Promise<void> {
  for (const name of await readdir(home)) {
    if (/^\d+$/.test(name)) {
      throw new Invalid(
        `${path.join(home, name)} is a database of PostgreSQL ${name}, and this Ionbeam brings ${path.basename(cluster)}: start the Ionbeam that made it, or choose another IONBEAM_DATA_DIR.`,
      );
    }
    const maker = /^\d+\.new-(\d+)-/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) {
      await rm(path.join(home, name), { recursive: true, force: true });
    }
  }
}

function initdb(program: string, folder: string, { home, account }: Place): Promise<void> {
  const args = [
    "--encoding=UTF8",
    "--locale=C",
    "--auth=trust",
    "--username=ionbeam",
    "--no-instructions",
    "-D",
    folder,
  ];
  const who = account ? { uid: account.uid, gid: account.gid } : {};
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: home, env: PROGRAM_ENVIRONMENT, ...who }, (error, stdout, stderr) => {
      if (!error) return resolve();
      rm(folder, { recursive: true, force: true })
        .catch(() => undefined)
        .finally(() => reject(explainOutput(`${stdout}\n${stderr || error.message}`, home)));
    });
  });
}
