import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FolderFiles } from "../adapters/files/folder-files";
import { Invalid, Transient } from "../errors";
import { DAY, HOUR, type Micros } from "../observation/time";
import { RunCache } from "./run-cache";

describe("what a run has fetched", () => {
  let folder: string;
  let now: Micros;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "run-cache-"));
    now = 100 * DAY;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (runId: string, kind = "demo") =>
    RunCache.open(kind, {
      files: new FolderFiles(folder),
      runId,
      clock: { now: () => now, sleep: async () => {} },
    });
  const caches = (kind = "demo") => readdir(path.join(folder, ".scratch", kind));

  it("is asked for once, also by a try after a crash; another run asks anew", async () => {
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return `answer ${asked}`;
    };
    for (const run of ["a", "a", "b"]) await (await open(run)).once("pages/1.json", ask);
    expect(asked).toBe(2);
    expect((await (await open("a")).once("pages/1.json", ask)).toString()).toBe("answer 1");
    expect(await (await open("a")).names("pages")).toEqual(new Set(["1.json"]));
    expect(await (await open("a")).names("no")).toEqual(new Set());
  });

  it("is not kept when the vendor did not answer, and then the run has no time of its answer yet", async () => {
    const first = await open("a");
    await expect(first.once("x", () => Promise.reject(new Transient("down")))).rejects.toThrow("down");
    now += HOUR;
    const again = await open("a");
    expect(await again.read("x")).toBeUndefined();
    await again.once("x", async () => new Uint8Array([1, 2]));
    now += HOUR;
    const last = await open("a");
    expect(await last.collectedAt()).toBe(100 * DAY + HOUR);
    expect(await last.read("x")).toEqual(Buffer.from([1, 2]));
  });

  it("has one time of its answer, however many are kept at once", async () => {
    const cache = await open("a");
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        now += 1;
        await cache.keep(`${n}`, "x");
      }),
    );
    const known = await cache.collectedAt();
    expect(await (await open("a")).collectedAt()).toBe(known);
  });

  it("is forgotten one by one or with all below", async () => {
    const cache = await open("a");
    for (const place of ["day/1", "day/2", "other"]) await cache.keep(place, "x");
    await cache.forget("day/1");
    expect(await cache.names("day")).toEqual(new Set(["2"]));
    await cache.forget("day");
    expect(await cache.names("day")).toEqual(new Set());
    expect(await cache.read("other")).toBeDefined();
  });

  it.each(["", "a//b", "../a", "a/..", ".", "a\\b", "a\0"])("has no place %j", async (place) => {
    await expect((await open("a")).keep(place, "x")).rejects.toThrow(Invalid);
  });

  it("goes when no run needs it: two hours after the end, seven days where there was none; of its own kind", async () => {
    await (await open("other", "another")).keep("x", "x");
    await (await open("unfinished")).keep("x", "x");
    await (await open("finished")).finished();
    now += 3 * HOUR;
    await open("next");
    expect(await caches()).toEqual(["next", "unfinished"]);
    now += 7 * DAY;
    await open("last");
    expect(await caches()).not.toContain("unfinished");
    expect(await caches("another")).toEqual(["other"]);
  });

  it("of a run that is told to go on is needed again", async () => {
    await (await open("a")).finished();
    await open("a");
    now += 3 * HOUR;
    await open("b");
    expect(await caches()).toEqual(["a", "b"]);
  });
});
