import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
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

const rows = (page: Page) => page.getByRole("region", { name: "Rows", exact: true });
const cells = (page: Page, column: number) =>
  rows(page).getByRole("table", { name: "Rows" }).locator(`tbody td:nth-child(${column})`).allTextContents();

test("rows are sorted and filtered on the server, and what cannot be read is said at the field", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/datasets/ioncannon");
  const table = rows(page).getByRole("table", { name: "Rows" });
  const head = table.getByRole("columnheader", { name: /air_temperature/ });
  await expect(head).toBeVisible();
  const place = (await table.getByRole("columnheader").allTextContents()).findIndex((text) =>
    text.startsWith("air_temperature"),
  );
  const values = async () => (await cells(page, place + 1)).map(Number);
  const sorted = async (down: boolean) => {
    const found = await values();
    return (
      found.length > 1 &&
      found.every(
        (value, i) => i === 0 || (down ? value <= (found[i - 1] ?? 0) : value >= (found[i - 1] ?? 0)),
      )
    );
  };
  await head.getByRole("button").press("Enter");
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  await expect.poll(() => sorted(false)).toBe(true);
  await head.getByRole("button").press("Enter");
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await expect.poll(() => sorted(true)).toBe(true);

  const filter = rows(page).getByRole("form", { name: "Filter of rows" });
  const column = filter.getByLabel("Column");
  const temperature = await column.locator("option", { hasText: "air_temperature" }).first().textContent();
  await column.selectOption({ label: temperature ?? "" });
  await filter.getByLabel("Test").selectOption("is at most");
  await filter.getByLabel("Value (degC)").fill("warm");
  await page.keyboard.press("Enter");
  await expect(filter.getByText("write a number: 12.5")).toBeVisible();
  const middle = (await values())[10] ?? 0;
  await filter.getByLabel("Value (degC)").fill(String(middle));
  await page.keyboard.press("Enter");
  await expect.poll(async () => Math.max(...(await values()))).toBeLessThanOrEqual(middle);
  await expect(rows(page).getByText(/^[\d\u202f]+ of [\d\u202f]+ rows in 1 file/)).toBeVisible();

  await column.selectOption({ label: "station_id" });
  await filter.getByLabel("Test").selectOption("is");
  await filter.getByLabel("Value", { exact: true }).fill("nobody");
  await page.keyboard.press("Enter");
  await expect(
    rows(page).getByRole("status").filter({ hasText: "No row passes the filters." }),
  ).toBeVisible();
  await rows(page)
    .getByRole("button", { name: /station_id is nobody/ })
    .press("Enter");
  await expect.poll(async () => (await values()).length).toBeGreaterThan(0);

  await rows(page)
    .getByRole("textbox", { name: /^Day \(UTC\)/ })
    .fill("2019-02-03");
  await expect(rows(page).getByText("No rows of this time")).toBeVisible();
});

test("files are downloaded one by one and by a list, and are what their checksums say; sizes are told by day", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/datasets/ioncannon");
  const files = page.getByRole("region", { name: "Files", exact: true });
  const row = files.getByRole("table", { name: "Files" }).getByRole("row").nth(1);
  const href = (await row.getByRole("link").getAttribute("href")) ?? "";
  const lines = async (name: string) => {
    const link = await files.getByRole("link", { name }).getAttribute("href");
    return (await (await page.request.get(link ?? "")).text()).trim().split("\n");
  };
  const addresses = await lines("list of addresses");
  const sums = await lines("list of SHA-256");
  expect(addresses.length).toBe(sums.length);
  const one = addresses.findIndex((address) => address.endsWith(href));
  expect(one).toBeGreaterThanOrEqual(0);
  const answer = await page.request.get(addresses[one] ?? "");
  const sum = createHash("sha256")
    .update(await answer.body())
    .digest("hex");
  expect(sums[one]).toBe(`${sum}  ${href.split("/").at(-1)}`);

  const wrong = await page.request.get("/api/datasets/ioncannon/files?from=yesterday");
  expect(wrong.status()).toBe(400);
  expect(await wrong.text()).toContain("give from and to as 2026-11-24T00:00:00Z");
  expect((await page.request.get("/api/datasets/nobody/files?from=2026-11-24&to=2026-11-25")).status()).toBe(
    404,
  );
  await files.getByRole("textbox", { name: "From day (UTC)" }).fill("2019-02-03");
  await expect(files.getByText("No file of this time")).toBeVisible();

  const sizes = page.getByRole("region", { name: "Size over time" });
  await expect(sizes.getByRole("img", { name: /^Rows, day by day: at most [1-9]/ })).toBeVisible();
  await sizes.getByText("The numbers").click();
  await expect(sizes.getByRole("table", { name: "Size by day" }).getByRole("row").nth(1)).toContainText(/B/);
  await sizes.getByRole("combobox", { name: /^By/ }).selectOption("months");
  await expect(sizes.getByRole("table", { name: "Size by month" }).getByRole("row")).toHaveCount(13);
});

test("two browsers at the same settings: the second is told what the first has done", async ({
  page,
  browser,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/datasets/sensor.community");
  const other = await browser.newPage({ baseURL: new URL(page.url()).origin });
  await other.goto("/datasets/sensor.community");
  const [mine, theirs] = [page, other].map((each) => {
    const form = each.getByRole("form", { name: "Settings of sensor.community" });
    return {
      form,
      field: form.getByLabel("May still change for"),
      button: form.getByRole("button", { name: "Change settings" }),
    };
  }) as [Settings, Settings];
  const before = await mine.field.inputValue();
  await mine.field.fill("50 min");
  await theirs.field.fill("20 min");
  await theirs.button.click();
  await expect(said(other)).toContainText("The settings of sensor.community are changed.");
  await expect(mine.form.getByRole("alert")).toContainText(
    `Somebody else has changed these settings while you were typing: may still change for: ${before}, now 20 min`,
  );
  await expect(mine.button).toBeDisabled();
  await expect(mine.field).toHaveValue("50 min");
  await mine.form.getByRole("button", { name: "Keep what I typed" }).click();
  await mine.button.click();
  await expect(theirs.field).toHaveValue("50 min");

  // The change is in the audit, with both sides.
  await page.goto("/audit");
  await expect(page.getByRole("main")).toContainText("dataset set");

  await theirs.field.fill(before);
  await theirs.button.click();
  await expect(said(other).filter({ hasText: "changed" })).toBeVisible();
  await other.close();
});

interface Settings {
  readonly form: ReturnType<Page["getByRole"]>;
  readonly field: ReturnType<Page["getByLabel"]>;
  readonly button: ReturnType<Page["getByRole"]>;
}
