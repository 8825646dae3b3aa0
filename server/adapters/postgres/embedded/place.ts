import { createHash } from "node:crypto";
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Invalid } from "../../../errors";
import { type Account, canReach, chooseAccount } from "./account";

/** Where a cluster and its socket are, and whom it runs as. */
export type Place = {
  /** Folder of everything PostgreSQL has: cluster, log, copied binaries. */
  readonly home: string;
  /** The cluster (PGDATA); exists once initialised. */
  readonly cluster: string;
  /** Folder of the socket, mode 0700. */
  readonly socketDir: string;
  readonly account: Account | undefined;
  /** Names the home, where that is not inside the data folder; so a data folder that was deleted takes its database along. */
  readonly marker: string | undefined;
};

/** sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const SOCKET_PATH_LIMIT = process.platform === "linux" ? 107 : 103;
const SOCKET_NAME = ".s.PGSQL.5432";

/** Where root keeps the clusters of data folders that the unprivileged account cannot reach. */
const ROOT_HOMES = "/var/lib/ionbeam";

/** Of a file in the data folder that names the cluster's home where that is elsewhere. */
const MARKER = "postgresql-folder";

/**
 * The folder of a data folder's embedded PostgreSQL; undefined where an address is that of another one. Asks for no binaries: the pages' bundle must not
 * hold the packages of all platforms.
 */
export function embeddedHome(dataDir: string, address: string): string | undefined {
  if (!address.startsWith("postgresql://ionbeam@localhost/ionbeam?host=")) return undefined;
  try {
    return readFileSync(path.join(realpathSync(dataDir), MARKER), "utf8").trim();
  } catch {
    return path.join(dataDir, "postgresql");
  }
}

/** The folder for the socket: inside `home`, or a short one when the socket's path would be too long for the system. */
export function socketFolder(home: string, key: string, tmp: string): string {
  const fits = (folder: string) => Buffer.byteLength(path.join(folder, SOCKET_NAME)) <= SOCKET_PATH_LIMIT;
  const short = `ionbeam-${key}`;
  return [path.join(home, "run"), path.join(tmp, short)].find(fits) ?? path.join("/tmp", short);
}

/**
 * Says where the cluster of a data folder is; makes nothing but needs the data folder to exist.
 * @param major PostgreSQL's major version: a cluster belongs to one.
 */
export function placeCluster(dataDir: string, major: string): Place {
  const real = realpathSync(dataDir);
  const key = createHash("sha256").update(real).digest("hex").slice(0, 12);
  const homes = [path.join(real, "postgresql"), path.join(ROOT_HOMES, key)];
  const owner = homes.map((home) => ownerOf(path.join(home, major))).find((uid) => uid !== undefined);
  const account = chooseAccount(owner);
  const [inside = "", apart = ""] = homes;
  const home = account === undefined || canReach(account, real) ? inside : apart;
  return {
    home,
    cluster: path.join(home, major),
    socketDir: socketFolder(home, key, os.tmpdir()),
    account,
    marker: home === inside ? undefined : path.join(real, MARKER),
  };
}

/**
 * Makes the folders of a place, with their owner and mode.
 * @throws Invalid when somebody else owns the folder of the socket or the cluster.
 */
export function makeFolders(place: Place): void {
  const { home, socketDir, account } = place;
  if (account && path.dirname(home) === ROOT_HOMES) mkdirSync(ROOT_HOMES, { recursive: true, mode: 0o755 });
  for (const folder of [home, socketDir]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    const uid = account?.uid ?? process.getuid?.() ?? found.uid;
    if (account && found.uid === 0 && found.isDirectory()) chownSync(folder, account.uid, account.gid);
    else if (!found.isDirectory() || found.uid !== uid) {
      throw new Invalid(
        `${folder} belongs to another user: start Ionbeam as that user, or choose another IONBEAM_DATA_DIR.`,
      );
    }
  }
  const owner = ownerOf(place.cluster);
  const uid = account?.uid ?? process.getuid?.();
  if (owner !== undefined && owner !== uid) {
    throw new Invalid(
      `The database in ${place.cluster} belongs to another user (uid ${owner}): start Ionbeam as that user or as root.`,
    );
  }
}

/** The address of a place's database, for `pg`, Prisma and libpq alike. */
export function addressOf(place: Place, database: string): string {
  return `postgresql://ionbeam@localhost/${database}?host=${encodeURIComponent(place.socketDir)}`;
}

function ownerOf(folder: string): number | undefined {
  return existsSync(folder) ? statSync(folder).uid : undefined;
}
