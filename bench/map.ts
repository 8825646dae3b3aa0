/**
 * `node --import tsx bench/map.ts <observations>`: the map of an hour of 100,000 stations, in a browser on the built product, whose line has ingested,
 * built and projected it: from the click until the points are drawn, and the longest task of the main thread while the picture is moved. Prints JSON.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "@playwright/test";
import { launchOptions } from "../e2e/browser";
import startProduct from "../e2e/start-product";
import { DuckdbColumnar } from "../server/adapters/duckdb/columnar";
import { Database } from "../server/adapters/postgres/database";
import { connectionString } from "../server/adapters/postgres/embedded/start";
import { DAY, formatInstant, HOUR, MINUTE } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import { INGEST_QUEUE } from "../server/source/messages";
import { longestTask, taskFigure } from "./main-thread";
import type { Figure, Finding } from "./measurement";

const DATASET = "bench.map";
const PER_STATION = 10;
const DRAWN_MS = 2000;
const BUILT_MS = 600_000;
const VARIABLES = [
  ["air_temperature", "degC"],
  ["relative_humidity", "%"],
  ["wind_speed", "m s-1"],
] as const;

async function measure(observations: number): Promise<Finding> {
  // What it prints is not the result.
  const builder = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [builder], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the pages could not be built");
  const stop = await startProduct();
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-bench-map-"));
  try {
    await bringStations(observations, folder);
    return await inBrowser(observations, folder, process.env.IONBEAM_E2E_ADDRESS ?? "");
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Hands the line a payload of another program's, and waits until its GeoParquet is there. */
async function bringStations(observations: number, folder: string): Promise<void> {
  const start = Math.floor((Date.now() * 1000) / DAY) * DAY - DAY;
  const payload = path.join(folder, "payload.parquet");
  await writePayload(observations, start, payload, folder);
  const address = connectionString(process.env.IONBEAM_E2E_DATA ?? "");
  if (address === undefined) throw new Error("the product's database does not run");
  const db = new Database(address, { connections: 1 });
  try {
    const id = randomUUID();
    const body = JSON.stringify({ id, ...commandOf(payload, start) });
    await db.execute(
      undefined,
      "INSERT INTO inbox (queue, id, body, lane) VALUES ($1, $2, $3::jsonb, 'live')",
      INGEST_QUEUE,
      id,
      body,
    );
    await db.execute(undefined, "SELECT pg_notify('ionbeam_change', '{\"noun\":\"inbox\"}')");
    await untilProjected(db);
  } finally {
    await db.close();
  }
}

async function untilProjected(db: Database): Promise<void> {
  const end = performance.now() + BUILT_MS;
  for (;;) {
    const [row] = await db.rows<{ done: number; dead: string | undefined }>(
      undefined,
      `SELECT (SELECT count(*) FROM projection_state WHERE dataset = $1 AND projection = 'pygeoapi' AND done = wanted AND done > 0)::bigint AS done,
         (SELECT max(dead_reason) FROM inbox WHERE queue = $2 AND dead_at IS NOT NULL) AS dead`,
      DATASET,
      INGEST_QUEUE,
    );
    if (row?.dead) throw new Error(`the payload was set aside: ${row.dead}`);
    if (row?.done === 1) return;
    if (performance.now() > end) throw new Error("the stations' GeoParquet was not there in time");
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Stations all over Europe, each ten times in the hour; of all variables but the first one value in seven is missing: a row without any is none. */
async function writePayload(rows: number, start: number, target: string, folder: string): Promise<void> {
  await mkdir(path.join(folder, "tmp"), { recursive: true });
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(folder, "tmp") });
  const share = (seed: number) => `(hash((i // ${PER_STATION}) * 8 + ${seed}) % 1000000) / 1000000.0`;
  const values = VARIABLES.map(
    ([name], place) =>
      `CASE WHEN ${place} = 0 OR hash(i, ${place}) % 7 > 0 THEN round(${share(place + 2)} * 30 + (i % ${PER_STATION}) / 10.0, 2) END AS ${name}`,
  );
  await columnar.session((session) =>
    session.execute(
      `COPY (SELECT make_timestamp(${start} + (i % ${PER_STATION}) * ${6 * MINUTE}) AS time, 35 + ${share(0)} * 30 AS lat, -10 + ${share(1)} * 40 AS lon,
        'station-' || (i // ${PER_STATION}) AS station_id, ${values.join(", ")} FROM range(${rows}) r(i)) TO ${sqlText(target)} (FORMAT parquet)`,
    ),
  );
  await columnar.close();
}

function commandOf(payload: string, start: number) {
  const dataset = {
    name: DATASET,
    description: "An hour of stations all over Europe, made up to be measured.",
    aggregation_span: "PT1H",
    source_links: [],
    keywords: [],
    subject_to_change_window: "PT0S",
  };
  const ingestion_map = {
    datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
    lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" },
    lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon", dtype: "float64" },
    canonical_variables: VARIABLES.map(([standard_name, cf_unit]) => ({
      column: standard_name,
      standard_name,
      cf_unit,
      level: 2,
      method: "point",
      period: "PT0S",
      dtype: "float64",
    })),
    metadata_variables: [{ column: "station_id", dtype: "string" }],
  };
  return {
    metadata: { dataset, ingestion_map, version: 1 },
    payload_location: payload,
    start_time: formatInstant(start),
    end_time: formatInstant(start + HOUR),
  };
}

async function inBrowser(observations: number, folder: string, address: string): Promise<Finding> {
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // tsx compiles functions with a call of it, which the page's do not know.
    await page.addInitScript("globalThis.__name = (named) => named");
    await page.goto(`${address}/map?dataset=ioncannon`);
    await page.getByRole("figure", { name: "Legend" }).waitFor({ timeout: BUILT_MS });
    const count = thin(observations);
    const figures: Figure[] = [];
    const drawn = async (what: string, label: string, option: string, variable: string) => {
      const value = await untilDrawn(page, label, option, [`${count} observations`, variable]);
      figures.push({ what, value, unit: "ms", atMost: DRAWN_MS });
    };
    await drawn("the dataset, from the click until it is drawn", "Dataset", DATASET, "air_temperature");
    await drawn("another variable", "Variable", "relative_humidity", "relative_humidity");
    await drawn("a third one", "Variable", "wind_speed", "wind_speed");
    await drawn("the first one again", "Variable", "air_temperature", "air_temperature");
    figures.push(...(await moved(browser, page, path.join(folder, "trace.json"))));
    const note = (await page.getByRole("region", { name: "Picture" }).textContent()) ?? "";
    const stations = /of ([\d\u202f]+) stations/.exec(note)?.[1]?.replaceAll("\u202f", "");
    return { figures, checks: { stations: [Number(stations), observations / PER_STATION] } };
  } finally {
    await browser.close();
  }
}

/** Chooses, and measures in the page from its event until the words are there and two pictures later. @returns ms */
async function untilDrawn(
  page: Page,
  label: string,
  option: string,
  words: readonly string[],
): Promise<number> {
  const taken = page.evaluate(
    (wanted) =>
      new Promise<number>((resolve, reject) => {
        let since = Number.NaN;
        const end = performance.now() + 60_000;
        document.addEventListener("change", () => (since = performance.now()), { capture: true, once: true });
        const look = () => {
          const picture = document.querySelector('section[aria-label="Picture"]');
          const text = picture?.textContent ?? "";
          const there =
            !Number.isNaN(since) &&
            !/reading…/i.test(text) &&
            wanted.every((word) => text.includes(word)) &&
            picture?.querySelector("figure")?.textContent?.includes(wanted[1] ?? "");
          if (performance.now() > end) return reject(new Error(`it was not drawn in a minute: ${text}`));
          if (!there) return requestAnimationFrame(look);
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - since)));
        };
        look();
      }),
    words,
  );
  const select = page.getByRole("search", { name: "What is shown" }).getByLabel(label);
  const full = await select.locator("option", { hasText: option }).first().getAttribute("value");
  await select.selectOption(full ?? "");
  return taken;
}

/** The longest task while the picture is dragged, zoomed and pointed at. */
async function moved(browser: Browser, page: Page, trace: string): Promise<readonly Figure[]> {
  const box = await page.locator("[data-map=made] canvas").boundingBox();
  if (!box) throw new Error("the picture is not in sight");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const figures: Figure[] = [];
  const watch = async (what: string, body: () => Promise<void>) => {
    figures.push(taskFigure(what, await longestTask(browser, page, trace, body)));
  };
  await page.mouse.move(x, y);
  await watch("panning", async () => {
    for (const [dx, dy] of [
      [200, 80],
      [-260, -40],
      [120, -90],
    ] as const) {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + dx, y + dy, { steps: 40 });
      await page.mouse.up();
      await painted(page);
    }
    await settled(page);
  });
  await watch("zooming by the wheel", async () => {
    for (const turn of [-120, 120])
      for (let steps = 0; steps < 12; steps += 1) {
        await page.mouse.wheel(0, turn);
        await painted(page);
      }
    await settled(page);
  });
  await watch("pointing at stations", () => page.mouse.move(x + 200, y + 120, { steps: 60 }));
  return figures;
}

/** Until the browser has painted what the last step asked for. */
const painted = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** Until nothing is read any more. */
async function settled(page: Page): Promise<void> {
  await page
    .getByRole("region", { name: "Picture" })
    .filter({ hasNotText: /reading…/i })
    .waitFor();
  await painted(page);
}

function thin(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));
