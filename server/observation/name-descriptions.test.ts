import { expect, it } from "vitest";
import { DESCRIBED_NAMES, nameDescription, officialEntry } from "./name-descriptions";
import { resolveStandardName } from "./standard-name";

it.each(DESCRIBED_NAMES)("%s is a current name of CF's table", (name) => {
  expect(resolveStandardName(name).kind).toBe("current");
});

it("a modifier is not part of the name that is described and linked", () => {
  expect(nameDescription("air_temperature standard_error")).toBe(nameDescription("air_temperature"));
  expect(officialEntry("air_temperature standard_error")).toMatch(/table\.html#air_temperature$/);
  expect(nameDescription("age_of_sea_ice")).toBeUndefined();
});
