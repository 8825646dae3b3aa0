import { describe, expect, it } from "vitest";
import { Conflict, Denied, Invalid, NotFound, Transient } from "../errors";
import { errorClass, httpStatus, trpcCode } from "./error-map";

describe("error map", () => {
  it.each([
    [new Invalid("x"), "BAD_REQUEST", 400],
    [new NotFound("x"), "NOT_FOUND", 404],
    [new Conflict("x"), "CONFLICT", 409],
    [new Denied("x"), "FORBIDDEN", 403],
    [new Transient("x"), "SERVICE_UNAVAILABLE", 503],
    [new Error("x"), "INTERNAL_SERVER_ERROR", 500],
    // A driver's error has a code too, and is not ours.
    [Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "INTERNAL_SERVER_ERROR", 500],
    ["x", "INTERNAL_SERVER_ERROR", 500],
  ])("%s", (error, code, status) => {
    expect(trpcCode(error)).toBe(code);
    expect(httpStatus(error)).toBe(status);
  });

  it("knows the class of another copy of the module", () => {
    class NotFoundOfAnotherBundle extends Error {
      readonly retry = false;
      readonly code = "not-found";
    }
    expect(errorClass(new NotFoundOfAnotherBundle("x"))).toBe("not-found");
  });
});
