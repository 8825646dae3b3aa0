// Pictures of every page: npm run screenshots -- <folder> [--only home,map] [--guide] [--address http://127.0.0.1:3000]
// Wide and narrow, light and dark, full, empty and failing, of the made-up line of e2e/fixtures, which it serves itself. With an address of a
// running Ionbeam, of that one as it is. With --guide only the pictures of docs/guide.md, small and of the page's beginning.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { launchOptions } from "../e2e/browser.ts";
import { GUIDE, PAGES } from "./pages-to-picture.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PATIENCE_MS = 30_000;
/** A picture is no longer than this; what lies below it is cut off. */
const TALLEST = 6_000;
const SIZES = { wide: 1440, narrow: 390 };
const GUIDE_SIZE = { width: 1200, height: 900 };
const SCHEMES = ["light", "dark"];

function refuse(sentence) {
  console.error(sentence);
  process.exit(2);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" }, address: { type: "string" }, guide: { type: "boolean" } },
});
const [folder] = positionals;
if (folder === undefined) refuse("Give the folder for the pictures: npm run screenshots -- <folder>");
const names = values.only?.split(",") ?? (values.guide ? GUIDE : Object.keys(PAGES));
const unknown = names.filter((name) => !(name in PAGES));
if (unknown.length > 0) refuse(`--only ${unknown.join(",")}: there are ${Object.keys(PAGES).join(", ")}.`);
mkdirSync(folder, { recursive: true });

function runToEnd(script) {
  return new Promise((resolve) => {
    spawn(process.execPath, [path.join(ROOT, script)], { stdio: "inherit" }).once("exit", resolve);
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Serves the made-up line; it ends with us. */
async function serveSample() {
  if ((await runToEnd("scripts/build.mjs")) !== 0) refuse("The pages could not be built.");
  const guard = new URL(`./end-with-parent.mjs?${process.pid}`, import.meta.url).href;
  const server = path.join(ROOT, "e2e", "fixtures", "serve-sample.ts");
  const child = spawn(
    process.execPath,
    ["--import", guard, "--import", "tsx", server, String(await freePort())],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
      // Thousands of points make a picture of many kilobytes.
      env: { ...process.env, ...(values.guide ? { SAMPLE_STATIONS: "300" } : {}) },
    },
  );
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the made-up line ended with ${code}`)));
    child.stdout.on("data", (bytes) => {
      const address = /http:\/\/\S+/.exec(bytes.toString())?.[0];
      if (address) resolve({ address, stop: () => child.kill("SIGTERM") });
    });
  });
}

const sample = values.address === undefined ? await serveSample() : undefined;
const address = sample?.address ?? values.address;
const browser = await chromium.launch(launchOptions());
let taken = 0;
const wrong = [];

/** The address of a page; null where no link leads there. */
async function routeOf(page) {
  if (typeof page === "string") return page;
  const looking = await browser.newPage();
  await looking.goto(`${address}${page.on}`);
  const href = await looking
    .locator(page.link)
    .first()
    .getAttribute("href", { timeout: PATIENCE_MS })
    .catch(() => null);
  await looking.close();
  return href;
}

/** Nothing is drawn in the shape of what comes any more. */
function filled(page) {
  return page.waitForFunction(() => document.querySelector("main .skeleton") === null, undefined, {
    timeout: PATIENCE_MS,
  });
}

async function settle(page, route) {
  await filled(page);
  if (route.startsWith("/map")) {
    // A line without data has no legend.
    const legend = page.getByRole("figure", { name: "Legend" });
    const nothing = page.getByText(/^No datasets yet|does not answer|did not answer/);
    await legend.or(nothing).first().waitFor({ timeout: PATIENCE_MS });
  }
  await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
  // What was there first may have asked for more.
  await filled(page);
  await page.evaluate(() => document.fonts.ready);
}

/** @param file without its ending @param tallest px */
async function shoot(file, route, width, scheme, tallest = TALLEST) {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  try {
    await page.goto(`${address}${route}`);
    await settle(page, route);
    // As tall as the page: what sticks to the window's edges would lie over the middle of a longer picture.
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(Math.max(tall, 900), tallest) });
    await page.waitForLoadState("networkidle", { timeout: 2_000 }).catch(() => undefined);
    await page.screenshot({ path: path.join(folder, `${file}.png`) });
    taken += 1;
    console.log(`${file}.png  ${route}`);
  } catch (error) {
    wrong.push(`${file}: ${error.message.split("\n")[0]}`);
  } finally {
    await page.close();
  }
}

async function everyLook(name, route) {
  for (const [size, width] of Object.entries(SIZES))
    for (const scheme of SCHEMES) await shoot(`${name}-${size}-${scheme}`, route, width, scheme);
}

try {
  const routes = new Map();
  for (const name of names) routes.set(name, await routeOf(PAGES[name]));
  for (const [name, route] of routes) {
    if (route === null) wrong.push(`${name}: no link leads there`);
    else if (values.guide) await shoot(name, route, GUIDE_SIZE.width, "light", GUIDE_SIZE.height);
    else await everyLook(name, route);
  }
  if (sample && !values.guide) {
    for (const mood of ["empty", "away"]) {
      await fetch(`${address}/mood/${mood}`, { method: "POST" });
      for (const [name, route] of routes)
        if (route !== null) {
          await shoot(`${name}-${mood}-wide-light`, route, SIZES.wide, "light");
          await shoot(`${name}-${mood}-narrow-dark`, route, SIZES.narrow, "dark");
        }
    }
  }
} finally {
  await browser.close();
  sample?.stop();
}
console.log(`${taken} pictures in ${path.resolve(folder)}`);
for (const each of wrong) console.error(`✗ ${each}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
