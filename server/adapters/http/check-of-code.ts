import type { Check } from "../../health/model";

/** Codes of the system, of TLS and of HTTP's parser that say which check failed, whatever was under way. */
const TELLING: readonly (readonly [RegExp, Check])[] = [
  [/^(ENOTFOUND|EAI_)/, "name resolution"],
  [
    /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|^UNABLE_TO_|^SELF_SIGNED|^DEPTH_ZERO|^INVALID_CA|^HOSTNAME_MISMATCH/,
    "TLS",
  ],
  [/^HPE_/, "protocol"],
  [
    /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    "connection",
  ],
];

/** The check that a request's error fails by its code; undefined where the code does not tell. */
export function checkOfCode(code: string | undefined): Check | undefined {
  return code === undefined ? undefined : TELLING.find(([codes]) => codes.test(code))?.[1];
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
