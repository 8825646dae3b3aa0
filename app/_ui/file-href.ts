/** The address under which a file of the store is downloaded. */
export function fileHref(key: string): string {
  return `/api/files/${key.split("/").map(encodeURIComponent).join("/")}`;
}
