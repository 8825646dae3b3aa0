import { expect, it } from "vitest";
import { DISK_FULL, errorText, Transient } from "../../errors";
import { classified } from "./database";

const driver = (originalCode: string) =>
  Object.assign(new Error("Raw query failed"), {
    code: "P2010",
    meta: { driverAdapterError: { cause: { originalCode } } },
  });

it.each<[string, unknown, boolean, string]>([
  ["a full disk", driver("53100"), false, DISK_FULL],
  ["recovery after a full disk", driver("57P03"), true, DISK_FULL],
  ["a refused connection on a full disk", new Error("connect ECONNREFUSED 127.0.0.1"), true, DISK_FULL],
  ["recovery", driver("57P03"), false, "PostgreSQL did not answer; it is tried again"],
])("says of %s what to do, and that it is tried again", (_name, error, full, words) => {
  const told = classified(error, () => full);
  expect(told).toBeInstanceOf(Transient);
  expect(errorText(told)).toBe(words);
});

it("leaves other errors what they are, on a full disk too", () => {
  const error = driver("42601");
  expect(classified(error, () => true)).toBe(error);
});
