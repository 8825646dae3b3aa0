import { formatInstant, type Micros } from "../../server/observation/time";

/** The address of a window's page. */
export function windowHref(window: { readonly dataset: string; readonly start: Micros }): string {
  return `/windows/${encodeURIComponent(window.dataset)}/${formatInstant(window.start)}`;
}

/** The address of a dataset's windows that share an instant with [start, end). */
export function windowsHref(dataset: string, { start, end }: { start: Micros; end: Micros }): string {
  return `/windows?${new URLSearchParams({ dataset, from: formatInstant(start), to: formatInstant(end) })}`;
}
