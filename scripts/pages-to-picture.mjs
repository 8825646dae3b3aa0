// Pages of which `npm run screenshots` takes pictures, by name: an address, or the first link that matches on a page. A new page is one line.
export const PAGES = {
  home: "/",
  sources: "/sources",
  source: { on: "/sources", link: 'main a[href^="/sources/"]' },
  ingests: "/ingests",
  windows: "/windows",
  "windows-month": "/windows?last=P30D",
  window: { on: "/windows?state=incomplete", link: 'main a[href^="/windows/"]' },
  "window-failed": { on: "/windows?state=failed", link: 'main a[href^="/windows/"]' },
  "window-waiting": { on: "/windows?state=waiting", link: 'main a[href^="/windows/"]' },
  datasets: "/datasets",
  dataset: { on: "/datasets", link: 'main a[href^="/datasets/"]' },
  projections: "/projections",
  projection: { on: "/projections", link: 'main a[href^="/projections/"]' },
  map: "/map",
  reprocess: "/reprocess",
  "reprocess-new": "/reprocess/new?which=all&in=ioncannon,2026-03-01T00:00:00Z,2026-03-08T00:00:00Z",
  "reprocess-one": { on: "/reprocess", link: 'main a[href^="/reprocess/"]:not([href$="new"])' },
  "dead-letters": "/dead-letters",
  letter: { on: "/dead-letters", link: 'main a[href^="/dead-letters/"]' },
  audit: "/audit",
  "not-found": "/no-such-page",
};

/** Those that docs/guide.md and README.md show. */
export const GUIDE = [
  "home",
  "source",
  "windows-month",
  "window",
  "window-waiting",
  "dataset",
  "map",
  "reprocess-new",
  "reprocess-one",
  "dead-letters",
  "audit",
];
