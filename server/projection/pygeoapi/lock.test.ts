import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startedAt } from "../../process-table";
import { withLock } from "./lock";

const fresh = () => path.join(mkdtempSync(path.join(tmpdir(), "lock-")), "lock");
const nap = (ms: number) => sleep(ms);

/** A number in a file, raised by one without any protection but the lock. */
const raise = (file: string) => writeFileSync(file, String(Number(readFileSync(file, "utf8")) + 1));

describe("withLock", () => {
  it("lets one at a time in, within a process", async () => {
    const folder = fresh();
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, () =>
        withLock(folder, nap, async () => {
          inside += 1;
          most.push(inside);
          await nap(2);
          inside -= 1;
        }),
      ),
    );
    expect(most).toEqual(Array(12).fill(1));
  });

  const boot = () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  it.each([
    ["a process that is gone", () => JSON.stringify({ pid: 2 ** 22 - 1, started: "1", boot: boot() })],
    ["one whose id is another's now", () => JSON.stringify({ pid: process.pid, started: "1", boot: boot() })],
    [
      "one of before a restart of the machine",
      () => JSON.stringify({ pid: process.pid, started: startedAt(process.pid), boot: "before" }),
    ],
    ["a ticket that a power cut emptied", () => ""],
  ])("is not held by %s", async (_, ticket) => {
    const folder = fresh();
    const counter = `${folder}.count`;
    writeFileSync(counter, "0");
    await withLock(folder, nap, async () => raise(counter));
    const held = Math.max(...readdirSync(folder).map((name) => Number.parseInt(name, 10)));
    writeFileSync(path.join(folder, String(held + 1)), ticket());
    await Promise.all([1, 2, 3].map(() => withLock(folder, nap, async () => raise(counter))));
    expect(readFileSync(counter, "utf8")).toBe("4");
  });

  it("is free again after a body that fails", async () => {
    const folder = fresh();
    const failing = withLock(folder, nap, async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await expect(withLock(folder, nap, async () => "in")).resolves.toBe("in");
  });
});
