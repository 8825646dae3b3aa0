import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, firstBuiltWindow, said, test } from "./product";

const LISTS = [
  "/",
  "/sources",
  "/ingests",
  "/windows",
  "/datasets",
  "/projections",
  "/map",
  "/reprocess",
  "/dead-letters",
  "/audit",
  "/operations",
  "/settings",
];

/** Every page, the ones of one thing included. */
async function everyPage(page: Page): Promise<string[]> {
  const window = (await (await firstBuiltWindow(page)).getAttribute("href")) ?? "";
  await page.goto("/sources/ioncannon");
  const run = page.getByRole("table", { name: "Runs" }).getByTitle("The run").first();
  const runHref = (await run.getAttribute("href")) ?? "";
  return [
    ...LISTS,
    "/windows?last=P90D&state=built,failed",
    window,
    "/sources/ioncannon",
    "/sources/sensor_community",
    "/sources/ioncannon/variables",
    runHref,
    "/datasets/ioncannon",
    "/projections/pygeoapi",
    "/sources/new",
    "/reprocess/new",
    "/no-such-page",
  ];
}

async function loaded(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  if (address === "/map") await expect(page.getByRole("figure", { name: "Legend" })).toBeVisible();
}

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const found: string[] = [];
    for (const address of await everyPage(page)) {
      await loaded(page, address);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations)
        found.push(`${address} ${id}: ${nodes.map((node) => node.html).join("\n")}`);
    }
    expect(found).toEqual([]);
  });
}

test("axe finds nothing in the form of a schedule and in the calendar", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/sources/ioncannon");
  await page.getByRole("button", { name: "Add a schedule" }).click();
  await expect(page.getByRole("table", { name: "Next five runs" }).locator("tbody tr")).toHaveCount(5);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Choose days…" }).click();
  await expect(page.getByRole("dialog", { name: "Choose days…" })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include("[role=dialog]").analyze();
  expect(violations).toEqual([]);
});

test("no page is wider than a narrow screen", async ({ page }) => {
  const addresses = await everyPage(page);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const address of addresses) {
    await loaded(page, address);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, address).toBeLessThanOrEqual(360);
  }
});

test("lists fit their pages: no action is out of sight", async ({ page }) => {
  await firstBuiltWindow(page);
  for (const width of [800, 1280, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const address of LISTS) {
      await loaded(page, address);
      const wider = await page
        .getByRole("main")
        .getByRole("table")
        .evaluateAll((tables) =>
          tables.flatMap((table) => {
            const room = table.parentElement?.clientWidth ?? 0;
            return table.scrollWidth > room ? [`${table.ariaLabel} ${table.scrollWidth} in ${room}`] : [];
          }),
        );
      expect(wider, `${address} at ${width}`).toEqual([]);
    }
  }
});

test("by keyboard alone: from home to a window, Reprocess, the list of keys, and a run", async ({ page }) => {
  await firstBuiltWindow(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await reach(page, "link", /^\d{4}-\d\d-\d\d/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/windows\/ioncannon\//);
  await expect(page.getByRole("button", { name: "Reprocess" })).toBeVisible();
  await reach(page, "button", /^Reprocess/);
  const outline = await page.evaluate(
    () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
  );
  expect(outline).toBe("solid");
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("Reprocessing");

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL(/\/sources$/);
  await reach(page, "link", /^ioncannon$/);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("From (UTC)")).toHaveValue(/\d/);
  await reach(page, "textbox", /^From/);
  // Enter in a field sends the form.
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("ioncannon is asked for");
});

/** Presses Tab until the focus is on such a thing. */
async function reach(page: Page, role: "link" | "button" | "textbox", name: RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name });
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const there = await wanted.evaluateAll((all) => all.some((each) => each === document.activeElement));
    if (there) return;
  }
  throw new Error(`Tab does not reach a ${role} ${name}`);
}
