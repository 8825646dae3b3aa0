import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, firstBuiltWindow, said, test } from "./product";

const question = (page: Page) => page.getByRole("alertdialog", { name: "Leave without saving?" });
const rail = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "The line" }).getByRole("link", { name });

/** Wherever it is asked, who stays is where he was, with what he typed. */
async function stay(page: Page, what: string): Promise<void> {
  await expect(question(page)).toContainText(what);
  await page.keyboard.press("Escape");
  await expect(question(page)).toHaveCount(0);
}

/** Changes a column of IonCannon's map, by the editor. */
async function changeColumn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Edit dew_point_temperature", exact: true }).click();
  const editor = page.getByRole("dialog", { name: "Raw column dew_point_temperature" });
  await editor.getByLabel("Level above ground, m").fill("10");
  // One Escape too many does not throw it away.
  await page.keyboard.press("Escape");
  await expect(editor.getByRole("alert")).toContainText("not taken yet");
  await expect(editor.getByLabel("Level above ground, m")).toHaveValue("10");
  await editor.getByRole("button", { name: "Take into the draft" }).click();
  await expect(editor).toHaveCount(0);
}

test("the draft of a variable map is asked for before it is left by a link, by keys, by Back or with the tab", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/ioncannon");
  await page.getByRole("link", { name: "Variable map" }).click();
  await expect(page).toHaveURL(/\/variables$/);
  const draft = page.getByRole("region", { name: "The draft" });
  const named = "the draft of the variable map of ioncannon";
  await changeColumn(page);
  await expect(draft).toBeVisible();

  // By keyboard, with the focus back on the link.
  await rail(page, "Map").focus();
  await page.keyboard.press("Enter");
  await expect(question(page)).toContainText(named);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  // On a narrow page all of the question is in sight.
  const wide = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 360, height: 740 });
  const box = await question(page).boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  await page.setViewportSize(wide);
  await stay(page, named);
  await expect(rail(page, "Map")).toBeFocused();
  await expect(draft).toBeVisible();

  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await stay(page, named);

  await page.evaluate(() => history.back());
  await stay(page, named);
  await expect(page).toHaveURL(/\/variables$/);
  await expect(draft).toBeVisible();

  const asked = page.waitForEvent("dialog");
  const reload = page.reload({ timeout: 5_000 }).catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await reload;
  await expect(draft).toBeVisible();

  // Agreed to, Back goes back; and the draft is not held any more.
  await rail(page, "Map").focus();
  await page.evaluate(() => history.back());
  await question(page).getByRole("button", { name: "Leave and lose it" }).click();
  await expect(page).toHaveURL(/\/sources\/ioncannon$/);
  await rail(page, "Windows").click();
  await expect(page).toHaveURL(/\/windows$/);

  // Discarded, nothing is asked.
  await page.goto("/sources/ioncannon/variables");
  await changeColumn(page);
  await draft.getByRole("button", { name: "Discard" }).click();
  await expect(draft).toHaveCount(0);
  // What took the draft's place has fields: the focus is above them, where letters are keys.
  await expect(page.getByRole("heading", { name: "Variables", exact: true })).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page).toHaveURL(/\/map$/);
});

test("the forms of a source, a dataset and the settings are asked for, until they are saved or discarded", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/ioncannon");
  const settings = page.getByRole("form", { name: "Configuration of ioncannon" });
  await settings.getByRole("textbox", { name: "Seed" }).fill("11");
  await rail(page, "Sources").click();
  await stay(page, "Configuration of ioncannon");
  await expect(settings.getByRole("textbox", { name: "Seed" })).toHaveValue("11");
  await settings.getByRole("button", { name: "Save 1 change" }).click();
  await expect(said(page)).toContainText("are saved");
  await settings.getByRole("button", { name: "Use the default of Seed" }).click();
  await settings.getByRole("button", { name: "Save 1 change" }).click();
  await expect(settings.getByText("Nothing is changed.")).toBeVisible();

  await page.getByRole("button", { name: "Add a schedule" }).first().click();
  const schedule = page.getByRole("form", { name: "Add a schedule" });
  await schedule.getByLabel("Every").fill("3 h");
  await rail(page, "Datasets").click();
  await stay(page, "a schedule of ioncannon");
  await schedule.getByRole("button", { name: "Not now" }).click();
  await rail(page, "Datasets").click();
  await expect(page).toHaveURL(/\/datasets$/);

  await page.goto("/datasets/ioncannon");
  await page.getByLabel("May still change for").fill("55 min");
  await page.getByLabel("Keep points for").fill("90 d");
  await rail(page, "Settings").click();
  await expect(question(page)).toContainText("the settings of ioncannon");
  await stay(page, "the retention of ioncannon");
  for (const name of ["Settings", "Retention"])
    await page
      .getByRole("form", { name: `${name} of ioncannon` })
      .getByRole("button", { name: "Discard changes" })
      .click();
  await rail(page, "Settings").click();
  await expect(page).toHaveURL(/\/settings$/);

  await page.getByRole("form", { name: "Webhook" }).getByLabel("Signing key").fill("long enough");
  await page.getByRole("form", { name: "Settings of alerts" }).getByLabel("Late after").fill("9 h");
  await rail(page, "Home").click();
  await expect(question(page)).toContainText("what is typed for the webhook");
  await expect(question(page)).toContainText("the settings of alerts");
  await question(page).getByRole("button", { name: "Leave and lose it" }).click();
  await expect(page.getByRole("region", { name: "Latest built" })).toBeVisible();
});
