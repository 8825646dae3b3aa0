import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type BrowserType, chromium, type LaunchOptions } from "@playwright/test";

/** Where distributions install a Chromium. */
const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Flags without which WebGL needs a graphics card. */
const SOFTWARE_GL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

export interface Browser {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/**
 * A Chromium of this machine: an installed one, Playwright's own, or the one inside the npm package `@sparticuz/chromium`.
 * @throws Error when none can be had
 */
export function findBrowser(): Browser {
  const args = process.getuid?.() === 0 ? ["--no-sandbox", ...SOFTWARE_GL] : SOFTWARE_GL;
  const found = [...INSTALLED, playwrightsOwn(chromium)].find((each) => each !== "" && existsSync(each));
  if (found !== undefined) return { executablePath: found, args, env: ownEnvironment() };
  return unpacked(args);
}

/** As Playwright's launch options. */
export function launchOptions(): LaunchOptions {
  const { executablePath, args, env } = findBrowser();
  return { executablePath, args, env };
}

function playwrightsOwn(type: BrowserType): string {
  try {
    return type.executablePath();
  } catch {
    return "";
  }
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * The package unpacks its system libraries by itself only on Lambda. We unpack it all, once per version and user, beside each other: the
 * graphics libraries belong into the folder of the program.
 */
function unpacked(args: string[]): Browser {
  const require = createRequire(import.meta.url);
  const root = path.resolve(path.dirname(require.resolve("@sparticuz/chromium")), "..", "..");
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const home = path.join(os.tmpdir(), `ionbeam-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(home)) unpack(path.join(root, "bin"), home);
  const libraries = [path.join(home, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return {
    executablePath: path.join(home, "chromium"),
    args,
    env: { ...ownEnvironment(), LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: path.join(home, "fonts") },
  };
}

/** Unpacks under another name first: an interrupted one is never taken for a whole one. */
function unpack(bin: string, home: string): void {
  const scratch = `${home}.${process.pid}`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const bytes = (name: string) => brotliDecompressSync(readFileSync(path.join(bin, name)));
  writeFileSync(path.join(scratch, "chromium"), bytes("chromium.br"), { mode: 0o755 });
  for (const archive of ["al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"]) {
    const { status, stderr } = spawnSync("tar", ["-xf", "-", "-C", scratch], { input: bytes(archive) });
    if (status !== 0) throw new Error(`${archive} could not be unpacked: ${stderr}`);
  }
  renameSync(scratch, home);
}
