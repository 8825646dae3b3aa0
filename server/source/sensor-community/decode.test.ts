import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decode } from "./decode";

// Lines that differ, or compression would leave nothing to damage.
const text = Array.from(
  { length: 2000 },
  (_, at) => `${at};${(at * 7919) % 10007};${(at * 104729) % 1299709}\n`,
).join("");
const gz = gzipSync(text);
const changed = Buffer.from(gz);
for (let at = 0; at < 40; at += 1) changed[gz.length - 2000 + at] = 0xff;

describe("bytes to text", () => {
  it.each([
    ["plain", Buffer.from("Größe;µ\n"), "Größe;µ\n"],
    ["compressed", gz, text],
    ["two members in one file", Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]), "a\nb\n"],
    ["nothing", Buffer.alloc(0), ""],
  ])("%s", async (_, bytes, expected) => {
    expect(await decode(bytes)).toEqual({ text: expected, damage: undefined });
  });

  it.each([
    ["cut in the middle", gz.subarray(0, gz.length / 2), 0.4],
    ["changed near the end", changed, 0.5],
    ["without its check sum", gz.subarray(0, gz.length - 8), 1],
    ["only the first bytes", gz.subarray(0, 6), 0],
  ])("compressed and %s: what came before the fault", async (_, bytes, share) => {
    const found = await decode(bytes);
    expect(found.damage).toMatch(/compressed file is damaged/);
    // Up to the fault the text is the file's own.
    const lines = found.text.split("\n").slice(0, -1);
    const right = text.split("\n").slice(0, Math.floor(2000 * share));
    expect(lines.slice(0, right.length)).toEqual(right);
  });

  it("not UTF-8", async () => {
    expect(await decode(Buffer.from([0x61, 0xe4, 0x62]))).toEqual({ text: "a\uFFFDb", damage: "not UTF-8" });
  });
});
