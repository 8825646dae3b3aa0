import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

describe("withLock", () => {
  it("lets one at a time in, among processes", async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), "lock-")), "lock");
    const counter = `${folder}.count`;
    writeFileSync(counter, "0");
    const program = `
      import { readFileSync, writeFileSync } from "node:fs";
      import { setTimeout as sleep } from "node:timers/promises";
      import { withLock } from ${JSON.stringify(path.resolve("server/projection/pygeoapi/lock.ts"))};
      for (let i = 0; i < 25; i += 1) await withLock(process.argv[1], sleep, async () => {
        const count = Number(readFileSync(process.argv[2], "utf8"));
        await sleep(1);
        writeFileSync(process.argv[2], String(count + 1));
      });`;
    const child = () =>
      run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, folder, counter]);
    await Promise.all([child(), child(), child()]);
    expect(readFileSync(counter, "utf8")).toBe("75");
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
