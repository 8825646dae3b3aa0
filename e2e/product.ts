import { test as base, expect, type Page } from "@playwright/test";

/** How long the first window may take after the start. */
export const FIRST_WINDOW_MS = 300_000;

/** Tests against the product that the global setup started. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern
  baseURL: async ({}, use) => {
    await use(process.env.IONBEAM_E2E_ADDRESS ?? "");
  },
});

export { expect };

/** Where pages say what an action did. */
export function said(page: Page) {
  return page.getByRole("log", { name: "What actions did" });
}

/** A window's state on its own page; alone, since the sentence beside it says "built" of what is not built yet too. */
export function windowState(page: Page, word: string) {
  return page.locator("h1 + div").getByText(word, { exact: true });
}

/** The data folder of the product. */
export function dataFolder(): string {
  return process.env.IONBEAM_E2E_DATA ?? "";
}

/** What the archive beside the product serves. */
export function archiveFolder(): string {
  return process.env.IONBEAM_E2E_ARCHIVE ?? "";
}

/** The address of the archive beside the product. */
export function archiveUrl(): string {
  return process.env.IONBEAM_E2E_ARCHIVE_URL ?? "";
}

/** The settings file of the product. */
export function settingsFile(): string {
  return process.env.IONBEAM_E2E_SETTINGS ?? "";
}

/** Waits until home shows a built window. @returns its link */
export async function firstBuiltWindow(page: Page) {
  await page.goto("/");
  const link = page.getByRole("region", { name: "Latest built" }).getByRole("link").first();
  await expect(link).toBeVisible({ timeout: FIRST_WINDOW_MS });
  return link;
}

/** The start of IonCannon's newest built window, as it is typed; what was built last may be of another dataset. */
export async function newestWindow(page: Page): Promise<{ start: string }> {
  await firstBuiltWindow(page);
  await page.goto("/windows?dataset=ioncannon&state=built");
  const link = page.getByRole("table", { name: "Windows" }).getByRole("link").first();
  return { start: ((await link.textContent()) ?? "").slice(0, 16) };
}
