import type { TRPC_ERROR_CODE_KEY } from "@trpc/server";
import type { IonbeamError } from "../errors";

type Code = IonbeamError["code"];

/** The one map from an error's class to what the API answers. */
const TRPC_CODES: Readonly<Record<Code, TRPC_ERROR_CODE_KEY>> = {
  invalid: "BAD_REQUEST",
  "not-found": "NOT_FOUND",
  conflict: "CONFLICT",
  denied: "FORBIDDEN",
  transient: "SERVICE_UNAVAILABLE",
};

const HTTP_STATUS: Readonly<Record<Code, number>> = {
  invalid: 400,
  "not-found": 404,
  conflict: 409,
  denied: 403,
  transient: 503,
};

/**
 * The class of an error of ours by its `code`. Not by `instanceof`: Next bundles each route apart, so there are several copies of a class.
 * @returns undefined for an error that is not ours
 */
export function errorClass(error: unknown): Code | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("retry" in error)) return undefined;
  return isCode(error.code) ? error.code : undefined;
}

function isCode(code: unknown): code is Code {
  return typeof code === "string" && Object.hasOwn(TRPC_CODES, code);
}

export function trpcCode(error: unknown): TRPC_ERROR_CODE_KEY {
  const code = errorClass(error);
  return code === undefined ? "INTERNAL_SERVER_ERROR" : TRPC_CODES[code];
}

export function httpStatus(error: unknown): number {
  const code = errorClass(error);
  return code === undefined ? 500 : HTTP_STATUS[code];
}
