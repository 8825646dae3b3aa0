import { expect, it } from "vitest";
import { DAY } from "../server/observation/time";
import { scheduleArgument } from "./cli-arguments";

it("a schedule's times are of one length", () => {
  expect(scheduleArgument("P30D")).toBe(30 * DAY);
  expect(scheduleArgument("P2W")).toBe(14 * DAY);
  for (const text of ["P1M", "P1Y", "P1Y2M3D"])
    expect(() => scheduleArgument(text)).toThrow("months and years differ in length");
});
