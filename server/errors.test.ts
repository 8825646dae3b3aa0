import { expect, it } from "vitest";
import { DISK_FULL, errorText, Transient } from "./errors";

it.each<[string, unknown, string]>([
  ["the system's", Object.assign(new Error("write failed"), { code: "ENOSPC" }), DISK_FULL],
  ["DuckDB's", new Error("IO Error: Could not write file: No space left on device"), DISK_FULL],
  ["one behind another", new Transient("the run failed", { cause: { code: "x" } }), "the run failed"],
  ["a full disk behind another", new Transient("no", { cause: new Error("ENOSPC: write") }), DISK_FULL],
  ["another", new Error("the range is wrong"), "the range is wrong"],
  ["no error", "a word", "a word"],
])("tells %s error", (_name, error, words) => {
  expect(errorText(error)).toBe(words);
});
