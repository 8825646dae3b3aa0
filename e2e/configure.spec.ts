import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { DAY, formatInstant, HOUR, MINUTE, type Micros } from "../server/observation/time";
import { failProjection } from "./messages";
import { expect, firstBuiltWindow, newestWindow, said, test } from "./product";
import { FILE_SECRET } from "./start-product";

const RUN_MS = 180_000;

const form = (page: Page, name: string) => page.getByRole("form", { name: `Configuration of ${name}` });
const typed = (instant: Micros) => formatInstant(instant).slice(0, 16).replace("T", " ");

/** Asks the source of this page for an hour of two days ago. @returns the row of that run */
async function runHour(page: Page, name: string, hour: number) {
  const start = Math.floor(Date.now() / 86_400_000 - 2) * DAY + hour * HOUR;
  await page.getByLabel("From (UTC)").fill(typed(start));
  await page.getByLabel("To (UTC), not included").fill(typed(start + HOUR));
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(said(page)).toContainText(`${name} is asked for`);
  return page
    .getByRole("table", { name: "Runs" })
    .getByRole("row")
    .filter({ hasText: `${typed(start)} to ${typed(start + HOUR).slice(11)} UTC` })
    .first();
}

test("IonCannon's stations are edited: wrong values stand at their field, and the next run has what was saved", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/ioncannon");
  const settings = form(page, "ioncannon");
  const stations = settings.getByRole("textbox", { name: "Stations" });
  await expect(stations).toHaveValue("40");
  const save = settings.getByRole("button", { name: /^Save/ });
  await expect(save).toBeDisabled();

  await stations.fill("many");
  await expect(
    settings.getByText("write a number, with a point before its decimals", { exact: true }),
  ).toBeVisible();
  await expect(stations).toHaveAttribute("aria-invalid", "true");
  await expect(save).toBeDisabled();
  await stations.fill("0");
  await expect(settings.getByText("not less than 1", { exact: true })).toBeVisible();
  // Save says what is in its way, and leads there.
  await expect(settings.getByText("Nothing is changed.")).toHaveCount(0);
  await settings.getByRole("button", { name: "Stations", exact: true }).click();
  await expect(stations).toBeFocused();
  await stations.fill("40");
  await expect(save).toBeDisabled();
  await stations.fill("12");
  await expect(settings.getByText("Stations: 40 to 12")).toBeVisible();
  await save.click();
  await expect(said(page)).toContainText("The settings of ioncannon are saved");
  await expect(save).toBeDisabled();
  await page.reload();
  await expect(stations).toHaveValue("12");
  // An hour of reports every ten minutes.
  await expect(await runHour(page, "ioncannon", 3)).toContainText("72", { timeout: RUN_MS });

  // What only the server can know is refused at its field too.
  const area = settings.getByRole("group", { name: "Area" });
  await area.getByRole("textbox", { name: "South" }).fill("60");
  await area.getByRole("textbox", { name: "North" }).fill("50");
  await save.click();
  await expect(said(page)).toContainText("north must be greater than south");
  await expect(area.getByText("north must be greater than south")).toBeVisible();
  await expect(area.getByRole("textbox", { name: "North" })).toHaveAttribute("aria-invalid", "true");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await settings.getByRole("button", { name: "Discard changes" }).click();
  await expect(area.getByRole("textbox", { name: "South" })).toHaveValue("35");

  await stations.fill("40");
  await save.click();
  await expect(stations).toHaveValue("40");
  await expect(save).toBeDisabled();
  await page.goto("/audit?what=source+configure");
  const changes = page.getByRole("table", { name: "Changes" });
  await expect(changes.getByRole("row").nth(1)).toContainText(/num_stations.*12.*40/s);
});

test("of two browsers the second is told, and refused, before it overwrites the first", async ({
  page,
  browser,
  baseURL,
}) => {
  await firstBuiltWindow(page);
  const other = await browser.newPage({ baseURL: baseURL ?? "" });
  for (const each of [page, other]) await each.goto("/sources/ioncannon");
  const [mine, theirs] = [form(page, "ioncannon"), form(other, "ioncannon")];
  await mine.getByRole("textbox", { name: "Seed" }).fill("7");
  const asked = await page.request.get("/api/trpc/source.configuration", {
    params: { input: JSON.stringify({ name: "ioncannon" }) },
  });
  const { version } = (await asked.json()).result.data;

  await theirs.getByRole("textbox", { name: "Doubled" }).fill("0.5");
  await theirs.getByRole("button", { name: "Save 1 change" }).click();
  await expect(said(other)).toContainText("are saved");
  await expect(mine.getByRole("alert")).toContainText("Somebody else has saved other settings");
  await expect(mine.getByRole("alert")).toContainText("Doubled: 0.5 now, 0 when you began");
  await expect(mine.getByRole("button", { name: "Save 1 change" })).toBeDisabled();
  await mine.getByRole("button", { name: "choose first whose settings hold" }).click();
  await expect(mine.getByRole("alert")).toBeFocused();
  const stale = await page.request.post("/api/trpc/source.configure", {
    data: { name: "ioncannon", version, changes: [{ path: ["seed"], value: 8 }] },
  });
  expect(stale.status()).toBe(409);
  expect(await stale.text()).toContain("somebody else has saved other settings");

  await mine.getByRole("button", { name: "Keep mine on top of theirs" }).click();
  await expect(mine.getByRole("textbox", { name: "Doubled" })).toHaveValue("0.5");
  await mine.getByRole("button", { name: "Use the default of Doubled" }).click();
  await mine.getByRole("button", { name: "Discard changes" }).click();
  await mine.getByRole("button", { name: "Use the default of Doubled" }).click();
  await mine.getByRole("button", { name: "Save 1 change" }).click();
  await expect(said(page)).toContainText("are saved");
  await expect(theirs.getByRole("textbox", { name: "Doubled" })).toHaveValue("0");
  await other.close();
});

test("a secret is set, replaced and removed, and is in no answer, page or audit", async ({ page }) => {
  await firstBuiltWindow(page);
  const secrets = [FILE_SECRET, "typed-in-the-browser"];
  const heard: Promise<string>[] = [];
  page.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    // The stream of changes never ends.
    if (/json|html/.test(type)) heard.push(response.text().catch(() => ""));
  });
  await page.goto("/sources/netatmo");
  const settings = form(page, "netatmo");
  await expect(settings.getByText('client_id: "of-the-file"')).toBeVisible();
  const secret = settings.getByLabel("client_secret", { exact: true });
  await expect(secret).toHaveValue("");
  await expect(secret).toHaveAttribute("type", "password");
  await expect(settings.getByText("set", { exact: true })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await secret.fill("typed-in-the-browser");
  await expect(settings.getByText("client_secret: replaced")).toBeVisible();
  await settings.getByRole("button", { name: "Save 1 change" }).click();
  await expect(said(page)).toContainText("The settings of netatmo are saved");
  await expect(secret).toHaveValue("");
  await page.goto("/sources");
  await expect(page.getByText("source netatmo is configured otherwise")).toBeVisible();
  await page.goto("/audit?what=source+configure");
  await expect(page.getByRole("table", { name: "Changes" })).toContainText("client_secret: set anew");

  await page.goto("/sources/netatmo");
  await settings.getByRole("button", { name: "Remove client_secret" }).click();
  await expect(settings.getByText("Will be removed when you save.")).toBeVisible();
  await settings.getByRole("button", { name: "Discard changes" }).click();

  // The file has the secret: applying it takes that back, and again says nothing of it.
  await page.goto("/sources");
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(page.getByText("source netatmo is configured otherwise")).toHaveCount(0);
  const answers = (await Promise.all(heard)).join("\n");
  expect(answers).toContain("client_secret");
  for (const each of secrets) expect(answers.includes(each), each).toBe(false);
  expect(await page.content()).not.toContain(FILE_SECRET);
});

test("another source of a kind is added: a name that is taken stands at its field; it runs at once, into its own dataset", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources");
  await page.getByRole("link", { name: "Add a source" }).click();
  const adding = page.getByRole("form", { name: "Add a source" });
  await adding.getByLabel("Kind").selectOption("ioncannon");
  await adding.getByRole("button", { name: "Add source" }).click();
  await expect(adding.getByText("give it a name")).toBeVisible();
  await adding.getByLabel("Name").fill("ioncannon");
  await adding.getByRole("button", { name: "Add source" }).click();
  await expect(adding.getByText('there is a source "ioncannon" already: choose another name')).toBeVisible();
  await adding.getByLabel("Name").fill("North sea");
  await adding.getByRole("button", { name: "Add source" }).click();
  await expect(adding.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await adding.getByLabel("Name").fill("north");
  await adding.getByRole("button", { name: "Add source" }).click();
  await expect(page).toHaveURL(/\/sources\/north$/);
  await expect(page.getByRole("button", { name: "Enable north" })).toBeVisible();

  const settings = form(page, "north");
  await settings.getByRole("textbox", { name: "Stations" }).fill("3");
  await settings.getByRole("button", { name: "Save 1 change" }).click();
  await expect(said(page)).toContainText("The settings of north are saved");
  await expect(await runHour(page, "north", 5)).toContainText("18", { timeout: RUN_MS });
  await page.goto("/windows?dataset=north");
  await expect(
    page.getByRole("table", { name: "Windows" }).getByText("built", { exact: true }).first(),
  ).toBeVisible({ timeout: RUN_MS });
});

test("a projection is looked at, turned off and on, and a failed window is tried again", async ({ page }) => {
  await newestWindow(page);
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/projections$/);
  const row = page
    .getByRole("table", { name: "Projections" })
    .getByRole("row")
    .filter({ hasText: "pygeoapi" });
  await expect(row).toContainText("up to date", { timeout: RUN_MS });
  await row.getByRole("link", { name: "pygeoapi", exact: true }).click();
  await expect(page).toHaveURL(/\/projections\/pygeoapi$/);
  await expect(page.getByRole("table", { name: "Files" })).toContainText(".parquet");

  const reason = "the folder cannot be written (EACCES)";
  const start = await failProjection("pygeoapi", reason);
  await page.reload();
  const failed = page.getByRole("table", { name: "Failed windows" });
  await expect(failed).toContainText(reason);
  await expect(failed).toContainText(typed(start));
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await failed.getByRole("button", { name: /^Retry/ }).click();
  await expect(said(page)).toContainText("1 window is tried again now.");
  await expect(page.getByText("Nothing failed")).toBeVisible({ timeout: RUN_MS });

  await page.getByRole("button", { name: "Disable pygeoapi" }).click();
  await expect(said(page)).toContainText("pygeoapi is off");
  const range = page.getByRole("form", { name: "Project a range by pygeoapi" });
  await expect(range.getByRole("button", { name: "Project" })).toBeDisabled();
  await page.getByRole("button", { name: "Enable pygeoapi" }).click();
  await expect(said(page)).toContainText("pygeoapi is on");
  await range.getByLabel("Dataset").selectOption("ioncannon");
  await range.getByLabel("From (UTC)").fill(typed(start));
  await range.getByLabel("To (UTC), not included").fill(typed(start + 30 * MINUTE));
  await range.getByRole("button", { name: "Project" }).click();
  await expect(said(page)).toContainText("1 window of ioncannon will be projected by pygeoapi.");

  const settings = form(page, "pygeoapi");
  const folder = settings.getByRole("textbox", { name: "Folder to serve" });
  await folder.fill("/srv/elsewhere");
  await expect(settings.getByText("Folder to serve: nothing to /srv/elsewhere")).toBeVisible();
  await settings.getByRole("button", { name: "Discard changes" }).click();
  await expect(folder).toHaveValue("");
});
