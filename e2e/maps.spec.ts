import { rename } from "node:fs/promises";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import pg from "pg";
import { connectionString } from "../server/adapters/postgres/embedded/start";
import { dataFolder, expect, newestWindow, said, test } from "./product";

/** Deliveries are ingested and a window that has a revision rests a minute before it is built again. */
const REBUILT_MS = 300_000;

const HOUR_MS = 3_600_000;
const typed = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
const msOf = (text: string) => Date.parse(`${text.replace(" ", "T")}Z`);

const variables = (page: Page) => page.getByRole("table", { name: "Variables" });
const draft = (page: Page) => page.getByRole("region", { name: "The draft" });

async function edit(page: Page, column: string) {
  await page.getByRole("button", { name: `Edit ${column}`, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Raw column ${column}` });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Fills the form with an hour, and sends it when its dry run says what it would do. */
async function ingestAgain(page: Page, start: number): Promise<void> {
  const form = page.getByRole("form", { name: "Ingest again" });
  await form.getByLabel("From (UTC)").fill(typed(start));
  await form.getByLabel("To (UTC), not included").fill(typed(start + HOUR_MS));
  const dryRun = form.getByRole("status", { name: "What would be ingested" });
  await expect(dryRun).toContainText(/\d+ deliver(y|ies) with .+ rows?, .+ of payloads, in \d+ windows?/);
  await form.getByRole("button", { name: "Ingest again" }).click();
  await expect(said(page)).toContainText("Ingesting again has begun");
}

test("a level and a method are changed, a wrong unit is refused at its field, and the change reaches the newest revision", async ({
  page,
}) => {
  const { start } = await newestWindow(page);
  await page.goto("/sources/ioncannon");
  await page.getByRole("link", { name: "Variable map" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Variables of ioncannon");
  const row = variables(page).getByRole("row").filter({ hasText: "dew_point_temperature__degC__2.0" });
  // What real cells hold stands beside it.
  await expect(row).toContainText(/\d filled/);

  const dialog = await edit(page, "dew_point_temperature");
  await expect(dialog.getByRole("table", { name: "Cells of dew_point_temperature" })).toContainText(/ K/);
  await dialog.getByLabel("Unit of the raw values").fill("hPa");
  await expect(dialog).toContainText('"hPa" is of dimension');
  await dialog.getByRole("button", { name: "Take into the draft" }).click();
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("Unit of the raw values").fill("furlong");
  await expect(dialog).toContainText('"furlong" is not known as a unit; give K, degC, degF');
  await dialog.getByLabel("Unit of the raw values").fill("");
  await expect(dialog).toContainText("give a unit, or 1 for none");
  await dialog.getByLabel("Unit of the raw values").fill("K");
  await expect(dialog.getByRole("status")).toContainText("the unit is rather degC");
  await dialog.getByLabel("Unit of the raw values").fill("degC");
  await expect(dialog.getByRole("status")).toHaveCount(0);
  await dialog.getByLabel("Level above ground, m").fill("10");
  await dialog.getByLabel("Method").selectOption("mean");
  await dialog.getByLabel("Period, ISO 8601").fill("PT10M");
  await expect(dialog).toContainText("10 min");
  await expect(dialog).toContainText("dew_point_temperature__degC__10.0__mean__PT10M");
  await dialog.getByRole("button", { name: "Take into the draft" }).click();
  await expect(dialog).toHaveCount(0);

  await expect(draft(page)).toContainText("dew_point_temperature makes another column");
  await expect(draft(page)).toContainText("The products of pygeoapi follow");
  await draft(page).getByRole("button", { name: "Save the map" }).click();
  await expect(said(page)).toContainText("Version 2 of the map is in force");
  await expect(page.getByRole("region", { name: "Ingest again" })).toContainText("Version 2 is in force");
  await page.goto("/audit?what=map%20change");
  await expect(page.getByRole("main")).toContainText("map change");

  await page.goto("/sources/ioncannon/variables");
  const again = page.getByRole("form", { name: "Ingest again" });
  await again.getByLabel("From (UTC)").fill("2001-01-01");
  await again.getByLabel("To (UTC), not included").fill("2001-01-02");
  await expect(again).toContainText(
    /Nothing would be ingested: this source brought no delivery in this range; it has kept payloads from 20.+ UTC: choose/,
  );
  await ingestAgain(page, msOf(start));
  const first = page.getByRole("list", { name: "Ingested again" }).getByRole("listitem").first();
  await expect(first).toContainText("map version 2");
  await expect(first).toContainText("done", { timeout: REBUILT_MS });
  await expect(first).toContainText(/(?<!\d)(\d+) of \1 deliver(y|ies) finished/);

  await expect
    .poll(() => columnsOf(msOf(start)), { timeout: REBUILT_MS })
    .toContain("dew_point_temperature__degC__10.0__mean__PT10M");

  const versions = page.getByRole("region", { name: "Versions" });
  await expect(versions.getByRole("table", { name: "Difference of versions" })).toContainText("level, m");
  await versions.getByRole("button", { name: /^Use version 1 / }).click();
  await expect(said(page)).toContainText("Version 1 of the map is in force again");
  await expect(page.getByRole("region", { name: "Ingest again" })).toContainText("Version 1 is in force");
  await expect(page.getByRole("button", { name: "Reset to the default" })).toHaveCount(0);
});

/** The columns of the current revision of IonCannon's window that begins there. */
async function columnsOf(startMs: number): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: connectionString(dataFolder()) });
  await client.connect();
  try {
    const { rows } = await client.query<{ columns: readonly { name: string }[] }>(
      "SELECT columns FROM revision WHERE dataset = 'ioncannon' AND start_us = $1::bigint AND current",
      [startMs * 1000],
    );
    return (rows[0]?.columns ?? []).map(({ name }) => name);
  } finally {
    await client.end();
  }
}

test("names are searched by word, unit and former spelling, by keyboard; one that CF does not know is refused with those that may be meant", async ({
  page,
}) => {
  await newestWindow(page);
  await page.goto("/sources/ioncannon/variables");
  const dialog = await edit(page, "precipitation");
  const name = dialog.getByRole("combobox", { name: "CF standard name" });
  const option = page.getByRole("listbox").getByRole("option");
  await name.fill("rain gauge");
  await expect(option.first()).toContainText("lwe_thickness_of_precipitation_amount");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(name).toHaveValue("lwe_thickness_of_precipitation_amount");
  await expect(dialog.getByRole("link", { name: /In CF's table/ })).toHaveAttribute(
    "href",
    /cf-standard-name-table\.html#lwe_thickness_of_precipitation_amount$/,
  );
  await name.fill("pressure mmHg");
  await expect(option.filter({ hasText: "air_pressure" }).first()).toContainText("Pa");
  await name.fill("air_pressure_at_sea_level");
  await expect(option.first()).toContainText("formerly air_pressure_at_sea_level");
  await page.keyboard.press("Escape");
  await expect(dialog).toContainText("A former spelling of air_pressure_at_mean_sea_level");
  await name.fill("air_temprature");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Take into the draft" }).click();
  await expect(dialog).toContainText("CF's table has no such name; perhaps air_temperature");
  await dialog.getByRole("button", { name: "Leave as it was" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Edit precipitation", exact: true })).toBeFocused();
  await expect(draft(page)).toHaveCount(0);
});

test("two columns of one name cannot be saved, and a draft is let go; axe finds nothing in editor and draft, and a narrow page is not too wide", async ({
  page,
}) => {
  const violations = async () =>
    (await new AxeBuilder({ page }).analyze()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`,
    );
  await page.emulateMedia({ reducedMotion: "reduce" });
  await newestWindow(page);
  await page.goto("/sources/ioncannon/variables");
  const dialog = await edit(page, "dew_point_temperature");
  expect(await violations()).toEqual([]);
  await dialog.getByRole("combobox", { name: "CF standard name" }).fill("air_temperature");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Take into the draft" }).click();
  await expect(draft(page).getByRole("alert")).toContainText("1 thing is wrong");
  await expect(variables(page)).toContainText('which "air_temperature" makes already');
  await expect(draft(page).getByRole("button", { name: "Save the map" })).toBeDisabled();
  expect(await violations()).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await draft(page).getByRole("button", { name: "Discard" }).click();
  await expect(draft(page)).toHaveCount(0);
});

test("a payload that is gone fails with its reason, and the others are ingested", async ({ page }) => {
  const { start } = await newestWindow(page);
  // An hour earlier than the one of the other journey.
  const hour = msOf(start) - HOUR_MS;
  const client = new pg.Client({ connectionString: connectionString(dataFolder()) });
  await client.connect();
  const { rows } = await client.query<{ key: string }>(
    `SELECT d.payload_key AS key FROM delivery d WHERE d.dataset = 'ioncannon' AND d.start_us >= $1::bigint AND d.end_us <= $2::bigint
       AND d.current_generation IS NOT NULL ORDER BY d.start_us LIMIT 1`,
    [hour * 1000, (hour + HOUR_MS) * 1000],
  );
  await client.end();
  const file = path.join(dataFolder(), "files", rows[0]?.key ?? "");
  await rename(file, `${file}.away`);
  try {
    await page.goto("/sources/ioncannon/variables");
    await ingestAgain(page, hour);
    const first = page.getByRole("list", { name: "Ingested again" }).getByRole("listitem").first();
    await expect(first).toContainText("done, some failed", { timeout: REBUILT_MS });
    await expect(first).toContainText("1 failed");
    await first.getByRole("button", { name: "Why 1 delivery was not ingested" }).click();
    await expect(first.getByRole("table", { name: "Not ingested" })).toContainText("missing from the store");
  } finally {
    await rename(`${file}.away`, file);
  }
});

test("of two browsers the second is told which version came, takes its draft over to that, and saves it", async ({
  page,
  browser,
  baseURL,
}) => {
  await newestWindow(page);
  const other = await browser.newPage({ baseURL: baseURL ?? "" });
  for (const each of [page, other]) await each.goto("/sources/ioncannon/variables");
  await setLevel(page, "dew_point_temperature", "3");
  await setLevel(page, "precipitation", "3");
  await setLevel(other, "dew_point_temperature", "4");
  await setLevel(other, "air_pressure_at_mean_sea_level", "4");
  await draft(other).getByRole("button", { name: "Save the map" }).click();
  await expect(said(other)).toContainText(/Version \d+ of the map is in force/);

  const told = draft(page).getByRole("alert");
  await expect(told).toContainText(
    /Version \d+ of the map has come into force since you began this draft, by local/,
  );
  await expect(told).toContainText(/It changes .*air_pressure_at_mean_sea_level/);
  await expect(told).toContainText("Your draft changes dew_point_temperature too");
  const save = draft(page).getByRole("button", { name: "Save the map" });
  await expect(save).toBeDisabled();
  await told.getByRole("button", { name: /^Take my changes over to version/ }).click();
  await expect(told).toHaveCount(0);
  await draft(page).getByText("2 changes of the map in force").click();
  const changes = draft(page).getByRole("table", { name: "Changes" });
  await expect(changes.getByRole("row").filter({ hasText: "dew_point" })).toContainText(/4.*3/s);
  await expect(changes).not.toContainText("air_pressure");
  await save.click();
  await expect(said(page)).toContainText(/Version \d+ of the map is in force/);
  await expect(variables(page)).toContainText("air_pressure_at_mean_sea_level__hPa__4.0");

  await page.getByRole("button", { name: "Reset to the default" }).click();
  await page.getByRole("button", { name: "Reset the map" }).click();
  await expect(page.getByRole("button", { name: "Reset to the default" })).toHaveCount(0);
  await other.close();
});

async function setLevel(page: Page, column: string, level: string): Promise<void> {
  const dialog = await edit(page, column);
  await dialog.getByLabel("Level above ground, m").fill(level);
  await dialog.getByRole("button", { name: "Take into the draft" }).click();
  await expect(dialog).toHaveCount(0);
}
