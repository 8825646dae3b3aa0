/** A link as it was clicked. */
export interface ClickedLink {
  readonly href: string;
  readonly target: string;
  readonly download: boolean;
}

/** With these a browser opens a link elsewhere, and the page stays. */
export interface ClickKeys {
  readonly button: number;
  readonly metaKey: boolean;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether one address shows another page of the app than the other: another view or another place of the same page is no other page. */
export function isOtherPage(to: string, here: string): boolean {
  const [there, now] = [new URL(to, here), new URL(here)];
  return there.origin === now.origin && there.pathname !== now.pathname;
}

/**
 * Whether a click on a link takes this page away for another one of the app. Links out of the app are not meant: the browser itself asks when a page is unloaded.
 * What lies below /api is downloaded.
 */
export function leavesPage(link: ClickedLink, keys: ClickKeys, here: string): boolean {
  if (keys.button !== 0 || keys.metaKey || keys.ctrlKey || keys.shiftKey || keys.altKey) return false;
  if (link.download || (link.target !== "" && link.target !== "_self")) return false;
  return isOtherPage(link.href, here) && !new URL(link.href, here).pathname.startsWith("/api/");
}
