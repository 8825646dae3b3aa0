import path from "node:path";
import { hashOf } from "../file-hash";
import { notIncluded, tableFile } from "./backup";
import { damaged, explained, type OpenBackup, openBackup } from "./folder";
import { NAMES } from "./model";
import { Objects } from "./objects";

/** What to do about a damaged object or table. */
export const MEND =
  "What is damaged below objects/ may be removed: the next backup into this folder copies it again where the data folder still has it. Another backup of this folder is taken by --backup <id>";

export interface RestoreAnswer {
  readonly backup: string;
  readonly taken: string;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly lacking: readonly { readonly key: string; readonly why: string }[];
  readonly notIncluded: readonly string[];
}

/** What a backup holds, as restoring and verifying it tell. */
export function answerOf(manifest: OpenBackup["manifest"]): RestoreAnswer {
  return {
    backup: manifest.id,
    taken: manifest.taken,
    rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    files: manifest.files.count,
    bytes: manifest.files.total_bytes,
    lacking: manifest.lacking,
    notIncluded: notIncluded(manifest),
  };
}

/**
 * Reads all of the newest backup, or of the one with the given id, and compares it with its checksums.
 * @throws Invalid naming what is missing or changed
 */
export async function verifyBackup(
  folder: string,
  tell: (progress: string) => void,
  id?: string,
): Promise<RestoreAnswer> {
  const backup = await openBackup(folder, id).catch((error: unknown) => {
    throw explained(error, folder);
  });
  const { manifest, home } = backup;
  const faults: string[] = [];
  const check = async (what: string, file: string, sha256: string) => {
    const found = await hashOf(file);
    if (found !== sha256) faults.push(`${what} is ${found === undefined ? "missing" : "changed"}`);
  };
  await check("the list of files", path.join(home, NAMES.files), manifest.files.sha256);
  for (const { name, sha256 } of manifest.tables) await check(`table ${name}`, tableFile(home, name), sha256);
  const objects = new Objects(folder);
  let count = 0;
  const checked = new Set<string>();
  if (faults.length === 0) {
    for await (const batch of backup.files())
      for (const { key, sha256 } of batch) {
        count += 1;
        if (!checked.has(sha256))
          await check(`${key} (${objects.nameOf(sha256)})`, objects.pathOf(sha256), sha256);
        checked.add(sha256);
        tell(`${count} of ${manifest.files.count} files`);
      }
    if (count !== manifest.files.count)
      faults.push(`the list names ${count} files instead of ${manifest.files.count}`);
  }
  if (faults.length > 0) {
    const more = faults.length > 5 ? ` and ${faults.length - 5} more` : "";
    throw damaged(`${faults.slice(0, 5).join(", ")}${more}. ${MEND}`);
  }
  return answerOf(manifest);
}
