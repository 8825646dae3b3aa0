import { isDayFile, stemOf } from "./file-name";

/** What a listing said: its day files by name, or why the page cannot be believed. */
export type Listing = { readonly names: readonly string[] } | { readonly problem: string };

/**
 * Reads a page of Apache's mod_autoindex. Only links to `.csv` and `.csv.gz` directly inside the folder count: sort links (`?C=N;O=D`), the parent and
 * other files do not. A page that is empty, no index, or cut off is a problem, never an empty day.
 * @param folder address of the folder, with its last slash.
 */
export function parseListing(html: string, folder: string): Listing {
  if (html.trim() === "") return { problem: "the listing is empty" };
  if (!/<(title|h1)>\s*Index of /i.test(html))
    return { problem: `the listing is not an index page: "${quotable(firstLine(html))}"` };
  if (!/<\/(html|body|table|pre)>\s*(?:<[^>]*>[^<]*)*$/i.test(html.slice(-400)))
    return { problem: "the listing is cut off" };
  const byStem = new Map<string, string>();
  for (const match of html.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)) {
    const name = nameIn(folder, match[1] ?? match[2] ?? "");
    if (name === undefined || !isDayFile(name)) continue;
    // While a year is being compressed both forms may stand there: the plain one is the file, the other its copy.
    const stem = stemOf(name);
    if (!byStem.has(stem) || !name.endsWith(".gz")) byStem.set(stem, name);
  }
  return {
    names: [...byStem].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name),
  };
}

function nameIn(folder: string, href: string): string | undefined {
  const link = href.replaceAll("&amp;", "&");
  if (!URL.canParse(link, folder)) return undefined;
  const address = new URL(link, folder);
  const base = new URL(folder);
  if (address.search !== "" || !address.pathname.startsWith(base.pathname)) return undefined;
  const name = decoded(address.pathname.slice(base.pathname.length));
  return name === undefined || name === "" || /[/\\\0]/.test(name) ? undefined : name;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** As Windows, Unix and the old Mac end a line. */
export const LINE_END = /\r\n|\n|\r/;

/** The first line with something in it, whole. */
export function firstLine(text: string): string {
  const line = text.split(LINE_END).find((each) => each.trim() !== "") ?? "";
  return line.trim();
}

/** A line of somebody else's, short and printable enough for a sentence. */
export function quotable(line: string): string {
  return line.slice(0, 120).replaceAll(/\p{Cc}/gu, "\uFFFD");
}
