/**
 * `node --import tsx bench/grid.ts <windows>`: the grid of windows over a year of hourly windows of 20 datasets, in a browser on the built
 * product: scrolls through the year and zooms from the year to an hour and back, and tells the longest task of the main thread; and how long the
 * database takes. Prints JSON.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import { launchOptions } from "../e2e/browser";
import startProduct from "../e2e/start-product";
import { PostgresCatalog } from "../server/adapters/postgres/catalog";
import { Database } from "../server/adapters/postgres/database";
import { connectionString } from "../server/adapters/postgres/embedded/start";
import { WindowGrid } from "../server/adapters/postgres/window-grid";
import { DAY, HOUR } from "../server/observation/time";
import { datasetFor } from "../server/ports/testing";
import { unpackRun } from "../server/window/grid/model";
import { longestTask, taskFigure } from "./main-thread";
import type { Figure, Finding } from "./measurement";

const DATASETS = Array.from({ length: 20 }, (_, i) => `network${String(i).padStart(2, "0")}`);
/** Twenty rows are in sight; the first is IonCannon's, which has no windows where the drag goes. */
const IN_SIGHT = 19;
const QUERY_MS = 1000;

async function measure(windows: number): Promise<Finding> {
  // What it prints is not the result.
  const builder = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [builder], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the pages could not be built");
  const stop = await startProduct();
  const database = connectionString(process.env.IONBEAM_E2E_DATA ?? "");
  if (database === undefined) throw new Error("the product's database does not run");
  const db = new Database(database, { connections: 2 });
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-bench-grid-"));
  try {
    const now = Math.floor((Date.now() * 1000) / HOUR) * HOUR;
    const hours = Math.ceil(windows / DATASETS.length);
    await addWindows(db, now - hours * HOUR, hours);
    const query = await queryTimes(db, now, hours);
    const page = await inBrowser(folder, process.env.IONBEAM_E2E_ADDRESS ?? "");
    return {
      figures: [...page.figures, ...query.figures],
      checks: { ...query.checks, ...page.checks },
    };
  } finally {
    await db.close();
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Mostly built, with faults here and there; the last dataset changes its state with every hour, which is the worst that can be drawn. */
async function addWindows(db: Database, start: number, hours: number): Promise<void> {
  const catalog = new PostgresCatalog(db);
  await db.run(async (tx) => {
    for (const name of DATASETS) await catalog.ensureDataset(tx, datasetFor(name));
  });
  for (const [place, name] of DATASETS.entries()) {
    await db.execute(
      undefined,
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, built_hash, output, last_revision, coverage_share, complete, gaps,
         need, state, stale, reason, deliveries, rows)
       SELECT $1, s, s + ${HOUR}, 'PT1H', 'h', 'h', 'revision', 1, 1, true, '[]', 'none',
         CASE WHEN $4 THEN (ARRAY['built', 'failed', 'incomplete', 'waiting', 'empty', 'too-late'])[1 + n % 6]
           WHEN n % 997 = $5::bigint THEN 'failed' WHEN n % 89 < 2 THEN 'incomplete' WHEN n % 211 = 7 THEN 'empty' ELSE 'built' END,
         n % 503 = 3, 'revision 1 from 6 deliveries with 3600 rows', 6, 3600
       FROM (SELECT n, $2::bigint + n * ${HOUR} AS s FROM generate_series(0, $3::bigint - 1) AS n) hours`,
      name,
      start,
      hours,
      place === DATASETS.length - 1,
      place * 13,
    );
    await db.execute(
      undefined,
      `INSERT INTO revision (dataset, start_us, end_us, revision, output, current, bytes, rows, stations, columns, desired_hash, map_hashes, deliveries,
         coverage_share, complete)
       SELECT dataset, start_us, end_us, 1, 'revision', true, 30000, 3600, 60, '[]', 'h', '{}', '[]', 1, true FROM "window" WHERE dataset = $1`,
      name,
    );
  }
  for (const table of ["window", "revision"]) await db.execute(undefined, `VACUUM (ANALYZE) "${table}"`);
}

async function queryTimes(db: Database, now: number, hours: number): Promise<Finding> {
  const grid = new WindowGrid(db);
  const figures: Figure[] = [];
  let counted = 0;
  for (const [what, days] of [
    ["a year", 366],
    ["a month", 30],
    ["a day", 1],
  ] as const) {
    const taken: number[] = [];
    let bytes = 0;
    for (let i = 0; i < 9; i += 1) {
      const since = performance.now();
      const view = await grid.grid({ from: now - days * DAY, to: now, most: 1152 });
      taken.push(performance.now() - since);
      bytes = JSON.stringify(view).length;
      const own = view.rows.filter(({ dataset }) => DATASETS.includes(dataset));
      if (days === 366)
        counted = own.reduce((sum, { runs }) => sum + runs.reduce((all, run) => all + windowsOf(run), 0), 0);
    }
    figures.push({
      what: `query of ${what}`,
      value: median(taken),
      unit: "ms",
      atMost: QUERY_MS,
      detail: `slowest of 9 ${Math.max(...taken).toFixed(0)} ms, answer ${(bytes / 1000).toFixed(0)} kB`,
    });
  }
  return {
    figures,
    checks: { "windows of the year": [counted, Math.min(hours, 366 * 24) * DATASETS.length] },
  };
}

/** Of a packed run: cells, and of each part windows. */
function windowsOf(run: readonly number[]): number {
  const { cells, parts } = unpackRun(run, 0);
  return cells * parts.reduce((sum, { windows }) => sum + windows, 0);
}

async function inBrowser(folder: string, address: string): Promise<Finding> {
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const answers: number[] = [];
    page.on("requestfinished", (request) => {
      if (request.url().includes("window.grid")) answers.push(request.timing().responseEnd);
    });
    await page.goto(`${address}/windows?last=P366D`);
    await page.getByRole("button", { name: `Select the windows of ${DATASETS[0]} in sight` }).waitFor();
    await page.getByRole("gridcell").waitFor({ state: "attached" });
    const box = await page.getByRole("grid").boundingBox();
    if (!box) throw new Error("the grid is not in sight");
    await page.mouse.move(box.x + box.width * 0.7, box.y + 200);
    const figures: Figure[] = [];
    const watch = async (what: string, body: () => Promise<void>) => {
      const longest = await longestTask(browser, page, path.join(folder, "trace.json"), body);
      figures.push(taskFigure(what, longest));
    };
    await watch("zoom from the year to an hour and back", () => zoomInAndOut(page));
    await page.getByLabel("Length of time shown").selectOption("30 days");
    await page.mouse.move(box.x + box.width * 0.7, box.y + 200);
    await watch("scroll through the year and back", () => scrollThroughYear(page));
    await page.getByLabel("Length of time shown").selectOption("1 year");
    await watch("drag over all datasets of the year", () => dragOverAll(page, box));
    const selected = await page.getByRole("status", { name: "Selection" }).textContent();
    figures.push({
      what: "answers to the page",
      value: median(answers),
      unit: "ms",
      detail: `${answers.length} of them, slowest ${Math.max(...answers).toFixed(0)} ms`,
    });
    return {
      figures,
      checks: {
        "datasets selected by the drag": [Number(/of (\d+) dataset/.exec(selected ?? "")?.[1]), IN_SIGHT],
      },
    };
  } finally {
    await browser.close();
  }
}

/** Until the browser has painted what the last step asked for. */
const painted = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

async function zoomInAndOut(page: Page): Promise<void> {
  await page.keyboard.down("Control");
  for (const turn of [-120, 120]) {
    for (let steps = 0; steps < 34; steps += 1) {
      await page.mouse.wheel(0, turn);
      await painted(page);
    }
    await page.waitForLoadState("networkidle").catch(() => undefined);
  }
  await page.keyboard.up("Control");
}

async function scrollThroughYear(page: Page): Promise<void> {
  for (const turn of [-160, 160]) {
    for (let steps = 0; steps < 80; steps += 1) {
      await page.mouse.wheel(turn, 0);
      await painted(page);
    }
  }
}

async function dragOverAll(
  page: Page,
  box: { x: number; y: number; width: number; height: number },
): Promise<void> {
  const grid = await page.getByRole("grid").boundingBox();
  const { x, y, width, height } = grid ?? box;
  const first = await page
    .getByRole("button", { name: "Select the windows of network00 in sight" })
    .boundingBox();
  await page.mouse.move(x + width * 0.3, (first?.y ?? y) + 8);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.6, y + Math.min(height, 20 * 28) - 6, { steps: 30 });
  await page.mouse.up();
  await page.getByRole("status", { name: "Selection" }).filter({ hasText: "selected:" }).waitFor();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));
