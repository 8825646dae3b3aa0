import type { Page } from "@playwright/test";
import { expect, FIRST_WINDOW_MS, firstBuiltWindow, said, test } from "./product";

const legend = (page: Page) => page.getByRole("figure", { name: "Legend" });
const stations = (page: Page) => page.getByRole("table", { name: "Stations in view" });

/** The map of IonCannon's newest window; its GeoParquet may be a moment younger than the window. */
async function openMap(page: Page): Promise<void> {
  await firstBuiltWindow(page);
  await page.getByRole("link", { name: "Map", exact: true }).click();
  await expect(page).toHaveURL(/\/map$/);
  await page.getByLabel("Dataset").selectOption({ label: "ioncannon (synthetic)" });
  await expect(legend(page)).toBeVisible({ timeout: FIRST_WINDOW_MS });
}

test("from the map to a station's values, and the link keeps it all", async ({ page }) => {
  await openMap(page);
  await expect(legend(page)).toContainText("air_temperature");
  await expect(legend(page)).toContainText("degC");
  // The picture is there, with what it is owed to.
  await expect(page.locator("[data-map=made] canvas")).toBeVisible();
  await expect(page.getByText("Base map: Natural Earth.")).toBeVisible();

  const variable = page.getByLabel("Variable");
  const humidity = await variable.locator("option", { hasText: "relative_humidity" }).first().textContent();
  await variable.selectOption({ label: humidity ?? "" });
  await expect(legend(page)).toContainText("relative_humidity");
  await page.getByLabel("Order").selectOption("By station");
  const first = stations(page).getByRole("row").nth(1);
  await expect(first).toContainText("%");
  const station = (await first.getByRole("button").textContent()) ?? "";
  await first.getByRole("button").press("Enter");

  const panel = page.getByRole("region", { name: `Station ${station}` });
  // Who chose it is brought to it; its chart says over which time it goes.
  await expect(panel).toBeFocused();
  const chart = panel.getByRole("img", { name: /relative_humidity.*: \d+ values from/ });
  await expect(chart).toHaveAttribute("aria-label", /00:00 UTC to .* 00:00 UTC$/);
  await panel.getByLabel("Chart over").selectOption("window");
  await expect(chart).not.toHaveAttribute("aria-label", /00:00 UTC to .* 00:00 UTC$/);
  await expect(panel).toContainText("degC");
  await expect(panel).toContainText("degrees_north");

  await page.getByRole("combobox", { name: "Colours" }).selectOption("Cividis");
  await page.getByLabel(/^Scale from/).fill("10");
  await page.getByLabel(/^Scale from/).press("Enter");
  await expect(legend(page)).toContainText("10\u202f%");
  // An end beyond the other one is not taken, and why stands beside it.
  await page.getByLabel(/^Scale to/).fill("5");
  await page.getByLabel(/^Scale to/).press("Enter");
  await expect(page.getByText("it has to be above 10 (Scale from)")).toBeVisible();
  const address = page.url();
  await page.reload();
  await expect(page).toHaveURL(address);
  await expect(legend(page)).toContainText("relative_humidity");
  await expect(legend(page)).toContainText("Cividis");
  await expect(legend(page)).toContainText("10\u202f%");
  await expect(panel.getByRole("img", { name: /relative_humidity/ })).toBeVisible();
});

test("windows of the day by keyboard, filters by value and view, and the picture as a file", async ({
  page,
}) => {
  await openMap(page);
  const slider = page.getByRole("slider", { name: "Window of the day" });
  const before = await slider.getAttribute("aria-valuetext");
  await page.getByRole("button", { name: "Window before" }).click();
  await expect(slider).not.toHaveAttribute("aria-valuetext", before ?? "");
  await expect(page).toHaveURL(/at=\d{4}-/);
  await page.getByRole("button", { name: "Go to the latest" }).click();
  await expect(page).not.toHaveURL(/at=/);
  await expect(legend(page)).toBeVisible();

  const count = page.getByRole("region", { name: "Stations in view" }).getByText(/^\d+ stations?$/);
  await expect(count).toHaveText(/^[1-9]/);
  await page.getByLabel(/^Values from/).fill("1000");
  await page.getByLabel(/^Values from/).press("Enter");
  await expect(page.getByText("No station is in view")).toBeVisible();
  await expect(legend(page)).toContainText(/Counted are the 0 of \d+ stations/);
  await page.getByRole("button", { name: "Show all stations" }).click();
  await expect(count).toHaveText(/^[1-9]/);
  await expect(legend(page)).not.toContainText("Counted are");

  // Closer: fewer stations, and the view stands in the address, by the wheel too.
  const canvas = page.locator("[data-map=made] canvas");
  await canvas.hover();
  await page.mouse.wheel(0, -120);
  await expect(page).toHaveURL(/view=/);
  const wheeled = page.url();
  await canvas.press("+");
  await expect.poll(() => page.url()).not.toBe(wheeled);
  await page.getByRole("button", { name: "Keep to this view" }).click();
  await expect(page).toHaveURL(/box=/);
  await expect(page.getByText("the dashed line is their border")).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save picture" }).click();
  expect((await download).suggestedFilename()).toMatch(/^ioncannon_\d{8}T\d{6}\.png$/);
  await expect(said(page)).toContainText("The picture is saved.");
});

test("a box is typed, stands in the address, and takes away what lies outside it", async ({ page }) => {
  await openMap(page);
  const count = page.getByRole("region", { name: "Stations in view" }).getByText(/^\d+ stations?$/);
  const shown = async () => Number.parseInt((await count.textContent()) ?? "", 10);
  await expect(count).toHaveText(/^[1-9]/);
  const all = await shown();
  await page.getByLabel("South (degrees north)").fill("50");
  await page.getByLabel("South (degrees north)").press("Enter");
  await expect(page).toHaveURL(/box=/);
  await expect(page.getByText(/^Only stations from 50.00 to/)).toBeVisible();
  await expect.poll(shown).toBeLessThan(all);
  const southern = await shown();
  await page.getByLabel("South (degrees north)").fill("89.9");
  await page.getByLabel("South (degrees north)").press("Enter");
  await expect(page.getByText("No station is in view")).toBeVisible();
  expect(southern).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Show all stations" }).click();
  await expect.poll(shown).toBe(all);
});

test("the map follows the line: what a withdrawal takes away is gone from it without reloading", async ({
  page,
  browser,
}) => {
  await openMap(page);
  // One window and no other: what follows the latest goes on to the one before when all of the latest is withdrawn.
  await page.getByRole("button", { name: "Window before" }).click();
  await expect(page).toHaveURL(/at=/);
  const note = page.getByRole("region", { name: "Picture" }).getByText(/observations? of/);
  await expect(note).toBeVisible();
  /** Where all is withdrawn there is no such note. */
  const observations = async () => {
    const [text = "0 observations"] = await note.allTextContents();
    return Number(/([\d\u202f]+) observations?/.exec(text)?.[1]?.replaceAll("\u202f", ""));
  };
  const before = await observations();
  const window = await page.getByRole("slider", { name: "Window of the day" }).getAttribute("aria-valuetext");
  const start = /\d{4}-\d\d-\d\d \d\d:\d\d/.exec(window ?? "")?.[0] ?? "";

  // Somebody else, elsewhere, takes a delivery of that very window out of it.
  const other = await browser.newPage({ baseURL: new URL(page.url()).origin });
  await other.goto(`/windows/ioncannon/${start.replace(" ", "T")}:00Z`);
  const delivery = other
    .getByRole("table", { name: "Deliveries" })
    .getByRole("row")
    .filter({ has: other.locator("td[data-head=Rows]", { hasText: /^[1-9]/ }) })
    .first();
  const key = (await delivery.locator("td[data-head=Delivery] [title]").getAttribute("title")) ?? "";
  await other.goto(`/ingests?delivery=${encodeURIComponent(key)}`);
  const same = other.getByRole("row").filter({ has: other.locator(`[title="${key}"]`) });
  await same.getByRole("button", { name: /^Withdraw/ }).click();
  await expect(same).toContainText("withdrawn");
  await expect.poll(observations, { timeout: 240_000 }).toBeLessThan(before);
  await same.getByRole("button", { name: /^Restore/ }).click();
  await expect.poll(observations, { timeout: 240_000 }).toBe(before);
  await other.close();
});

test("a time without a window, and a browser that cannot draw, are said and not hidden", async ({ page }) => {
  await openMap(page);
  await page.goto("/map?dataset=ioncannon&at=2020-02-02T12:00:00Z");
  await expect(page.getByText("There is no window at this time").first()).toBeVisible();
  // Come to from a picture, nothing of it is told of any more.
  await page.goto("/map?dataset=ioncannon");
  const seen = page.getByRole("region", { name: "Stations in view" });
  await expect(seen.getByRole("table")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save picture" })).toBeEnabled();
  const day = page.getByRole("textbox", { name: "Day (UTC)" });
  await day.fill("2020-02-02");
  await day.press("Enter");
  await expect(seen).toContainText("There is no window at this time");
  await expect(seen.getByRole("table")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Save picture" })).toBeDisabled();
  await page.goto("/map?dataset=nobody");
  await expect(page.getByText("There is no dataset nobody")).toBeVisible();

  // A browser without WebGL.
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto("/map?dataset=ioncannon");
  await expect(page.getByText("This browser cannot draw the map: it has no WebGL 2.")).toBeVisible();
  await expect(stations(page).getByRole("row").nth(1)).toContainText("degC");
});
