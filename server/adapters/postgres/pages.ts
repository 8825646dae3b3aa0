import type { Page } from "../../ports/views";

/** A cursor `<µs>|<key>`: what lies behind this item in a list by time, then key. Nulls for the first page. */
export function timeCursor(cursor: string | undefined): [number | null, string | null] {
  const [time, key] = cursor?.split("|") ?? [];
  return time === undefined || key === undefined ? [null, null] : [Number(time), key];
}

/** One page out of rows of which one more was read than it holds. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  cursor: (item: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? cursor(last) : undefined };
}
