import { isSealed } from "./ports/secret-box";

/** Last words of the names of things that are known to nobody but their owner. */
const SECRET =
  /(^|_)(password|passwd|passphrase|secret|token|apikey|api_key|private_key|access_key|credentials?)$/;

/** Whether a key of a configuration names a secret: `password`, `client_secret`, `influxdbToken`; not `token_endpoint`. */
export function isSecretName(key: string): boolean {
  return SECRET.test(
    key
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .replaceAll("-", "_")
      .toLowerCase(),
  );
}

/** Whether a text is a URL that carries a password, as `amqp://user:password@host` does. */
export function holdsPassword(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]*:[^/?#@\s]+@/i.test(text);
}

/** Whether a setting is secret as a whole: by its name, by a password in its URL, or for a list by one of its items. */
export function isSecretSetting(key: string, value: unknown): boolean {
  if (isSecretName(key)) return true;
  if (typeof value === "string") return holdsPassword(value);
  return Array.isArray(value) && value.some(holdsSecret);
}

/** Whether there is a secret in a value, at whatever depth. */
export function holdsSecret(value: unknown): boolean {
  if (isSealed(value)) return true;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.entries(value).some(([key, inner]) => isSecretSetting(key, inner) || holdsSecret(inner));
  return isSecretSetting("", value);
}

/** A configuration without what is secret in it, which then says so. */
export function withoutSecrets(value: unknown): unknown {
  if (isSealed(value)) return SECRET_TEXT;
  if (typeof value === "string") return holdsPassword(value) ? SECRET_TEXT : value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretName(key) ? SECRET_TEXT : withoutSecrets(inner),
    ]),
  );
}

/** Stands where a secret is. */
export const SECRET_TEXT = "(secret)";
