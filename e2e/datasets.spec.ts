import { expect, firstBuiltWindow, said, test } from "./product";

test("a dataset's settings are shown and changed, by keyboard, and what is wrong is said", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/datasets/sensor.community");
  const form = page.getByRole("form", { name: "Settings of sensor.community" });
  const missing = form.getByLabel("Where a delivery is missing");
  const change = form.getByLabel("May still change for");
  await expect(missing).toHaveValue("wait");
  const before = await change.inputValue();

  await form.getByLabel("Windows of").focus();
  await page.keyboard.press("Tab");
  await expect(change).toBeFocused();
  await page.keyboard.type("a while");
  await page.keyboard.press("Enter");
  await expect(form.getByText("write it as 30 min, 6 h or 2 d")).toBeVisible();
  await change.fill("45 min");
  await missing.focus();
  await missing.selectOption("build without it after");
  await page.keyboard.press("Tab");
  await expect(form.getByLabel("After", { exact: true })).toBeFocused();
  await page.keyboard.type("90 min");
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("The settings of sensor.community are changed.");
  await page.reload();
  await expect(change).toHaveValue("45 min");
  await expect(form.getByLabel("After", { exact: true })).toHaveValue("1 h 30 min");

  await form.getByLabel("Windows of").fill("30 s");
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("shorter than one minute; the shortest is PT1M");

  await page.reload();
  await change.fill(before);
  await missing.selectOption("wait for it");
  await form.getByRole("button", { name: "Change settings" }).click();
  await expect(said(page)).toContainText("The settings of sensor.community are changed.");
  await form.getByRole("button", { name: "Change settings" }).click();
  await expect(said(page)).toContainText("Nothing to change");
});
