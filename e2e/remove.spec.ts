import AxeBuilder from "@axe-core/playwright";
import { DAY, formatInstant, HOUR } from "../server/observation/time";
import { expect, firstBuiltWindow, said, test } from "./product";

const RUN_MS = 180_000;
const NAME = "passing";

test("a source is removed: what ends is said first, what it delivered stays, and it can be added again", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/new");
  const adding = page.getByRole("form", { name: "Add a source" });
  await adding.getByLabel("Kind").selectOption("ioncannon");
  await adding.getByLabel("Name").fill(NAME);
  await adding.getByRole("button", { name: "Add source" }).click();
  await expect(page).toHaveURL(new RegExp(`/sources/${NAME}$`));
  const start = Math.floor(Date.now() / 86_400_000 - 2) * DAY;
  const typed = (instant: number) => formatInstant(instant).slice(0, 16).replace("T", " ");
  await page.getByLabel("From (UTC)").fill(typed(start));
  await page.getByLabel("To (UTC), not included").fill(typed(start + HOUR));
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page.getByRole("table", { name: "Runs" })).toContainText("done", { timeout: RUN_MS });
  await page.goto(`/windows?dataset=${NAME}&last=P7D`);
  await expect(
    page.getByRole("table", { name: "Windows" }).getByText("built", { exact: true }).first(),
  ).toBeVisible({ timeout: RUN_MS });

  await page.goto(`/sources/${NAME}`);
  const open = page.getByRole("button", { name: "Remove this source…" });
  await open.click();
  const dialog = page.getByRole("alertdialog", { name: `Remove ${NAME}?` });
  await expect(dialog).toContainText("no run is cancelled");
  await expect(dialog).toContainText(`Its dataset ${NAME} stays`);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await open.click();
  await dialog.getByRole("button", { name: "Remove 1 source" }).click();
  await expect(said(page)).toContainText(`${NAME} is removed`);
  const notice = page.getByRole("region", { name: "Removed" });
  await expect(notice).toContainText("it is asked for nothing");
  await expect(page.getByRole("button", { name: "Run now" })).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.goto("/sources");
  const list = page.getByRole("table", { name: "Sources" });
  await expect(list).toContainText("ioncannon");
  await expect(list.getByRole("link", { name: NAME, exact: true })).toHaveCount(0);
  await page.goto(`/windows?dataset=${NAME}&last=P7D`);
  await expect(
    page.getByRole("table", { name: "Windows" }).getByText("built", { exact: true }).first(),
  ).toBeVisible();
  await page.goto("/audit");
  await expect(page.getByRole("main")).toContainText("source remove");

  await page.goto(`/sources/${NAME}`);
  await notice.getByRole("button", { name: "Add it again" }).click();
  await expect(said(page)).toContainText(`${NAME} is added again`);
  await expect(page.getByRole("button", { name: `Enable ${NAME}` })).toBeVisible();
});
