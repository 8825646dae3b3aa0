import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { hashOf } from "../file-hash";
import type { Files } from "../ports/files";
import { type FoundManifest, StoredManifest } from "./model";

export interface Read {
  readonly found: readonly FoundManifest[];
  /** Manifests that cannot be used, and why. */
  readonly unusable: readonly { readonly key: string; readonly why: string }[];
}

/** Reads every manifest of the store and the file beside it, whose bytes must be those that it names. */
export async function readManifests(
  files: Pick<Files, "list" | "location">,
  tell: (progress: string) => void,
): Promise<Read> {
  const found: FoundManifest[] = [];
  const unusable: { key: string; why: string }[] = [];
  const hashes = new Map<string, string | undefined>();
  for await (const key of files.list("datasets/")) {
    if (!key.endsWith(".manifest.json")) continue;
    const location = files.location(key);
    const said = StoredManifest.safeParse(json(await readFile(location, "utf8")));
    if (!said.success) {
      const issue = said.error.issues[0];
      unusable.push({
        key,
        why: `it cannot be read: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
      });
      continue;
    }
    const fileKey = path.posix.join(path.posix.dirname(key), said.data.file.name);
    if (!hashes.has(fileKey)) hashes.set(fileKey, await hashOf(files.location(fileKey)));
    const sha256 = hashes.get(fileKey);
    if (sha256 === said.data.file.sha256) {
      found.push({ said: said.data, key, fileKey, modified: (await stat(location)).mtimeMs });
    } else {
      unusable.push({
        key,
        why: sha256 === undefined ? "its file is missing" : "its file's bytes are others",
      });
    }
    tell(`${found.length} manifests read`);
  }
  return { found, unusable };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
