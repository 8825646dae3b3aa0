import { expect, it } from "vitest";
import type { ConfiguredField } from "../../server/configuration/model";
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

it("names what another save changed", () => {
  const now = [
    field(["name"], "Name", { entered: "b" }),
    FIELDS[1] as ConfiguredField,
    field(["box", "max_lon"], "East", { group, secret: "set" }),
  ];
  expect(changedSince(FIELDS, now)).toEqual(["Name", "Bounds, East"]);
  expect(changedSince(FIELDS, FIELDS)).toEqual([]);
});
