/** So long that no address needs it, so short that no service refuses the header. */
const LONGEST = 200;

/**
 * Why a text cannot be told to the operators of archives as the address to write to; undefined when it can.
 * It stands in a comment of the User-Agent header, so it may hold printable ASCII without brackets and spaces (RFC 9110 5.6.5, 10.1.5).
 */
export function contactProblem(contact: string): string | undefined {
  if (contact.length > LONGEST)
    return `is too long for a contact (${contact.length} characters); give at most ${LONGEST}`;
  if (!/^[\x21-\x7e]+$/.test(contact) || /[()\\]/.test(contact))
    return "cannot be sent as a contact; give an e-mail address or a URL, without spaces, brackets, line breaks or accents";
  if (!/^[^@]+@[^@]+$|^https?:\/\/./.test(contact))
    return "is not a contact; give an e-mail address or a URL that begins with https://";
  return undefined;
}
