import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { filesContract } from "../../ports/files.contract";
import { FolderFiles } from "./folder-files";

filesContract("folder", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "files-"));
  return {
    files: new FolderFiles(path.join(root, "store")),
    close: () => rm(root, { recursive: true, force: true }),
  };
});

it("empties scratch of what a killed process left, and keeps the caches there", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "files-"));
  try {
    const files = new FolderFiles(root);
    await writeFile(await files.scratch("points.parquet"), "half");
    const folder = await files.scratch("typed");
    await mkdir(folder);
    await writeFile(path.join(folder, "data_0.parquet"), "half");
    await mkdir(path.join(root, ".scratch", "cache"));
    await writeFile(path.join(root, ".scratch", "cache", "kept"), "whole");
    await files.put("a/file", "x");
    await files.emptyScratch();
    expect(await readdir(path.join(root, ".scratch"), { recursive: true })).toEqual(["cache", "cache/kept"]);
    expect(await files.exists("a/file")).toBe(true);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

it("leaves nothing in scratch, also where it failed", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "files-"));
  try {
    const files = new FolderFiles(root);
    await files.put("a/file", "x");
    // A path below a regular file cannot be written, by root neither.
    await expect(files.put("a/file/below", "x")).rejects.toThrow();
    await expect(files.copyIn(files.location("a/file"), "a/file/below")).rejects.toThrow();
    await expect(files.copyIn(path.join(root, "none"), "a/b")).rejects.toThrow();
    expect(await readdir(path.join(root, ".scratch"))).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
