import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CACHE = path.join(ROOT, ".cache", "test-programs");

/** The worker and the command line, each as what `node` is given to run it. */
export interface TestPrograms {
  readonly worker: string;
  readonly cli: string;
}

let made: Promise<TestPrograms> | undefined;

/**
 * The programs as JavaScript, made when their sources changed: tests start hundreds of them, and each start by tsx takes 2 s of a core to read some 300
 * files, of the bundle 0.5 s. How the product starts them (workers/child.ts) is what the supervisor's tests, the journeys and chaos try.
 */
export function testPrograms(): Promise<TestPrograms> {
  made ??= make();
  return made;
}

async function make(): Promise<TestPrograms> {
  const folder = path.join(CACHE, await sourcesHash());
  if (!existsSync(folder)) {
    await removeOld();
    // Whoever is first; another test program that makes the same meanwhile throws its own away.
    const unfinished = `${folder}.${randomBytes(4).toString("hex")}`;
    await bundle(unfinished);
    await rename(unfinished, folder).catch(async (error: unknown) => {
      await rm(unfinished, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    });
  }
  return { worker: path.join(folder, "main.mjs"), cli: path.join(folder, "cli.mjs") };
}

async function bundle(outdir: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["workers/main.ts", "workers/cli.ts"],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    plugins: [whereItStood],
    logLevel: "silent",
  });
}

/** A module goes on finding what lies beside its source. */
const whereItStood: Plugin = {
  name: "where-it-stood",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => ({
      loader: "ts",
      contents: (await readFile(file, "utf8"))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href))
        .replaceAll("import.meta.dirname", JSON.stringify(path.dirname(file))),
    }));
  },
};

async function sourcesHash(): Promise<string> {
  const hash = createHash("sha256").update(await readFile(path.join(ROOT, "package-lock.json")));
  for (const below of ["config", "prisma/generated", "server", "workers"]) {
    const names = await readdir(path.join(ROOT, below), { recursive: true });
    for (const name of names.filter((each) => /(?<!\.test)\.ts$/.test(each)).sort())
      hash.update(`\0${below}/${name}\0`).update(await readFile(path.join(ROOT, below, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Bundles of sources that stood more than a day ago; a test program that still runs made its own since. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(CACHE).catch(() => [])) {
    const old = path.join(CACHE, name);
    const { mtimeMs } = await stat(old).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 24 * 3_600_000) await rm(old, { recursive: true, force: true });
  }
}
