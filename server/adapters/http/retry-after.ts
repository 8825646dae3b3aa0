import { type Micros, SECOND } from "../../observation/time";

/**
 * Reads a Retry-After header (RFC 9110 10.2.3): whole seconds or an HTTP date.
 * @returns milliseconds from `now`, never negative; undefined when there is none or it cannot be read.
 */
export function retryAfterMs(header: string | null, now: Micros): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Math.floor((now / SECOND) * 1000));
}
