import { expect, it } from "vitest";
import { notBuilt } from "./request-build";

it("a window that was collected and is not built says both", () => {
  expect(notBuilt("collecting until 16:00 UTC", true)).toBe(
    "collected, and not built yet: collecting until 16:00 UTC",
  );
  expect(notBuilt("collecting until 16:00 UTC", false)).toBe("collecting until 16:00 UTC");
});
