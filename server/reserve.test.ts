import { describe, expect, it } from "vitest";
import { bytesText, parseReserve, reserveBytes } from "./reserve";

const GIB = 1024 ** 3;

describe("the reserve of free disk", () => {
  it.each([
    ["2GiB", 2 * GIB],
    [" 1.5 gib ", 1.5 * GIB],
    ["500 MB", 5e8],
    ["5%", 5e9],
    ["0.5%", 5e8],
    ["0MiB", 0],
  ])("%s of 100 GB is %d bytes", (text, bytes) => {
    expect(reserveBytes(parseReserve(text), 1e11)).toBe(bytes);
  });

  it.each(["", "2", "2 G", "-1GiB", "100%", "half", "1e3MB", "2GiB of it"])("%j is no reserve", (text) => {
    expect(parseReserve(text)).toBeUndefined();
  });

  it.each([
    [GIB, 256 * 1024 ** 2],
    [20 * GIB, GIB],
    [1000 * GIB, 2 * GIB],
  ])("of a disk of %d bytes that nobody spoke of is %d", (total, bytes) => {
    expect(reserveBytes(undefined, total)).toBe(bytes);
  });

  it.each([
    [2 * GIB, "2 GiB"],
    [1.26 * GIB, "1.3 GiB"],
    [300 * 1024 ** 2, "300 MiB"],
    [1536, "1.5 KiB"],
  ])("%d bytes are said as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
