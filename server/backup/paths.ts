/** Rewrites texts in which a file store's absolute paths stand, when the store has moved. */
export interface Moved {
  /** A JSON text: values that begin with a path of the old store begin with the new one's. */
  json(line: string): string;
  /** Any other text. */
  text(text: string): string;
  /** A symbolic link's target. */
  link(target: string): string;
}

/** @param from the store's root as it was. @param to as it is now. Both absolute, without a slash at their end */
export function moved(from: string, to: string): Moved {
  if (from === to) return { json: (line) => line, text: (text) => text, link: (target) => target };
  // Whole values only: a sentence in which a path stands says what was.
  const quoted = (root: string) => `"${JSON.stringify(`${root}/`).slice(1, -1)}`;
  const [old, now] = [quoted(from), quoted(to)];
  const plain = (text: string) => text.split(`${from}/`).join(`${to}/`);
  return {
    json: (line) => line.split(old).join(now),
    text: plain,
    link: (target) => (target.startsWith(`${from}/`) ? `${to}${target.slice(from.length)}` : target),
  };
}
