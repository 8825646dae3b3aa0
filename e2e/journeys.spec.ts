import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { ARCHIVE_DAY } from "./archive-folder";
import { INGEST_QUEUE, send } from "./messages";
import { expect, firstBuiltWindow, newestWindow, said, settingsFile, test, windowState } from "./product";

test("home comes alive: five stages, and a finished synthetic window without reloading", async ({ page }) => {
  const link = await firstBuiltWindow(page);
  await expect(page.getByRole("list", { name: "The stages of the line" }).getByRole("heading")).toHaveText([
    "Source",
    "Ingest",
    "Window",
    "Dataset",
    "Projection",
  ]);
  await expect(link).toHaveText(/^\d{4}-\d\d-\d\d \d\d:\d\d to (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC$/);
  const row = page.getByRole("table", { name: "Latest built windows" }).getByRole("row").nth(1);
  // Of IonCannon, or of a source of its kind that another journey has added.
  await expect(row).toContainText("synthetic");
  // What another journey broke and mended is told of until it has been well for two minutes; it comes before any advice.
  await expect(page.getByRole("region", { name: "Alerts" })).toHaveCount(0, { timeout: 300_000 });
  await expect(page.getByRole("region", { name: "What to do next" })).toContainText(/run \w+ over a day/);

  const day = page.getByRole("region", { name: "Last day" });
  await expect(day.getByRole("img", { name: /^Rows ingested, hour by hour/ })).toBeVisible();
  await day.getByText("The numbers").click();
  await expect(day.getByRole("table").getByRole("row")).toHaveCount(25);
});

test("a window: its file is what its SHA-256 says, and Reprocess publishes it again", async ({ page }) => {
  await firstBuiltWindow(page);
  await page.goto("/windows?dataset=ioncannon&state=built");
  // The oldest: late rows of the source come 20 minutes later at most, and would replace the newest one's file while it is looked at.
  await page.getByRole("table", { name: "Windows" }).getByRole("link").last().click();
  await expect(page.getByRole("region", { name: "Coverage" })).toContainText("100 %");
  const files = page.getByRole("table", { name: "Files" });
  const canonical = files.getByRole("row").filter({ hasText: "canonical" });
  const shown = (await canonical.locator("td[data-head=SHA-256] [title]").getAttribute("title")) ?? "";
  const waiting = page.waitForEvent("download");
  await canonical.getByRole("link", { name: /^Download/ }).click();
  const bytes = await readFile(await (await waiting).path());
  expect(bytes.length).toBeGreaterThan(0);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(shown);
  const href = (await canonical.getByRole("link", { name: /^Download/ }).getAttribute("href")) ?? "";
  const part = await page.request.get(href, { headers: { Range: "bytes=0-3" } });
  expect([part.status(), await part.text()]).toEqual([206, "PAR1"]);

  const cells = page.getByRole("table", { name: "Revisions" }).locator("td[data-head=Published]");
  const published = async () =>
    (await cells.allTextContents()).reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
  const before = await published();
  expect(before).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Reprocess" }).click();
  await expect(said(page)).toContainText("Reprocessing ioncannon");
  await expect.poll(published, { timeout: 180_000 }).toBeGreaterThan(before);
  await expect(windowState(page, "built")).toBeVisible({ timeout: 180_000 });
});

test("the archive: run over a day, the run is followed, its windows are built", async ({ page }) => {
  await page.goto("/sources/sensor_community");
  const day = page.getByRole("textbox", { name: "Whole day (UTC)" });
  const from = page.getByLabel("From (UTC)");
  const to = page.getByLabel("To (UTC), not included");
  // A source of whole days begins with one.
  await expect(day).toHaveValue(/^\d{4}-\d\d-\d\d$/);
  await from.fill("2024-06-31");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page.getByText("write it as 2026-11-24 14:00")).toBeVisible();
  await page.getByRole("button", { name: "Yesterday", exact: true }).click();
  await expect(from).toHaveValue(/ 00:00$/);
  await day.fill(ARCHIVE_DAY);
  await expect(from).toHaveValue(`${ARCHIVE_DAY} 00:00`);
  await expect(to).toHaveValue("2024-06-02 00:00");
  await to.fill("2024-06-02 06:00");
  await expect(day).toHaveValue("");
  await day.fill(ARCHIVE_DAY);
  await page.getByRole("button", { name: "Run now" }).click();
  const run = page.getByRole("table", { name: "Runs" }).getByRole("row").nth(1);
  await expect(run).toContainText("done", { timeout: 300_000 });
  await expect(run).toContainText("432");

  await run.getByRole("link", { name: /^Windows of/ }).click();
  await expect(page).toHaveURL(/dataset=sensor\.community&from=2024-06-01T00%3A00%3A00Z/);
  await page.getByRole("checkbox", { name: /^built/ }).check();
  const windows = page.getByRole("table", { name: "Windows" }).getByRole("row");
  await expect.poll(() => windows.count(), { timeout: 300_000 }).toBeGreaterThan(1);
  await expect(windows.nth(1)).not.toContainText("synthetic");

  await page.goto("/datasets/sensor.community");
  await expect(page.getByRole("table", { name: "Columns" })).toContainText("air_temperature");
  await expect(page.getByRole("table", { name: "Rows", exact: true }).getByRole("row")).not.toHaveCount(0);
});

test("windows of a day, of a span, and of one that is open", async ({ page }) => {
  const { start } = await newestWindow(page);
  const day = start.slice(0, 10);
  await page.goto("/windows?dataset=ioncannon");
  const spans = page.getByRole("table", { name: "Windows" }).getByRole("link");
  await page.getByRole("textbox", { name: "Day (UTC)" }).fill(day);
  await expect(page).toHaveURL(new RegExp(`from=${day}T00%3A00%3A00Z&to=`));
  await expect(page.getByLabel("From (UTC)")).toHaveValue(`${day} 00:00`);
  // The list before the choice stays on the page until the new one is there: soon after midnight it shows yesterday too.
  await expect(spans.filter({ hasNotText: day })).toHaveCount(0);
  await expect(spans).not.toHaveCount(0);

  // A span of a second holds one window of a dataset; the address alone says all of it.
  await page.getByLabel("From (UTC)").fill(start);
  await page.getByLabel("To (UTC), not included").fill(`${start}:01`);
  await page.getByLabel("To (UTC), not included").press("Enter");
  await expect(spans).toHaveCount(1);
  await expect(spans).toHaveText(new RegExp(`^${start} to `));
  await page.reload();
  await expect(spans).toHaveCount(1);
  await expect(page.getByRole("textbox", { name: "Day (UTC)" })).toHaveValue("");

  await page.getByLabel("From (UTC)").fill("");
  await page.getByLabel("To (UTC), not included").fill("1999-01-01");
  await page.getByLabel("To (UTC), not included").press("Enter");
  await expect(page.getByText("No window is like that")).toBeVisible();
  await page.getByLabel("To (UTC), not included").fill("yesterday");
  await page.getByLabel("To (UTC), not included").press("Enter");
  await expect(page.getByText("write it as 2026-11-24 14:00")).toBeVisible();
  await page.getByRole("link", { name: "Show all windows" }).click();
  await expect(page.getByLabel("To (UTC), not included")).toHaveValue("");
  await expect(spans.first()).toBeVisible();
});

test("settings that differ are shown, applied by a click, and gone", async ({ page }) => {
  const before = await readFile(settingsFile(), "utf8");
  await page.goto("/sources");
  await expect(page.getByRole("table", { name: "Sources" })).toBeVisible();
  const differ = page.getByRole("region", { name: "Settings and catalogue differ" });
  await expect(differ).toHaveCount(0);
  await writeFile(settingsFile(), `${before}    max_concurrency: two\n`);
  await page.reload();
  await expect(differ).toContainText(/line \d+/);
  await writeFile(settingsFile(), before.replace("num_stations: 40", "num_stations: 41"));
  await page.reload();
  await expect(differ).toContainText(
    "source ioncannon is configured otherwise: num_stations is 40, the settings say 41",
  );
  await differ.getByRole("button", { name: "Apply 1 difference" }).click();
  await expect(said(page)).toContainText("1 difference applied");
  await expect(differ).toHaveCount(0);
});

test("a source is disabled and enabled again", async ({ page }) => {
  await page.goto("/sources");
  const row = page.getByRole("row").filter({
    has: page
      .getByRole("link", { name: "ioncannon", exact: true })
      .and(page.locator('[href="/sources/ioncannon"]')),
  });
  await row.getByRole("button", { name: "Disable ioncannon" }).click();
  await expect(row).toContainText("disabled");
  await row.getByRole("button", { name: "Enable ioncannon" }).click();
  await expect(row).toContainText("enabled");
});

test("a delivery is withdrawn and restored", async ({ page }) => {
  await firstBuiltWindow(page);
  await page.goto("/ingests?dataset=ioncannon");
  const row = page.getByRole("table", { name: "Deliveries" }).getByRole("row").nth(1);
  const key = (await row.locator("td[data-head=Delivery] [title]").getAttribute("title")) ?? "";
  const same = page.getByRole("row").filter({ has: page.locator(`[title="${key}"]`) });
  await same.getByRole("button", { name: /^Withdraw/ }).click();
  await expect(same).toContainText("withdrawn");
  await same.getByRole("button", { name: /^Restore/ }).click();
  await expect(same).not.toContainText("withdrawn");
});

test("a message that can never succeed is set aside with its reason, and replayed", async ({ page }) => {
  const [id = ""] = await send(INGEST_QUEUE, [{ note: "no command at all" }]);
  await page.goto("/dead-letters");
  const row = page
    .getByRole("table", { name: "Dead letters" })
    .getByRole("row")
    .filter({ has: page.getByRole("checkbox", { name: `Select message ${id}` }) });
  // Should the hint be lost: the reconciler looks for unworked messages every minute.
  await expect(row).toBeVisible({ timeout: 180_000 });
  await expect(row.locator("td[data-head=Reason]")).not.toBeEmpty();
  await row.getByRole("button", { name: `Replay message ${id}` }).click();
  await expect(said(page)).toContainText("1 message replayed under its own id");
});

test("health says that the line answers", async ({ request }) => {
  const answer = async () => {
    const response = await request.get("/api/health");
    return [response.status(), await response.json()];
  };
  const worker = { state: "working", silentSeconds: expect.any(Number) };
  await expect
    .poll(answer, { timeout: 60_000 })
    .toEqual([200, { status: "ok", worker, intake: { level: "open", reason: null } }]);
});

test("what does not exist is said", async ({ page, request }) => {
  await page.goto("/windows/ioncannon/1999-01-01T00:00:00Z");
  await expect(page.getByRole("main")).toContainText(
    "No delivery covers it: nothing was ever collected for it",
  );
  await page.goto("/windows/ioncannon/1999-01-01T00:30:00Z");
  await expect(page.getByRole("main")).toContainText("no window of ioncannon starts at 1999-01-01T00:30:00Z");
  await page.goto("/sources/nobody");
  await expect(page.getByRole("main")).toContainText('There is no source "nobody"');
  for (const key of [
    "datasets/gone.parquet",
    "payloads/x",
    "datasets/..%2f..%2fsecret",
    "%2e%2e/%2e%2e/etc/passwd",
  ])
    expect((await request.get(`/api/files/${key}`)).status(), key).toBe(404);
});
