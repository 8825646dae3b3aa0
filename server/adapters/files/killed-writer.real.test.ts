import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { FolderFiles } from "./folder-files";

const SIZE = 4_000_000;

/** Puts one key again and again, each time filled with the next digit. */
const PROGRAM = `
  import { FolderFiles } from "./server/adapters/files/folder-files";
  const files = new FolderFiles(process.argv[1]);
  for (let n = 1; ; n += 1) {
    await files.put("a/contested", String(n % 10).repeat(${SIZE}));
    process.stdout.write(n + "\\n");
  }`;

it("a writer that is killed leaves the old content or the new one, never half", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "killed-"));
  try {
    const files = new FolderFiles(root);
    await files.put("a/contested", "0".repeat(SIZE));
    for (const delayMs of [0, 3, 7, 12, 19]) {
      const writer = spawn(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "-e", PROGRAM, root],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const gone = once(writer, "exit");
      const written = await Promise.race([once(writer.stdout, "data"), gone.then(() => undefined)]);
      expect(written, "the writer ended before it was killed").toBeDefined();
      // Into the middle of one of the writes that follow.
      setTimeout(() => writer.kill("SIGKILL"), delayMs);
      await gone;
      const content = Buffer.from(await files.read("a/contested")).toString();
      expect([content.length, new Set(content).size], `killed after ${delayMs} ms`).toEqual([SIZE, 1]);
      const keys = [];
      for await (const key of files.list("")) keys.push(key);
      expect(keys).toEqual(["a/contested"]);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
