import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Invalid, NotFound } from "../errors";
import type { Files } from "./files";

export interface FilesUnderTest {
  readonly files: Files;
  close(): Promise<void>;
}

/** Every file store passes these. */
export function filesContract(name: string, factory: () => Promise<FilesUnderTest>): void {
  describe(`${name}: files`, () => {
    let it_: FilesUnderTest;
    let files: Files;
    beforeEach(async () => {
      it_ = await factory();
      files = it_.files;
    });
    afterEach(() => it_.close());

    const text = async (key: string) => Buffer.from(await files.read(key)).toString("utf8");
    const keys = async (prefix: string) => {
      const found: string[] = [];
      for await (const key of files.list(prefix)) found.push(key);
      return found.sort();
    };
    const written = async (content: string) => {
      const local = await files.scratch("part.parquet");
      await writeFile(local, content);
      return local;
    };

    it("gives back what was put, as text and as bytes, in ranges too", async () => {
      await files.put("a/b/one.txt", "grüß");
      await files.put("a/two.bin", Uint8Array.from([0, 255, 1, 254, 2]));
      expect(await text("a/b/one.txt")).toBe("grüß");
      const opened = await files.open("a/two.bin");
      expect(opened.byteLength).toBe(5);
      expect([...(await opened.slice(1, 3))]).toEqual([255, 1]);
      expect([...(await opened.slice(3, 99))]).toEqual([254, 2]);
      expect([...(await opened.slice(9, 12))]).toEqual([]);
      await opened.close();
    });

    it("replaces what stood under a key; one that has it open reads on", async () => {
      await files.put("a/one", "old");
      const opened = await files.open("a/one");
      await files.put("a/one", "newer");
      expect(Buffer.from(await opened.slice(0, 3)).toString()).toBe("old");
      await opened.close();
      expect(await text("a/one")).toBe("newer");
    });

    it("removes a file unless it was written again", async () => {
      await files.put("a/one", "old");
      const old = await files.facts("a/one");
      expect(old).toMatchObject({ bytes: 3 });
      expect(await files.removeUnchanged("a/one", (old?.modifiedAt ?? 0) + 1)).toBe(false);
      expect(await files.exists("a/one")).toBe(true);
      expect(await files.removeUnchanged("a/one", old?.modifiedAt ?? 0)).toBe(true);
      expect(await files.facts("a/one")).toBeUndefined();
      expect(await files.removeUnchanged("a/one", old?.modifiedAt ?? 0)).toBe(false);
    });

    it("adopts a finished file by moving it", async () => {
      const local = await written("points");
      await files.adopt(local, "series/x/1.parquet");
      expect(await text("series/x/1.parquet")).toBe("points");
      await expect(readFile(local)).rejects.toThrow("ENOENT");
      await expect(files.adopt(local, "series/x/2.parquet")).rejects.toThrow(NotFound);
      expect(await files.exists("series/x/2.parquet")).toBe(false);
    });

    it("copies a foreign file in and leaves it where it is", async () => {
      const local = await written("raw");
      await files.copyIn(local, "payloads/d/1.parquet");
      await files.copyIn(local, "payloads/d/1.parquet");
      expect([await text("payloads/d/1.parquet"), await readFile(local, "utf8")]).toEqual(["raw", "raw"]);
      await expect(files.copyIn(`${local}.none`, "payloads/d/2.parquet")).rejects.toThrow(NotFound);
      expect(await keys("payloads/")).toEqual(["payloads/d/1.parquet"]);
    });

    it("writers of one key do not mix: one of them wins whole", async () => {
      const contents = Array.from({ length: 12 }, (_, n) => String(n).repeat(200_000));
      await Promise.all(contents.map((content) => files.put("a/contested", content)));
      expect(contents).toContain(await text("a/contested"));
    });

    it("scratch names are unique to the attempt and not in the store", async () => {
      const [one, two] = [await written("1"), await written("2")];
      expect(one).not.toBe(two);
      expect(await keys("")).toEqual([]);
      expect(await files.scratch("../../etc/passwd")).toMatch(/-.._.._etc_passwd$/);
    });

    it("lists by prefix, which need not end at a slash", async () => {
      for (const key of ["a/1", "a/12/x", "a/2", "ab/1", "b"]) await files.put(key, key);
      expect(await keys("a/")).toEqual(["a/1", "a/12/x", "a/2"]);
      expect(await keys("a/1")).toEqual(["a/1", "a/12/x"]);
      expect(await keys("a")).toEqual(["a/1", "a/12/x", "a/2", "ab/1"]);
      expect(await keys("")).toHaveLength(5);
      expect(await keys("none/")).toEqual([]);
    });

    it("removes; a key that is not there is as good as removed", async () => {
      await files.put("a/1", "x");
      await files.remove("a/1");
      await files.remove("a/1");
      expect(await files.exists("a/1")).toBe(false);
      expect(await keys("a/")).toEqual([]);
    });

    it("says NotFound for a missing key, and for a folder", async () => {
      await files.put("a/b/c", "x");
      for (const key of [`a/${randomUUID()}`, "a/b"]) {
        await expect(files.open(key), key).rejects.toThrow(NotFound);
        await expect(files.read(key), key).rejects.toThrow(NotFound);
        expect(await files.exists(key), key).toBe(false);
      }
    });

    it.each([
      "",
      "/etc/passwd",
      "..",
      "../x",
      "a/../../x",
      "a/..",
      "a/./b",
      "./a",
      "a//b",
      "a\\b",
      "a\0b",
      "a/",
      ".scratch/x",
    ])("refuses the key %j", async (key) => {
      expect(() => files.location(key)).toThrow(Invalid);
      await expect(files.put(key, "x")).rejects.toThrow(Invalid);
      await expect(files.read(key)).rejects.toThrow(Invalid);
      await expect(files.remove(key)).rejects.toThrow(Invalid);
    });

    it("knows its own locations from foreign ones", async () => {
      for (const key of ["payloads/d/1.parquet", "datasets/a b/ü%20.parquet", "..a/b..c"]) {
        expect(files.keyOf(files.location(key))).toBe(key);
      }
      const foreign = [
        "/",
        "/etc/passwd",
        `${files.location("a")}/../../x`,
        files.location("a").slice(0, -2),
        await files.scratch("x"),
      ];
      for (const location of foreign) expect(files.keyOf(location), location).toBeUndefined();
    });
  });
}
