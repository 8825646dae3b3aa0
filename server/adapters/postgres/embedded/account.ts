import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Invalid } from "../../../errors";

/** Whom PostgreSQL runs as; undefined ids mean: as ourselves. */
export type Account = { readonly uid: number; readonly gid: number; readonly name: string };

/** PostgreSQL refuses to run as root, and initdb wants a user that has a name; the first of these that exists is taken. */
const CANDIDATES = ["nobody", "postgres", "daemon"];

/** The accounts of a passwd(5) text. */
export function parsePasswd(passwd: string): Account[] {
  return passwd
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/**
 * The account for a cluster: ours, unless we are root; then the owner of the existing cluster, or an unprivileged one.
 * @param owner uid of the existing cluster's owner, if there is one.
 * @throws Invalid when root has nobody to run PostgreSQL as.
 */
export function chooseAccount(owner: number | undefined): Account | undefined {
  const uid = process.getuid?.();
  if (uid !== 0) return undefined;
  const accounts = parsePasswd(readFileSync("/etc/passwd", "utf8"));
  const kept = owner === undefined || owner === 0 ? undefined : accounts.find((each) => each.uid === owner);
  if (kept) return kept;
  for (const name of CANDIDATES) {
    const account = accounts.find((each) => each.name === name && each.uid !== 0);
    if (account) return account;
  }
  throw new Invalid(
    "PostgreSQL cannot run as root and there is no user `nobody` on this machine: start Ionbeam as another user, or set DATABASE_URL.",
  );
}

/** Whether the account may pass through every folder from the root down to `folder` (an existing, real path). */
export function canReach(account: Account, folder: string): boolean {
  for (let each = folder; ; each = path.dirname(each)) {
    const { uid, gid, mode } = statSync(each);
    const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) return false;
    if (each === path.dirname(each)) return true;
  }
}
