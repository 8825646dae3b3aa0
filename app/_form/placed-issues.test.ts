import { describe, expect, it } from "vitest";
import type { ConfiguredField } from "../../server/configuration/model";
import { keyOf } from "./draft";
import { changedSince, placedIssues } from "./placed-issues";

const field = (path: string[], title: string, more: Partial<ConfiguredField> = {}): ConfiguredField => ({
  path,
  title,
  kind: "text",
  required: false,
  ...more,
});
const group = { title: "Bounds" };
const FIELDS = [
  field(["name"], "Name"),
  field(["box", "min_lon"], "West", { group }),
  field(["box", "max_lon"], "East", { group }),
];

it.each([
  [["box", "max_lon"], ["box", "max_lon"], "Bounds, East"],
  [["name", "0"], ["name"], "Name"],
  [["box"], ["box", "min_lon"], "Bounds"],
  [["other", "key"], ["other", "key"], "other.key"],
])("an issue of %j stands at %j as %s", (path, at, label) => {
  expect(placedIssues(FIELDS, [{ path, message: "no" }])).toEqual([{ path: at, message: "no", label }]);
});

describe("what another save changed", () => {
  const stations = field(["stations"], "Stations", { kind: "integer", default: 400 });
  const key = field(["box", "key"], "Key", { group, kind: "secret", secret: "unset" });
  const stood = [...FIELDS, stations, key];
  const now = [
    field(["name"], "Name", { entered: "b" }),
    ...FIELDS.slice(1),
    { ...stations, entered: 77 },
    { ...key, secret: "set" as const },
  ];

  it("is named with what holds now, what held then, and what is typed", () => {
    const draft = { [keyOf(stations)]: "88", [keyOf(key)]: "never shown" };
    const said = changedSince(stood, now, draft);
    expect(said).toEqual([
      "Name: b now, nothing when you began",
      "Stations: 77 now, 400 when you began; yours 88",
      "Bounds, Key: set now, not set when you began; you enter another",
    ]);
  });

  it("is nothing where nothing differs", () => expect(changedSince(stood, stood, {})).toEqual([]));
});
