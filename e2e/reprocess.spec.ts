import type { Page } from "@playwright/test";
import pg from "pg";
import { connectionString } from "../server/adapters/postgres/embedded/start";
import { dataFolder, expect, firstBuiltWindow, newestWindow, said, test } from "./product";

/** The form with a range of IonCannon's day, whose newest whole windows are built by then. */
async function fillRange(page: Page): Promise<void> {
  const { start } = await newestWindow(page);
  const end = Date.parse(`${start.replace(" ", "T")}Z`);
  const text = (instant: number) => new Date(instant).toISOString().slice(0, 16).replace("T", " ");
  await page.goto("/reprocess");
  await page.getByRole("link", { name: "Reprocess windows…" }).click();
  await page.getByRole("combobox", { name: "Dataset" }).selectOption("ioncannon");
  await page.getByLabel("From (UTC)").fill(text(end - 24 * 3_600_000));
  await page.getByLabel("To (UTC), not included").fill(text(end + 3_600_000));
}

test("a range: the dry run, the reprocess with its windows, and the banner that steers it", async ({
  page,
}) => {
  await fillRange(page);
  const dryRun = page.getByRole("region", { name: "Dry run" });
  await page.getByRole("radio", { name: /^Stale/ }).focus();
  await page.keyboard.press("Space");
  await expect(dryRun).toContainText(/windows? would run|No window would run/);
  await page.getByText("Every window of the range, built or not.").click();
  await expect(dryRun).toContainText(/\d windows? would run/);
  await expect(dryRun).toContainText("served until the new ones are complete");
  // Of a day before the first start nothing was received.
  await expect(dryRun).toContainText("nothing was received");
  const run = page.getByRole("button", { name: /^Reprocess \d+ windows?$/ });
  await expect(run).toBeEnabled();
  await page.getByLabel("Note, for the audit").fill("a journey");
  // Back takes a choice back, and the form is what its address says: a colleague is sent it as it stands.
  await page.getByText("Products only").click();
  await expect(page).toHaveURL(/depth=projections/);
  await page.goBack();
  await expect(page.getByRole("radio", { name: /^Dataset and products/ })).toBeChecked();
  const typed = await page.getByLabel("From (UTC)").inputValue();
  await page.goto(page.url());
  await expect(page.getByLabel("From (UTC)")).toHaveValue(typed);
  await expect(page.getByLabel("Note, for the audit")).toHaveValue("a journey");
  await expect(page.getByRole("radio", { name: /^All/ })).toBeChecked();
  await expect(page.getByRole("combobox", { name: "Dataset" })).toHaveValue("ioncannon");
  await run.click();
  await expect(page).toHaveURL(/\/reprocess\/\d+$/);
  await expect(said(page)).toContainText("has begun");
  await expect(page.getByRole("region", { name: "Progress" })).toContainText("done", { timeout: 300_000 });
  // One more may have become complete since the dry run: all that was asked for is finished.
  await expect(page.getByRole("region", { name: "Progress" })).toContainText(
    /(?<!\d)(\d+) of \1 windows? finished/,
  );
  const table = page.getByRole("table", { name: "Windows" });
  await page.getByLabel("Outcome").selectOption("not-run");
  await expect(table.getByRole("row").nth(1)).toContainText("nothing was received");
  await page.getByLabel("Outcome").selectOption("unchanged");
  await expect(table.getByRole("row").nth(1)).toContainText("ioncannon");
  await expect(page.getByRole("complementary", { name: "Reprocessing" })).toHaveCount(0);
});

/**
 * While `body` runs no build can be committed: a reprocess that began lasts, however fast the machine is. `begun` resolves when one waits for that: from then
 * on there is something that a cancel has to wait for, however slow it is.
 */
async function nothingCommitted(body: (begun: () => Promise<void>) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: connectionString(dataFolder()) });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("LOCK TABLE revision IN SHARE MODE");
    const waiting = async () => {
      const { rows } = await client.query(
        "SELECT 1 FROM pg_locks WHERE relation = 'revision'::regclass AND NOT granted",
      );
      return rows.length;
    };
    await body(() => expect.poll(waiting, { timeout: 180_000 }).toBeGreaterThan(0));
  } finally {
    await client.end();
  }
}

test("a reprocess is paused, seen on another page, and cancelled; what was cancelled can be asked for again", async ({
  page,
}) => {
  await fillRange(page);
  await page.getByText("Every window of the range, built or not.").click();
  const progress = page.getByRole("region", { name: "Progress" });
  const banner = page.getByRole("complementary", { name: "Reprocessing" });
  let address = "";
  await nothingCommitted(async (begun) => {
    await page.getByRole("button", { name: /^Reprocess \d+ windows?$/ }).click();
    await expect(page).toHaveURL(/\/reprocess\/\d+$/);
    address = page.url();
    await begun();
    await page.getByRole("button", { name: "Pause" }).click();
    await expect(progress).toContainText("paused");
    // The button went with what it did: the focus is on what took its place, and not at the top of the page.
    await expect(page.getByRole("button", { name: "Resume" })).toBeFocused();
    await page.goto("/datasets");
    await expect(banner).toContainText("paused");
    await banner.getByRole("button", { name: "Cancel" }).click();
    await expect(banner).toContainText("cancelling");
  });
  await expect(banner).toHaveCount(0, { timeout: 180_000 });
  await page.goto(address);
  await expect(progress).toContainText("cancelled");
  await page.getByRole("button", { name: /^Retry \d+ windows?$/ }).click();
  await expect(progress).toContainText("done", { timeout: 300_000 });
});

test("what is selected on the grid is filled into the form, and its dry run counts it", async ({ page }) => {
  await firstBuiltWindow(page);
  await page.goto("/windows?dataset=ioncannon");
  const cell = page.getByRole("gridcell");
  await expect(cell).toHaveAccessibleName(/^ioncannon/);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Control+a");
  await expect(page.getByRole("status", { name: "Selection" })).toContainText(
    /windows? of 1 dataset selected/,
  );
  await page.getByRole("link", { name: "Reprocess…" }).click();
  await expect(page).toHaveURL(/\/reprocess\/new\?in=ioncannon/);
  await expect(page.getByRole("combobox", { name: "Dataset" })).toHaveValue("ioncannon");
  await expect(page.getByRole("radio", { name: /^All/ })).toBeChecked();
  await expect(page.getByRole("region", { name: "Dry run" })).toContainText(/\d windows? would run/);
});
