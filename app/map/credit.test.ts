import { expect, it } from "vitest";
import { creditOf } from "./credit";

it.each([
  ["Contains information from X (ODbL).", "ODbL 1.0", "Contains information from X (ODbL). ODbL 1.0."],
  ["", "CC0", "off. CC0."],
  ["", "", "off."],
  ["DWD", "", "DWD."],
  ["X e.V.", "CC BY", "X e.V. CC BY."],
])("%j, %j", (attribution, licence, expected) =>
  expect(creditOf({ name: "off", attribution, licence })).toBe(expected),
);
