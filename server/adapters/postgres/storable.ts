/** A sentence for a screen is far shorter; what is longer is a page or a file that came along in it. */
const LONGEST_TEXT = 2_000;

/**
 * A text from outside as PostgreSQL takes it: neither its text nor its JSON has NUL, and its JSON no half of a surrogate pair (a sentence that was cut
 * in the middle of one); both become U+FFFD. A text of more than 2,000 characters is cut, with an ellipsis.
 */
export function storable(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
  return short.replaceAll(/[\0\p{Surrogate}]/gu, "\uFFFD");
}
