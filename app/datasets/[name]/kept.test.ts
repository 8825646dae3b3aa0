import { describe, expect, it } from "vitest";
import { changedKeep, type Standing } from "./kept";

const STANDING: readonly Standing[] = [
  { kind: "points", keep: "P30D" },
  { kind: "payloads", keep: "for-ever" },
  { kind: "revisions", keep: "PT6H" },
];

describe("what the form of retention asks for", () => {
  it("is what was typed otherwise than it stands, and nothing else", () => {
    expect(changedKeep(STANDING, {})).toEqual({});
    expect(changedKeep(STANDING, { keepRevisions: "12 h" })).toEqual({ keepRevisions: "PT12H" });
    expect(changedKeep(STANDING, { keepPoints: "For ever", keepRevisions: "6 h" })).toEqual({
      keepPoints: "for-ever",
    });
  });

  it("is nothing where a field cannot be read", () => {
    expect(changedKeep(STANDING, { keepPoints: "a while", keepRevisions: "12 h" })).toBeUndefined();
  });
});
