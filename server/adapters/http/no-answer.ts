import { errorText } from "../../errors";

const AGAIN = "it is asked again by itself";
const CHECK = `${AGAIN}: check that the address in the source's settings (base_url) is right and that the service runs`;
const NETWORK = `${AGAIN}: check that this machine has a way to it, and base_url in the source's settings`;

/** What system calls, TLS and undici call it, and what a person may do. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: `does not answer (connection refused); ${CHECK}`,
  ENOTFOUND: `does not answer (no such host); ${CHECK}`,
  EAI_AGAIN: `does not answer (its name cannot be looked up now); ${NETWORK}`,
  EHOSTUNREACH: `does not answer (no way to the host); ${NETWORK}`,
  ENETUNREACH: `does not answer (no way to its network); ${NETWORK}`,
  ETIMEDOUT: `does not answer (no connection in time); ${NETWORK}`,
  UND_ERR_CONNECT_TIMEOUT: `does not answer (no connection in time); ${NETWORK}`,
  ECONNRESET: `broke the connection off; ${AGAIN}`,
  EPIPE: `broke the connection off; ${AGAIN}`,
  UND_ERR_SOCKET: `broke the connection off; ${AGAIN}`,
};

/**
 * Why a request was not answered, to stand behind its name. `fetch failed` says nothing; its cause does, and of one that is known, what to do is said too.
 * @param url kept out of the words: a key may stand in it
 */
export function noAnswer(error: unknown, url: string): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause);
  const known = code === undefined ? undefined : WORDS[code];
  if (known !== undefined) return ` ${known}`;
  const reason = cause === undefined ? errorText(error) : `${errorText(error)}: ${errorText(cause)}`;
  return `: ${reason.replaceAll(url, "the address")}`;
}

function codeOf(cause: unknown): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}
