import { formatInstant, type Micros } from "../../server/observation/time";

/** The address of a window's page. */
export function windowHref(window: { readonly dataset: string; readonly start: Micros }): string {
  return `/windows/${encodeURIComponent(window.dataset)}/${formatInstant(window.start)}`;
}
