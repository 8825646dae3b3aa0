import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { writeArchive } from "./archive-folder";
import { archiveFolder, expect, said, test, windowState } from "./product";

/** Of these tests alone: what others make of their day is theirs. */
const DAY = "2024-06-05";
const WINDOW = `/windows/sensor.community/${DAY}T10:00:00Z`;
const BUILT_MS = 120_000;

/** Asks a source for a range by its page. @returns its newest run's row, done */
async function run(page: Page, source: string, from: string, to: string): Promise<void> {
  await page.goto(`/sources/${source}`);
  await page.getByLabel("From (UTC)").fill(from);
  await page.getByLabel("To (UTC), not included").fill(to);
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(said(page)).toContainText(`${source} is asked for`);
}

const shownState = (page: Page) => page.locator("h1 + div");

/** A sensor that was missing, and one value that is another now. */
async function bringMore(): Promise<void> {
  const folder = path.join(archiveFolder(), DAY);
  const particles = await readFile(path.join(folder, `${DAY}_sds011_sensor_4711.csv`), "utf8");
  await writeFile(
    path.join(folder, `${DAY}_sds011_sensor_4713.csv`),
    particles.replaceAll(/^4711;/gm, "4713;"),
  );
  const climate = path.join(folder, `${DAY}_bme280_sensor_815.csv`);
  const lines = (await readFile(climate, "utf8")).split("\n");
  const mended = lines.map((line) =>
    line.includes(`${DAY}T10:10:00`) ? line.replace(/;[^;]*;([^;]*)$/, ";-3.25;$1") : line,
  );
  await writeFile(climate, mended.join("\n"));
}

test("a window of two revisions: why, what changed, when, from what, and its file is what its SHA-256 says", async ({
  page,
}) => {
  writeArchive(archiveFolder(), DAY);
  await run(page, "sensor_community", `${DAY} 00:00`, "2024-06-06 00:00");
  await page.goto(WINDOW);
  // Told live: at first there is no such window.
  await expect(windowState(page, "built")).toBeVisible({ timeout: BUILT_MS });

  await bringMore();
  await run(page, "sensor_community", `${DAY} 00:00`, "2024-06-06 00:00");
  await page.goto(WINDOW);
  const deliveries = page.getByRole("table", { name: "Deliveries" }).getByRole("row");
  await expect(deliveries).toHaveCount(3, { timeout: BUILT_MS });
  // Not waiting for the quiet minute; should that be over, the revision is published once more.
  await page.getByRole("button", { name: "Reprocess" }).click();
  const revisions = page.getByRole("table", { name: "Revisions" });
  await expect(revisions.getByRole("row").nth(1)).toContainText("late data: 1 delivery more", {
    timeout: BUILT_MS,
  });
  await expect(revisions.getByRole("row").nth(2)).toContainText("the first build");
  await expect(deliveries.filter({ hasText: "late" })).toHaveCount(1);
  await expect(deliveries.filter({ hasText: "in revision 2" })).toHaveCount(2);

  const changed = page.getByRole("region", { name: "What changed" });
  const counts = changed.getByRole("table", { name: "Counts of the two revisions" });
  await expect(counts.getByRole("row").filter({ hasText: "Rows" })).toContainText(/18\s*24\s*\+6/);
  await expect(counts.getByRole("row").filter({ hasText: "Stations" })).toContainText(/3\s*4\s*\+1/);
  await changed.getByRole("button", { name: "Compare the values" }).click();
  await expect(changed).toContainText("6 rows added, 0 removed; of 18 rows in both, 1 changed.");
  await expect(changed).toContainText("1 station added (4713), 0 removed.");
  const values = changed.getByRole("table", { name: "Values that differ" });
  await expect(values.getByRole("row").filter({ hasText: "air_temperature" })).toContainText(/0\s*0\s*1$/);
  const example = changed.getByRole("table", { name: "Examples of changed values" }).getByRole("row").nth(1);
  await expect(example).toContainText(
    /^815\s*2024-06-05 10:10 UTC\s*air_temperature\s*degC\s*\d+(\.\d+)?\s*-3.25$/,
  );
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await changed.getByLabel("From revision").selectOption("2 (current)");
  await expect(changed).toContainText("That is one revision: choose two.");
  await expect(page).toHaveURL(/before=2&after=2/);

  await downloaded(page);

  const chain = page.getByRole("table", { name: "Chain of times" });
  for (const step of ["observed", "collected", "received", "ingested", "ready", "built", "projected"])
    await expect(chain.getByRole("row").filter({ hasText: step })).toContainText(
      /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/,
    );
  await expect(page.getByRole("region", { name: "Chain of times" })).toContainText(
    /collected .* after the last observation/,
  );
  await onRequest(page);
  await expect(
    page.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: "done" }),
  ).toHaveCount(2);

  await deliveries
    .filter({ hasText: "late" })
    .getByRole("link", { name: /^The ingest of delivery/ })
    .click();
  await expect(page.getByRole("table", { name: "Deliveries" }).getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("region", { name: "Deliveries" })).toContainText("One of them.");
});

/** Built again with the same bytes it is no later than it was: a sentence tells of that build, and the step stays. */
async function onRequest(page: Page): Promise<void> {
  const chain = page.getByRole("region", { name: "Chain of times" });
  const built = chain
    .getByRole("row")
    .filter({ hasText: /\. built/ })
    .locator("time");
  const at = (await built.getAttribute("datetime")) ?? "";
  await page.getByRole("button", { name: "Reprocess" }).click();
  await expect(chain).toContainText(/Built again at .* UTC, with the same bytes/, { timeout: BUILT_MS });
  await expect(chain).toContainText("The steps are those of the first build of these bytes.");
  await expect(chain).toContainText(/Published \d+ times: once more with each request/);
  await expect(built).toHaveAttribute("datetime", at);
}

/** The current file, and whether it is what the page says of it. */
async function downloaded(page: Page): Promise<void> {
  const canonical = page
    .getByRole("table", { name: "Files" })
    .getByRole("row")
    .filter({ hasText: "canonical, revision 2" });
  const shown = (await canonical.locator("td[data-head=SHA-256] [title]").getAttribute("title")) ?? "";
  expect(shown).toMatch(/^[0-9a-f]{64}$/);
  const waiting = page.waitForEvent("download");
  await canonical.getByRole("link", { name: /^Download/ }).click();
  const bytes = await readFile(await (await waiting).path());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(shown);
}

test("a gap is drawn and told in words, and what the window waits for", async ({ page }) => {
  await run(page, "ioncannon", "2024-06-07 10:00", "2024-06-07 10:40");
  await page.goto("/windows/ioncannon/2024-06-07T10:00:00Z");
  await expect(shownState(page)).toContainText("waiting", { timeout: BUILT_MS });
  await expect(shownState(page)).toContainText(
    "no delivery for 2024-06-07 10:40 UTC to 2024-06-07 11:00 UTC",
  );
  const coverage = page.getByRole("region", { name: "Coverage" });
  await expect(coverage.getByRole("img", { name: /^66 % of the window is covered .*; 1 gap/ })).toBeVisible();
  await expect(coverage).toContainText("2024-06-07 10:40 to 11:00 UTC (20 min)");
  await expect(page.getByRole("region", { name: "Files" })).toContainText("No files");
});

test("a window that no delivery covers has a page that says so, and who may bring it", async ({ page }) => {
  await page.goto("/windows/ioncannon/1999-01-01T00:00:00Z");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("1999-01-01 00:00 to 01:00 UTC");
  await expect(shownState(page)).toContainText("No delivery covers it");
  const missing = page.getByRole("region", { name: "Missing" });
  await expect(missing).toContainText("1999-01-01 00:00 to 01:00 UTC");
  await expect(missing.getByRole("button", { name: "Collect what is missing from ioncannon" })).toBeEnabled();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("a window that is not there is said, with the way to those that are", async ({ page }) => {
  await page.goto("/windows/no.such.dataset/2024-06-07T10:00:00Z");
  await expect(page.getByRole("main")).toContainText('no dataset "no.such.dataset"');
  await page.goto("/windows/ioncannon/1999-01-01T00:30:00Z");
  await expect(page.getByRole("main")).toContainText(
    "the one that holds that instant starts at 1999-01-01T00:00:00Z",
  );
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such window");
  await expect(page.getByRole("link", { name: "The window from 1999-01-01 00:00" })).toHaveAttribute(
    "href",
    "/windows/ioncannon/1999-01-01T00:00:00Z",
  );
  await page.getByRole("link", { name: "Windows of that day" }).click();
  await expect(page).toHaveURL(/\/windows\?dataset=ioncannon&from=1999-01-01/);
  await page.goto("/windows/ioncannon/yesterday");
  await expect(page.getByRole("main")).toContainText("this one does not");
});
