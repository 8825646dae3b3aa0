// Makes the Prisma client and the pages, when what they are made of changed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./generate.mjs";
import { makeMapAssets } from "./map-assets.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = path.join(root, ".next", "ionbeam-stamp");

/** What the pages are made of. */
const SOURCES = [
  "app",
  "server",
  "config",
  "public",
  "prisma/schema.prisma",
  "package-lock.json",
  "tsconfig.json",
];
const CONFIG = /^(next\.config|postcss\.config|proxy|middleware|instrumentation)[^/]*\.(ts|js|mjs|cjs)$/;
/** Their change changes no page. */
const BESIDE = /\.test\.tsx?$|(^|\/)fixtures\//;

function filesOf(entry) {
  const full = path.join(root, entry);
  if (!existsSync(full)) return [];
  const found = readdirSync(path.dirname(full), { withFileTypes: true }).find(
    (each) => each.name === path.basename(full),
  );
  if (!found?.isDirectory()) return [entry];
  return readdirSync(full).flatMap((name) => filesOf(`${entry}/${name}`));
}

/** One hash of all sources, of Node and of the machine's kind. */
export function sourcesHash() {
  const config = readdirSync(root).filter((name) => CONFIG.test(name));
  const files = [...SOURCES, ...config].flatMap(filesOf).filter((file) => !BESIDE.test(file));
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

/** Runs `next build` to its end. A signal, or the death of this program, ends it too. */
function buildPages() {
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const guard = new URL("./end-with-parent.mjs", import.meta.url).href;
  const child = spawn(process.execPath, ["--import", guard, next, "build"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  const pass = (signal) => {
    child.kill(signal);
    process.exit(130);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("exit", (code) => {
      for (const signal of signals) process.off(signal, pass);
      resolve(code ?? 1);
    });
  });
}

/** Builds what must be built. Returns an exit code. */
export async function build() {
  const generated = generate();
  if (generated !== 0) return generated;
  await makeMapAssets();
  const wanted = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return 0;
  rmSync(stamp, { force: true });
  console.log("Building the pages; this happens once, and again when they change.");
  const code = await buildPages();
  if (code !== 0) return code;
  if (!existsSync(path.join(root, ".next", "BUILD_ID"))) return 1;
  writeFileSync(stamp, wanted);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await build());
