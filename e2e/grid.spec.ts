import type { Page } from "@playwright/test";
import pg from "pg";
import { connectionString } from "../server/adapters/postgres/embedded/start";
import { dataFolder, expect, firstBuiltWindow, said, test } from "./product";

/** The grid, and the one cell of it that is in the page: the cursor's. */
function gridOf(page: Page) {
  return { grid: page.getByRole("grid"), cell: page.getByRole("gridcell") };
}

function selectionOf(page: Page) {
  return page.getByRole("status", { name: "Selection" });
}

/** Opens the grid of IonCannon's windows, once at least four have come, with the cursor shown on the newest. */
async function openGrid(page: Page) {
  await firstBuiltWindow(page);
  await page.goto("/windows?dataset=ioncannon");
  const { grid, cell } = gridOf(page);
  await expect(cell).toHaveAccessibleName(/^ioncannon, \d{4}-\d\d-\d\d \d\d:\d\d to .* UTC, \w/);
  await expect
    .poll(() => page.getByRole("table", { name: "Windows" }).getByRole("row").count())
    .toBeGreaterThan(4);
  await grid.focus();
  await page.keyboard.press("ArrowLeft");
  return { grid, cell };
}

const nameOf = async (page: Page) => (await gridOf(page).cell.getAttribute("aria-label")) ?? "";

/** Presses a key and waits until the cursor is on another cell. @returns its middle on the screen */
async function step(page: Page, key: string) {
  const before = await nameOf(page);
  await page.keyboard.press(key);
  await expect.poll(() => nameOf(page)).not.toBe(before);
  const box = await gridOf(page).cell.boundingBox();
  if (!box) throw new Error("the cursor is not in sight");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test("by keyboard to a cell, what it is, and its window's page", async ({ page }) => {
  const { cell } = await openGrid(page);
  await step(page, "ArrowLeft");
  await step(page, "ArrowLeft");
  const [, day, time] = /^ioncannon, (\S+) (\S+) to/.exec(await nameOf(page)) ?? [];
  await expect(page.getByRole("status", { name: "Cell" })).not.toBeEmpty();
  await page.keyboard.press("ArrowDown");
  await expect(cell).toHaveAccessibleName(/^ioncannon/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/windows/ioncannon/${day}T${time}:00Z$`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`${day} ${time}`);
  await page.goBack();
  await expect(page).toHaveURL(/\/windows\?dataset=ioncannon/);
  await expect(gridOf(page).grid).toBeVisible();
});

test("a click on a cell opens its window", async ({ page }) => {
  await openGrid(page);
  const middle = await step(page, "ArrowLeft");
  const [, day, time] = /^ioncannon, (\S+) (\S+) to/.exec(await nameOf(page)) ?? [];
  await page.mouse.click(middle.x, middle.y);
  await expect(page).toHaveURL(new RegExp(`/windows/ioncannon/${day}T${time}:00Z$`));
});

test("cells are selected by drag, added and taken away with Shift, and by keyboard, and are counted", async ({
  page,
}) => {
  await openGrid(page);
  const selection = selectionOf(page);
  await expect(selection).toContainText("Nothing is selected");
  const first = await step(page, "ArrowLeft");
  await step(page, "ArrowLeft");
  const third = await step(page, "ArrowLeft");
  await page.mouse.move(third.x, third.y);
  await page.mouse.down();
  await page.mouse.move(first.x, first.y, { steps: 4 });
  await page.mouse.up();
  await expect(selection).toContainText(/^3 windows of 1 dataset selected: \d \w+/);
  await expect(page).toHaveURL(/selected=ioncannon%2C/);

  // All of it is selected: a click with Shift takes one away, and another gives it back.
  await page.keyboard.down("Shift");
  await page.mouse.click(first.x, first.y);
  await expect(selection).toContainText(/^2 windows of 1 dataset selected/);
  await page.mouse.click(first.x, first.y);
  await expect(selection).toContainText(/^3 windows of 1 dataset selected/);
  await page.keyboard.up("Shift");

  await page.keyboard.press("Escape");
  await expect(selection).toContainText("Nothing is selected");
  await page.keyboard.press("Space");
  await expect(selection).toContainText(/^1 window of 1 dataset selected/);
  await expect(gridOf(page).cell).toHaveAttribute("aria-selected", "true");
  await step(page, "Shift+ArrowLeft");
  await expect(selection).toContainText(/^2 windows of 1 dataset selected/);
  await page.keyboard.press("Shift+ArrowRight");
  await expect(selection).toContainText(/^1 window of 1 dataset selected/);
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(selection).toContainText("Nothing is selected");
  await expect(gridOf(page).grid).toBeFocused();
  await page.getByRole("button", { name: "Select the windows of ioncannon in sight" }).click();
  await expect(selection).toContainText(/^([4-9]|\d\d) windows of 1 dataset selected/);
});

test("an hour that nobody collected is seen between two that were, reached, told and opened", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  const day = "2024-08-03";
  await page.goto("/sources/ioncannon");
  for (const [from, to] of [
    ["00:00", "01:00"],
    ["02:00", "03:00"],
  ]) {
    await page.getByLabel("From (UTC)").fill(`${day} ${from}`);
    await page.getByLabel("To (UTC), not included").fill(`${day} ${to}`);
    await page.getByRole("button", { name: "Run now" }).click();
    await expect(said(page)).toContainText(`is asked for ${day} ${from}`);
  }
  await page.goto(`/windows?dataset=ioncannon&from=${day}T00:00:00Z&to=${day}T06:00:00Z`);
  const rows = page.getByRole("table", { name: "Windows" }).locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(2, { timeout: 120_000 });
  const { grid, cell } = gridOf(page);
  await expect(page.getByText("no delivery covers that time")).toBeVisible();
  await grid.focus();
  await page.keyboard.press("Home");
  await expect(cell).toHaveAccessibleName(/ 00:00 to 01:00 UTC, (?!nothing)/);
  const hole = await step(page, "ArrowRight");
  await expect(cell).toHaveAccessibleName(`ioncannon, ${day} 01:00 to 02:00 UTC, nothing collected`);
  await step(page, "ArrowRight");
  await expect(cell).toHaveAccessibleName(/ 02:00 to 03:00 UTC, (?!nothing)/);
  await page.mouse.move(hole.x, hole.y);
  await expect(page.getByText("No delivery covers this time")).toBeVisible();
  await page.mouse.move(0, 0);

  // Of what a filter hides nothing is said: not even that nothing is there.
  await page.getByRole("checkbox", { name: /^open/ }).check();
  await expect(page.getByText("no delivery covers that time")).toHaveCount(0);
  await expect(cell).toHaveAccessibleName("no windows in this span");
  await page.getByRole("checkbox", { name: /^open/ }).uncheck();
  await expect(page.getByText("no delivery covers that time")).toBeVisible();

  await grid.focus();
  await page.mouse.click(hole.x, hole.y);
  await expect(page).toHaveURL(new RegExp(`/windows/ioncannon/${day}T01:00:00Z$`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`${day} 01:00`);
  await expect(page.getByText("No delivery covers it")).toBeVisible();
  await page.goBack();
  await grid.focus();
  await page.keyboard.press("Home");
  await step(page, "ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/windows/ioncannon/${day}T01:00:00Z$`));
});

test("the legend is the filter: only built windows are shown, listed, reached and counted", async ({
  page,
}) => {
  await openGrid(page);
  await page.getByRole("checkbox", { name: /^built/ }).check();
  await expect(page).toHaveURL(/state=built/);
  const table = page.getByRole("table", { name: "Windows" });
  await expect(table.locator("td[data-head=State]").filter({ hasNotText: "built" })).toHaveCount(0);
  const { grid, cell } = gridOf(page);
  await expect(cell).toHaveAccessibleName(/, built$/);
  await grid.focus();
  await page.keyboard.press("Home");
  await expect(cell).toHaveAccessibleName(/, built$/);
  await page.keyboard.press("Control+a");
  await expect(selectionOf(page)).toContainText(/^\d+ windows? of 1 dataset selected: \d+ built$/);
  await page.goBack();
  await expect(page.getByRole("checkbox", { name: /^built/ })).not.toBeChecked();
});

test("words of the reason find windows, and what nobody said finds none", async ({ page }) => {
  await openGrid(page);
  const words = page.getByLabel("Words of the reason");
  await words.fill("COLLECTING until");
  await words.press("Enter");
  await expect(page).toHaveURL(/why=COLLECTING\+until/);
  const states = page.getByRole("table", { name: "Windows" }).locator("td[data-head=State]");
  await expect(states).not.toHaveCount(0);
  await expect(states.filter({ hasNotText: "open" })).toHaveCount(0);
  await words.fill("a sentence that nobody wrote");
  await words.press("Enter");
  await expect(page.getByText("No window is like that")).toBeVisible();
});

test("zoom from a year to an hour, and a link to any view opens the same one", async ({ page }) => {
  const { grid } = await openGrid(page);
  const length = page.getByLabel("Length of time shown");
  await expect(length).toHaveValue(String(2 * 86_400_000_000));
  await length.selectOption("1 year");
  await expect(page).toHaveURL(/last=P1Y1D/);
  await expect(page.getByRole("button", { name: "Zoom out" })).toBeDisabled();
  // At a year's distance no hand can tell the windows of a day from each other: a click goes nearer.
  const distant = await gridOf(page).cell.boundingBox();
  if (!distant) throw new Error("the cursor is not in sight");
  await page.mouse.click(distant.x + distant.width / 2, distant.y + distant.height / 2);
  await expect(page).toHaveURL(/from=.*&to=/);
  await grid.focus();
  for (let steps = 0; steps < 14; steps += 1) await page.keyboard.press("+");
  await expect(length).toHaveValue(String(3_600_000_000));
  await expect(page.getByRole("button", { name: "Zoom in" })).toBeDisabled();
  await page.keyboard.press("-");
  await page.keyboard.press("-");
  await page.keyboard.press("Space");
  await expect(selectionOf(page)).toContainText(/^1 window of 1 dataset selected/);
  await page.getByRole("checkbox", { name: /^stale/ }).check();
  await page.getByRole("checkbox", { name: /^stale/ }).uncheck();
  await expect(page).toHaveURL(/selected=/);

  const shown = await length.inputValue();
  const from = await page.getByLabel("From (UTC)").inputValue();
  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(length).toHaveValue(shown);
  await expect(page.getByLabel("From (UTC)")).toHaveValue(from);
  await expect(selectionOf(page)).toContainText(/^1 window of 1 dataset selected/);
  await page.getByRole("button", { name: "Now", exact: true }).click();
  await expect(page).not.toHaveURL(/from=/);
  await page.goBack();
  await expect(page.getByLabel("From (UTC)")).toHaveValue(from);
});

test("a window that fails is seen at once; selection and view stay as they are", async ({ page }) => {
  await openGrid(page);
  await page.getByLabel("Length of time shown").selectOption("1 day");
  await page.keyboard.press("Tab");
  await gridOf(page).grid.focus();
  await page.keyboard.press("Space");
  const selection = selectionOf(page);
  await expect(selection).toContainText(/^1 window of 1 dataset selected/);
  await expect(page).toHaveURL(/selected=/);
  const address = page.url();
  const failed = page.getByRole("checkbox", { name: /^failed/ });
  await expect(failed).toHaveAccessibleName(/^failed\s*0$/);

  const client = new pg.Client({ connectionString: connectionString(dataFolder()) });
  await client.connect();
  // A settled window, which nothing judges again meanwhile; the newest, for it has to be in sight.
  const { rows } = await client.query(
    `UPDATE "window" SET state = 'failed' WHERE (dataset, start_us, end_us) IN (SELECT dataset, start_us, end_us FROM "window"
     WHERE dataset = 'ioncannon' AND need = 'none' AND look_again_us IS NULL AND state = 'built' ORDER BY start_us DESC LIMIT 1)
     RETURNING dataset, start_us, end_us`,
  );
  expect(rows).toHaveLength(1);
  try {
    await client.query("SELECT pg_notify('ionbeam_change', '{\"noun\":\"window\"}')");
    await expect(failed).toHaveAccessibleName(/^failed\s*1$/);
    await expect(selection).toContainText(/^1 window of 1 dataset selected/);
    expect(page.url()).toBe(address);
  } finally {
    await client.query(
      `UPDATE "window" SET state = 'built' WHERE dataset = $1 AND start_us = $2 AND end_us = $3 AND state = 'failed'`,
      [rows[0].dataset, rows[0].start_us, rows[0].end_us],
    );
    await client.query("SELECT pg_notify('ionbeam_change', '{\"noun\":\"window\"}')");
    await client.end();
  }
});
