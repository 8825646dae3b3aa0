import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBinaries, linkLibraries, readyBinaries } from "./binaries";

const found = findBinaries();
let folder: string;
let native: string;

/** The package as `npm ci --ignore-scripts` leaves it: without the links of the libraries. */
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "ionbeam-binaries-"));
  chmodSync(folder, 0o755);
  native = path.join(folder, "package", "native");
  const filter = (source: string) => !lstatSync(source).isSymbolicLink();
  mkdirSync(path.dirname(native), { recursive: true });
  cpSync(found.native, native, { recursive: true, filter });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const links = (where: string) =>
  readdirSync(path.join(where, "lib"), { withFileTypes: true }).filter((each) => each.isSymbolicLink())
    .length;

describe("the binaries", () => {
  it("get the links that install scripts would have made", async () => {
    expect(links(native)).toBe(0);
    expect(await linkLibraries(native)).toBe(true);
    expect(links(native)).toBe(links(found.native));
    expect(execFileSync(path.join(native, "bin", "initdb"), ["--version"], { encoding: "utf8" })).toContain(
      "PostgreSQL",
    );
  });

  it("are copied to where the account of PostgreSQL can reach them", async () => {
    chmodSync(path.join(folder, "package"), 0o700);
    const home = path.join(folder, "home");
    mkdirSync(home);
    const nobody = { uid: 65_534, gid: 65_534, name: "nobody" };
    const bin = await readyBinaries({ ...found, native }, home, nobody);
    expect(bin).toBe(path.join(home, `binaries-${found.version}`, "bin"));
    expect(existsSync(path.join(bin, "postgres"))).toBe(true);
    expect(links(path.dirname(bin))).toBe(links(found.native));
    expect(await readyBinaries({ ...found, native }, home, nobody)).toBe(bin);
  });

  it.each([
    ["win32", "x64", /needs Linux or macOS/],
    ["linux", "riscv64", /no embedded PostgreSQL for linux riscv64.*DATABASE_URL/],
  ])("are refused in one sentence on %s %s", (platform, arch, sentence) => {
    expect(() => findBinaries(platform, arch)).toThrow(sentence);
  });
});
