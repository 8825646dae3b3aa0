import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decode } from "./decode";

// Lines that differ, or compression would leave nothing to damage.
const text = Array.from(
  { length: 2000 },
  (_, at) => `${at};${(at * 7919) % 10007};${(at * 104729) % 1299709}\n`,
).join("");
const gz = gzipSync(text);
/** A file of which one bit of the byte at `at` was turned. */
function turned(bytes: Uint8Array, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

describe("bytes to text", () => {
  it.each([
    ["plain", Buffer.from("Größe;µ\n"), "Größe;µ\n"],
    ["compressed", gz, text],
    ["two members in one file", Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]), "a\nb\n"],
    ["nothing", Buffer.alloc(0), ""],
  ])("%s", (_, bytes, expected) => {
    expect(decode(bytes)).toEqual({ text: expected, damage: undefined });
  });

  it.each([
    ["cut in the middle", gz.subarray(0, gz.length / 2), 0.4],
    ["without its check sum", gz.subarray(0, gz.length - 8), 1],
    ["only the first bytes", gz.subarray(0, 6), 0],
  ])("compressed and %s: what came before its end", (_, bytes, share) => {
    const found = decode(bytes);
    expect(found.damage).toMatch(/compressed file is damaged/);
    expect(text.startsWith(found.text ?? "?")).toBe(true);
    expect(found.text?.length).toBeGreaterThanOrEqual(text.length * share);
  });

  it("compressed and altered: nothing, wherever the one bit was turned", () => {
    // Behind the header, which has no check and is not read.
    for (let at = 10; at < gz.length; at += 97) {
      const found = decode(turned(gz, at));
      const alsoEndsEarly = /unexpected end of file/.test(found.damage ?? "");
      if (!alsoEndsEarly) expect(found, `byte ${at}`).toMatchObject({ text: undefined });
      expect(found.damage).toMatch(/compressed file is damaged/);
    }
    expect(decode(turned(gz, gz.length - 1)).damage).toMatch(
      /incorrect length check.*nothing of it is taken/,
    );
  });

  it("of what unpacks to more than any day file holds, nothing", () => {
    const bomb = gzipSync(Buffer.alloc(257 * 1024 * 1024), { level: 1 });
    expect(decode(bomb)).toEqual({ text: undefined, damage: expect.stringMatching(/^larger than 256 MB/) });
  });

  it("a sound member before an altered one is taken, one after it is not", () => {
    const whole = gzipSync("a\n");
    expect(decode(Buffer.concat([whole, turned(gz, 5_000), whole]))).toEqual({
      text: "a\n",
      damage: expect.stringContaining("nothing after its sound parts is taken"),
    });
  });

  it.each([
    ["little", "ff fe 61 00 e4 00"],
    ["big", "fe ff 00 61 00 e4"],
  ])("UTF-16 with its mark, %s end first", (_, hex) => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(decode(bytes)).toEqual({ text: "aä", damage: undefined });
    expect(decode(bytes.subarray(0, 5))).toEqual({
      text: "a\uFFFD",
      damage: expect.stringMatching(/^not UTF-16/),
    });
  });

  it("not UTF-8", () => {
    expect(decode(Buffer.from([0x61, 0xe4, 0x62]))).toEqual({ text: "a\uFFFDb", damage: "not UTF-8" });
  });
});
