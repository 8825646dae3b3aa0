/** The address of a run's page. */
export function runHref(run: { readonly source: string; readonly id: string }): string {
  return `/sources/${encodeURIComponent(run.source)}/runs/${run.id}`;
}
