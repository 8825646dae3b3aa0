/** The names that always mean this machine. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Listening on these means every address; they are no names to be called by. */
const WILDCARDS = ["0.0.0.0", "::"];
/** RFC 9110, 9.2.1: safe methods change nothing. */
const SAFE = ["GET", "HEAD", "OPTIONS"];

export type Knock = {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site. */
  readonly site: string | undefined;
};

/** The host names that requests may be addressed to, lower case, IPv6 in brackets. */
export function knownHosts(listening: string, configured: readonly string[]): Set<string> {
  const names = [...configured, ...(WILDCARDS.includes(listening) ? [] : [listening])];
  return new Set(
    [
      ...LOOPBACK,
      ...names.map((name) => (name.includes(":") && !name.startsWith("[") ? `[${name}]` : name)),
    ].map((name) => name.toLowerCase()),
  );
}

/**
 * Whether a request is refused, and why. A foreign Host is a page that made its own name point at this machine (DNS
 * rebinding); a foreign Origin is another site's page that sends a form or a fetch here.
 * @returns the sentence of the refusal, undefined when it may pass.
 */
export function refuse(
  { method, host, origin, site }: Knock,
  known: ReadonlySet<string>,
): string | undefined {
  const name = hostName(host);
  if (name === undefined) return "The request has no valid Host.";
  if (!known.has(name)) {
    return `Ionbeam is not known as ${name}: open it by 127.0.0.1, or add the name to IONBEAM_ALLOWED_HOSTS.`;
  }
  if (SAFE.includes(method)) return undefined;
  if (origin === undefined) {
    const own = site === undefined || site === "same-origin" || site === "none";
    return own
      ? undefined
      : "Changes are taken from Ionbeam's own pages only, and this request comes from another site.";
  }
  const same = [`http://${host}`, `https://${host}`].includes(origin.toLowerCase());
  return same ? undefined : `Changes are taken from Ionbeam's own pages only, not from ${origin}.`;
}

/** The name in a Host header (RFC 9110, 7.2), without the port. */
function hostName(host: string | undefined): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(host ?? "");
  return match?.[1]?.toLowerCase();
}
