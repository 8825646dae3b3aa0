/** The address of a source's page. */
export function sourceHref(name: string): string {
  return `/sources/${encodeURIComponent(name)}`;
}
