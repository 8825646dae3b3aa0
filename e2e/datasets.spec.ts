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

test("retention is switched on after its dry run has been seen, and off again", async ({ page }) => {
  await firstBuiltWindow(page);
  await page.goto("/datasets/sensor.community");
  const form = page.getByRole("form", { name: "Retention of sensor.community" });
  const revisions = form.getByLabel("Keep superseded revisions for");
  await expect(revisions).toHaveValue("for ever");
  const keep = form.getByRole("button", { name: "Delete so from now on" });
  await expect(keep).toHaveCount(0);

  await revisions.fill("a while");
  await page.keyboard.press("Enter");
  await expect(form.getByText("for ever, or write it as 30 min, 6 h or 2 d")).toBeVisible();
  await revisions.fill("30 d");
  await page.keyboard.press("Enter");
  const dryRun = form.getByRole("table", { name: "What would go" });
  await expect(dryRun).toContainText("deleted 30 days after they were superseded; their rows stay");
  await keep.click();
  await expect(said(page)).toContainText("The retention of sensor.community is changed.");
  await page.reload();
  await expect(revisions).toHaveValue("30 d");

  await revisions.fill("for ever");
  await form.getByRole("button", { name: "See what would go" }).click();
  await expect(dryRun).toContainText("superseded revisions are kept for ever");
  await keep.click();
  await expect(said(page)).toContainText("The retention of sensor.community is changed.");
});

test("deletion after export says what it would take, under the other settings of the form, before it is chosen", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/datasets/ioncannon");
  const form = page.getByRole("form", { name: "Settings of ioncannon" });
  await form.getByLabel("Points after export").selectOption("delete them");
  await form.getByLabel("May still change for").fill("0 min");
  await expect(
    form.getByText(/^Points of \d+ deliver.* would be deleted within ten minutes\./),
  ).toBeVisible();
  await form.getByLabel("May still change for").fill("300 d");
  // Five minutes between two reports are a delivery without rows: it meets no window, and may go whenever.
  await expect(
    form.getByText(
      /^(No points would be deleted now|Points of \d+ deliver\w+, 0 rows, .* would be deleted within ten minutes)\..*: a window of it may still change/,
    ),
  ).toBeVisible();
  await page.reload();
  await expect(form.getByLabel("Points after export")).toHaveValue("keep");
});
