// Pictures of every page: node --import tsx scripts/screenshots.mjs <folder> [address of a running Ionbeam]
// Wide and narrow, light and dark. With the sample server (e2e/fixtures/serve-sample.ts) also empty and failing.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { launchOptions } from "../e2e/browser.ts";

const [folder, address = "http://127.0.0.1:3000", only] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Give the folder for the pictures.");
  process.exit(1);
}
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch(launchOptions());
const isSample = await fetch(`${address}/mood/busy`, { method: "POST" }).then(
  async (response) => (await response.text()).trim() === "busy",
  () => false,
);

/** The address of the first link that matches, read off a page. */
async function firstLink(from, selector) {
  const page = await browser.newPage();
  await page.goto(`${address}${from}`);
  const link = page.locator(selector).first();
  const href = await link.getAttribute("href", { timeout: 15_000 }).catch(() => null);
  await page.close();
  return href;
}

const pages = {
  home: "/",
  sources: "/sources",
  source: await firstLink("/sources", 'main a[href^="/sources/"]:not([href$="/new"])'),
  "source-new": "/sources/new",
  run: await firstLink("/sources/ioncannon", 'main a[href*="/runs/"]'),
  ingests: "/ingests",
  windows: "/windows",
  window:
    (await firstLink("/windows?state=incomplete", 'main a[href^="/windows/"]')) ??
    (await firstLink("/windows?state=built", 'main a[href^="/windows/"]')),
  datasets: "/datasets",
  dataset: await firstLink("/datasets", 'main a[href^="/datasets/"]'),
  projections: "/projections",
  projection: await firstLink("/projections", 'main a[href^="/projections/"]'),
  map: "/map",
  "dead-letters": "/dead-letters",
  letter: await firstLink("/dead-letters", 'main a[href^="/dead-letters/"]'),
  audit: "/audit",
  operations: "/operations",
  settings: "/settings",
  reprocess: "/reprocess",
  "reprocess-new": "/reprocess/new?which=all&in=ioncannon,2026-03-01T00:00:00Z,2026-03-08T00:00:00Z",
  "reprocess-one": await firstLink("/reprocess", 'main a[href^="/reprocess/"]:not([href$="new"])'),
};

async function shoot(name, route, { width, scheme }) {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  await page.goto(`${address}${route}`);
  await page.waitForFunction(() => document.querySelector("main .skeleton") === null, undefined, {
    timeout: 15_000,
  });
  if (route === "/map") {
    // A line without data has no legend.
    const legend = page.getByRole("figure", { name: "Legend" });
    const nothing = page.getByText(/^No datasets yet|^The line does not answer/);
    await legend.or(nothing).first().waitFor({ timeout: 15_000 });
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
  }
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  await page.close();
}

for (const [name, route] of Object.entries(pages)) {
  if (route === null || (only !== undefined && !only.split(",").includes(name))) continue;
  await shoot(`${name}-wide-light`, route, { width: 1440, scheme: "light" });
  await shoot(`${name}-wide-dark`, route, { width: 1440, scheme: "dark" });
  await shoot(`${name}-narrow-light`, route, { width: 390, scheme: "light" });
}
if (isSample && only === undefined) {
  for (const mood of ["empty", "away"]) {
    await fetch(`${address}/mood/${mood}`, { method: "POST" });
    for (const name of ["home", "windows", "sources", "map", "reprocess", "dead-letters", "audit"])
      await shoot(`${name}-${mood}`, pages[name], { width: 1440, scheme: "light" });
  }
  await fetch(`${address}/mood/busy`, { method: "POST" });
}
await browser.close();
