import { describe, expect, it } from "vitest";
import type { ConfiguredField } from "../../server/configuration/model";
import { type Draft, draftChanges, issueOf, keyOf, readField, shownText } from "./draft";

const field = (more: Partial<ConfiguredField>): ConfiguredField => ({
  path: ["a"],
  title: "A",
  kind: "text",
  required: false,
  ...more,
});
const typed = (of: ConfiguredField, text: string | null): Draft => ({ [keyOf(of)]: text });

describe("what is typed in a field", () => {
  it.each([
    [{ kind: "number" }, "1.5", { ok: true, value: 1.5 }],
    [{ kind: "number" }, "1,5", { ok: false }],
    [{ kind: "number" }, "0x10", { ok: false }],
    [{ kind: "integer" }, "1.5", { ok: false, error: "write a whole number" }],
    [{ kind: "integer", minimum: 1 }, "0", { ok: false, error: "not less than 1" }],
    [{ kind: "integer", maximum: 9 }, "10", { ok: false, error: "not more than 9" }],
    [{ kind: "duration" }, "10 min", { ok: true, value: "PT10M" }],
    [{ kind: "duration" }, "ten", { ok: false }],
    [{ kind: "switch" }, "true", { ok: true, value: true }],
    [{ kind: "texts" }, "DE\n\n FR ", { ok: true, value: ["DE", "FR"] }],
    [{ kind: "texts" }, "", { ok: true, value: [] }],
    [{ kind: "json" }, "[1,", { ok: false }],
    [{ kind: "json" }, "[1]", { ok: true, value: [1] }],
    [{ kind: "text" }, " ", { ok: true, value: undefined }],
    [{ kind: "text", required: true }, " ", { ok: false }],
    [{ kind: "secret" }, " key ", { ok: true, value: " key " }],
  ] as const)("%o: %j", (more, text, expected) => {
    expect(readField(field(more), text)).toMatchObject(expected);
  });
});

describe("a draft", () => {
  const stations = field({ path: ["stations"], kind: "integer", default: 400 });

  it("shows what is entered, else the default", () => {
    expect(shownText(stations, {})).toBe("400");
    expect(shownText({ ...stations, entered: 5 }, {})).toBe("5");
    expect(shownText({ ...stations, entered: 5 }, typed(stations, null))).toBe("400");
    expect(shownText(field({ kind: "secret", secret: "set" }), {})).toBe("");
  });

  it("is no change while it says what stands", () => {
    expect(draftChanges([stations], typed(stations, "400")).changes).toEqual([]);
    expect(draftChanges([{ ...stations, entered: 5 }], typed(stations, "5")).changes).toEqual([]);
    expect(draftChanges([stations], typed(stations, null)).changes).toEqual([]);
  });

  it("becomes changes in words", () => {
    const [up] = draftChanges([stations], typed(stations, "500")).changes;
    expect(up).toMatchObject({ change: { path: ["stations"], value: 500 }, words: "400 to 500" });
    const [back] = draftChanges([{ ...stations, entered: 5 }], typed(stations, null)).changes;
    expect(back).toMatchObject({ change: { path: ["stations"] }, words: "5 back to the default, 400" });
    expect(back?.change).not.toHaveProperty("value");
  });

  it("names what cannot be read, at its field", () => {
    const { changes, wrong } = draftChanges([stations], typed(stations, "many"));
    expect(changes).toEqual([]);
    expect(issueOf(stations, wrong)).toContain("number");
    expect(issueOf(field({ path: ["box"] }), [{ path: ["box", "0"], message: "no" }])).toBe("no");
    expect(issueOf(field({ path: ["boxes"] }), [{ path: ["box"], message: "no" }])).toBeUndefined();
  });

  it("never tells a secret", () => {
    const secret = field({ kind: "secret", secret: "unset" });
    const [set] = draftChanges([secret], typed(secret, "s3cret")).changes;
    expect(set).toMatchObject({ change: { value: "s3cret" }, words: "set" });
    const [gone] = draftChanges([{ ...secret, secret: "lost" }], typed(secret, null)).changes;
    expect(gone?.words).toBe("removed");
    expect(draftChanges([secret], typed(secret, "")).changes).toEqual([]);
  });
});
