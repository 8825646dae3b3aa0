import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { ARCHIVE_DAY } from "./archive-folder";
import { steerArchive } from "./archive-server";
import { archiveUrl, expect, firstBuiltWindow, said, test } from "./product";

const ENDS_MS = 300_000;

/** The newest run of a source's list. */
function newest(page: Page) {
  return page.getByRole("table", { name: "Runs" }).getByRole("row").nth(1);
}

test("a source that answers 500: why and when again, cancel, and run again when it is mended", async ({
  page,
}) => {
  await steerArchive(archiveUrl(), { pattern: ARCHIVE_DAY, status: 500 });
  try {
    await page.goto("/sources/sensor_community");
    await page.getByRole("textbox", { name: "Whole day (UTC)" }).fill(ARCHIVE_DAY);
    await page.getByRole("button", { name: "Run now" }).click();
    await expect(newest(page)).toContainText(/answered 500/, { timeout: ENDS_MS });
    await newest(page)
      .getByRole("link", { name: /^2024-06-01/ })
      .click();
    await expect(page).toHaveURL(/\/sources\/sensor_community\/runs\/[0-9a-f-]{36}$/);
    const standing = page.getByRole("region", { name: "How it stands" });
    // While an attempt runs it shows none; between two it says why and when.
    await expect(standing).toContainText(/answered 500/, { timeout: ENDS_MS });
    await expect(standing).toContainText(
      /is tried again (at \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC|at once) by itself/,
    );
    await page.getByRole("button", { name: /^Cancel the run/ }).click();
    await expect(said(page)).toContainText(/cancelled/);
    await expect(page.locator("h1 + div")).toContainText("cancelled", { timeout: ENDS_MS });
    await expect(standing).toContainText("it claims nothing");
    await expect(page.getByRole("region", { name: "What it brought" })).toContainText("Nothing");
  } finally {
    await steerArchive(archiveUrl(), null);
  }
  const cancelled = page.url();
  await page.getByRole("button", { name: /^Run .* again$/ }).click();
  await expect(page).not.toHaveURL(cancelled);
  await expect(page.locator("h1 + div")).toContainText("done", { timeout: ENDS_MS });
  const brought = page.getByRole("region", { name: "What it brought" });
  await expect(brought).toContainText("432", { timeout: ENDS_MS });
  await expect(page.getByRole("table", { name: "Windows of the run" }).getByRole("row")).toHaveCount(25);
  await expect(page.getByRole("table", { name: "Chain of times" })).toContainText("ingested");
  // It was asked for by hand, and nothing else has come of the cancelled one.
  await expect(page.getByRole("region", { name: "Run", exact: true })).toContainText("a person (local)");
  await page.goto(cancelled);
  await expect(page.locator("h1 + div")).toContainText("cancelled");
});

/** What axe finds wrong on a page. */
async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
}

test("axe finds nothing on a narrow, dark page with the calendar open", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.goto("/sources/ioncannon");
  await page.getByRole("button", { name: "Choose days…" }).click();
  await expect(page.getByRole("dialog", { name: "Choose days…" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("a range is chosen in the calendar by keyboard, and what is typed stays", async ({ page }) => {
  await page.goto("/sources/ioncannon");
  const from = page.getByLabel("From (UTC)");
  const to = page.getByLabel("To (UTC), not included");
  await from.fill("2026-03-02");
  await to.fill("2026-03-03");
  await page.getByRole("button", { name: "Choose days…" }).press("Enter");
  const calendar = page.getByRole("dialog", { name: "Choose days…" });
  await expect(calendar).toContainText("March 2026");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(calendar).toHaveCount(0);
  await expect(from).toHaveValue("2026-03-02 00:00");
  // When the first day is chosen the calendar goes on to the next one, and from there a week down.
  await expect(to).toHaveValue("2026-03-11 00:00");
  await to.fill("2026-03-02 01:00");
  await expect(from).toHaveValue("2026-03-02 00:00");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(said(page)).toContainText("ioncannon is asked for 2026-03-02 00:00 to 01:00 UTC");
  const run = page.getByRole("table", { name: "Runs" }).getByRole("row", { name: /2026-03-02 00:00/ });
  await expect(run).toContainText("done", { timeout: ENDS_MS });
});

test("schedules: a wrong one is refused at its field, a right one is shown before it is saved, changed and removed", async ({
  page,
  context,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/ioncannon");
  const panel = page.getByRole("region", { name: "Schedules" });
  const rows = panel.getByRole("table", { name: "Schedules" }).locator("tbody tr");
  await expect(rows).not.toHaveCount(0);
  const before = await rows.count();
  await panel.getByRole("button", { name: "Add a schedule" }).click();
  const form = panel.getByRole("form", { name: "Add a schedule" });
  await form.getByLabel("Asks for").fill("half an hour");
  await expect(form).toContainText("write it as 30 min");
  await form.getByLabel("Asks for").fill("PT0S");
  await expect(form).toContainText("a schedule's window must be longer than nothing");
  await expect(form.getByRole("button", { name: "Add 1 schedule" })).toBeDisabled();

  await form.getByLabel("Asks for").fill("PT30M");
  await form.getByLabel("Every").fill("P1D");
  await form.getByLabel("Lag").fill("2 h");
  await expect(form).toContainText("2 h: from a range's end to its run");
  const runs = form.getByRole("table", { name: "Next five runs" }).locator("tbody tr");
  await expect(runs).toHaveCount(5);
  await expect(runs.first()).toContainText(/00:00 UTC.*21:30 to 22:00 UTC/);
  await expect(form.getByRole("region", { name: "What it means for windows" })).toContainText(
    "Of every 1 d, 23 h 30 min are not asked for",
  );
  await form.getByRole("button", { name: "Add 1 schedule" }).click();
  await expect(rows).toHaveCount(before + 1);
  const added = rows.filter({ hasText: "1 d" });
  await expect(added).toContainText("30 min");

  // Two browsers fill their forms from the same schedule: the second is told as soon as the first has saved, and goes on with what came.
  const other = await context.newPage();
  await other.goto("/sources/ioncannon");
  for (const [each, lag] of [
    [page, "3 h"],
    [other, "4 h"],
  ] as const) {
    await each.getByRole("button", { name: "Change the schedule of every 1 d" }).click();
    await each.getByRole("form", { name: "Change the schedule" }).getByLabel("Lag").fill(lag);
  }
  await page.getByRole("button", { name: "Save the schedule" }).click();
  await expect(added).toContainText("3 h");
  const theirs = other.getByRole("form", { name: "Change the schedule" });
  await expect(theirs.getByRole("alert")).toContainText(
    "the one every 1 d for 30 min with a lag of 2 h is there no more. There is now: every 1 d for 30 min with a lag of 3 h.",
  );
  await expect(other.getByRole("button", { name: "Save the schedule" })).toBeDisabled();
  await theirs.getByRole("button", { name: "Change the one every 1 d for 30 min with a lag of 3 h" }).click();
  await expect(theirs.getByLabel("Lag")).toHaveValue("4 h");
  await other.getByRole("button", { name: "Save the schedule" }).click();
  await expect(added).toContainText("4 h");

  // And one that is removed can be added with what was typed.
  await other.getByRole("button", { name: "Change the schedule of every 1 d" }).click();
  await theirs.getByLabel("Lag").fill("5 h");
  await page.getByRole("button", { name: "Remove the schedule of every 1 d" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove 1 schedule" }).click();
  await theirs.getByRole("button", { name: "Add mine as one more" }).click();
  await other.getByRole("button", { name: "Add 1 schedule" }).click();
  await expect(added).toContainText("5 h");
  await other.close();

  await page.getByRole("button", { name: "Turn off the schedule of every 1 d" }).click();
  await expect(added).toContainText("off");
  await page.getByRole("button", { name: "Remove the schedule of every 1 d" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove 1 schedule" }).click();
  await expect(rows).toHaveCount(before);
  await page.goto("/audit");
  await expect(page.getByRole("main")).toContainText("source schedule remove");
});

test("the list of sources tells of each its next and last run, and what came in a day", async ({ page }) => {
  await firstBuiltWindow(page);
  await page.goto("/sources");
  const row = page.getByRole("table", { name: "Sources" }).getByRole("row", { name: /^ioncannon/ });
  await expect(row.locator("td[data-head='Last 24 h']")).toContainText(/rows/);
  await expect(row.locator("td[data-head='Next run']")).toContainText(/UTC/);
  await row.getByRole("link", { name: /UTC$/ }).click();
  await expect(page).toHaveURL(/\/sources\/ioncannon\/runs\//);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Run of ioncannon");
});

test("a run that does not exist is said not to exist", async ({ page }) => {
  await page.goto("/sources/ioncannon/runs/00000000-0000-5000-8000-000000000000");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such run");
});
