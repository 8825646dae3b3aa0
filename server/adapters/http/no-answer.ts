import { errorText } from "../../errors";
import type { Check } from "../../health/model";
import { checkOfCode, codeOf } from "./check-of-code";

/** What system calls, TLS and undici call it. What a person may do follows from the check. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "does not answer (connection refused)",
  ENOTFOUND: "does not answer (no such host)",
  EAI_AGAIN: "does not answer (its name cannot be looked up now)",
  EHOSTUNREACH: "does not answer (no way to the host)",
  ENETUNREACH: "does not answer (no way to its network)",
  ETIMEDOUT: "does not answer (no connection in time)",
  UND_ERR_CONNECT_TIMEOUT: "does not answer (no connection in time)",
  ECONNRESET: "broke the connection off",
  EPIPE: "broke the connection off",
  UND_ERR_SOCKET: "broke the connection off",
};

/** `fetch` does not tell how far a request came: one that was broken off without more had its connection, and got no answer. */
const BROKEN_OFF = /^(ECONNRESET|EPIPE|UND_ERR_)/;

/**
 * Why a request was not answered, to stand behind its name. `fetch failed` says nothing; its cause does.
 * @param url kept out of the words: a key may stand in it
 */
export function noAnswer(error: unknown, url: string): string {
  const cause = causeOf(error);
  const code = codeOf(cause);
  const known = code === undefined ? undefined : WORDS[code];
  if (known !== undefined) return ` ${known}`;
  const reason = cause === undefined ? errorText(error) : `${errorText(error)}: ${errorText(cause)}`;
  return `: ${reason.replaceAll(url, "the address")}`;
}

/**
 * The check that a request without an answer fails.
 * @param url where it went; `fetch` asks nobody where a user name or password stands in it, and says so without a code
 */
export function checkOfNoAnswer(error: unknown, url: string): Check | undefined {
  const code = codeOf(causeOf(error));
  if (code === undefined) return hasCredentials(url) ? "authentication" : undefined;
  return checkOfCode(code) ?? (BROKEN_OFF.test(code) ? "protocol" : undefined);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== "" || password !== "";
}
