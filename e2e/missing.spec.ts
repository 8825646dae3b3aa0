import AxeBuilder from "@axe-core/playwright";
import { expect, firstBuiltWindow, said, test, windowState } from "./product";

/** Of this test alone. */
const DAY = "2024-07-09";
const BUILT_MS = 180_000;

test("a window that waits is found from home, says what is missing and who may bring it, and collects it by one click", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/ioncannon");
  await page.getByLabel("From (UTC)").fill(`${DAY} 10:00`);
  await page.getByLabel("To (UTC), not included").fill(`${DAY} 10:30`);
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(said(page)).toContainText("ioncannon is asked for");

  await page.goto("/");
  await page.getByRole("link", { name: /^waiting/ }).click();
  await expect(page).toHaveURL(/state=waiting/);
  const list = page.getByRole("table", { name: "Windows", exact: true });
  const row = list.getByRole("row").filter({ hasText: DAY });
  await expect(row).toContainText("no delivery for", { timeout: BUILT_MS });
  // The picture is of the last days: it says what it leaves out, and goes there.
  await page.getByRole("button", { name: "Show them there" }).click();
  await expect(page).toHaveURL(/from=/);
  await expect(page.getByText("outside the picture above")).toHaveCount(0);
  await row.getByRole("link").first().click();

  const missing = page.getByRole("region", { name: "Missing" });
  await expect(missing).toContainText(`${DAY} 10:30 to 11:00 UTC`);
  await expect(missing.getByRole("link", { name: "ioncannon" })).toBeVisible();
  await expect(missing).toContainText("will not ask for this time by itself");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await missing.getByRole("button", { name: "Collect what is missing from ioncannon" }).press("Enter");
  await expect(said(page)).toContainText(`ioncannon is asked for ${DAY} 10:30 to 11:00 UTC`);
  await expect(windowState(page, "built")).toBeVisible({ timeout: BUILT_MS });
  await expect(missing).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Coverage", exact: true })).toContainText(
    /Coverage\s*100\s*%/,
  );
});
