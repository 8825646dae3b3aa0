import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { countLetters, INGEST_QUEUE, ingestedCommand, send } from "./messages";
import { dataFolder, expect, firstBuiltWindow, said, test } from "./product";

/** Should a hint be lost: the reconciler looks for unworked messages every minute. */
const WORKED_MS = 180_000;

const letterOf = (page: Page, id: string) =>
  page.getByRole("row").filter({ has: page.getByRole("checkbox", { name: `Select message ${id}` }) });

test("a message that cannot succeed is inspected, replayed, discarded, taken back, and all of it is audited", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  const location = "/nowhere/handed-over.parquet";
  const [id = ""] = await send(INGEST_QUEUE, [{ ...(await ingestedCommand()), payload_location: location }]);
  const reason = `there is no payload at ${location}: write it there and replay this message`;

  await page.goto(`/dead-letters?queue=${INGEST_QUEUE}&class=invalid`);
  const row = letterOf(page, id);
  await expect(row).toContainText(reason, { timeout: WORKED_MS });
  await expect(row).toContainText("not usable");
  await expect(row.getByRole("link", { name: "ioncannon", exact: true })).toBeVisible();
  await row.getByRole("link").first().click();

  await expect(page).toHaveURL(new RegExp(`/dead-letters/${INGEST_QUEUE}/${id}$`));
  const main = page.getByRole("main");
  await expect(main).toContainText(reason);
  await expect(main).toContainText("Asks for a payload of ioncannon to be ingested.");
  await expect(main).toContainText("If it is discarded: The rows of its payload come into no window");
  await expect(main).toContainText("outside our store");
  await expect(main.getByText('"payload_location": "/nowhere/handed-over.parquet"')).toBeVisible();
  const downloading = page.waitForEvent("download");
  await main.getByRole("link", { name: "Download" }).click();
  const saved = JSON.parse(await readFile((await (await downloading).path()) ?? "", "utf8"));
  expect(saved).toMatchObject({ id, payload_location: location });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }

  // Replayed it fails again, for the same reason.
  await main.getByRole("button", { name: `Replay message ${id}` }).click();
  await expect(said(page)).toContainText("1 message replayed under its own id.");
  await expect(page).toHaveURL(/\/dead-letters$/);
  await expect(row).toContainText(reason, { timeout: WORKED_MS });

  await row.getByRole("button", { name: `Discard message ${id}` }).click();
  await expect(said(page)).toContainText(
    "1 message discarded; it stands under Discarded and can be taken back.",
  );
  await expect(row).toHaveCount(0);
  await page.getByLabel("State").selectOption("Discarded");
  await expect(row).toContainText("discarded");
  await expect(row).toContainText(reason);
  await row.getByRole("link").first().click();
  await expect(main).toContainText("A person discarded it at");
  await main.getByRole("button", { name: `Take back message ${id}` }).click();
  await expect(main.getByRole("button", { name: `Discard message ${id}` })).toBeVisible();
  await expect(main).toContainText(reason);
  await main.getByRole("button", { name: `Discard message ${id}` }).click();
  await expect(main).toContainText("A person discarded it at");

  await main.getByRole("link", { name: "What people did with it" }).click();
  const changes = page.getByRole("table", { name: "Changes" }).getByRole("row");
  await expect(changes.locator("td[data-head=Did]")).toHaveText([
    "dead-letter discard",
    "dead-letter restore",
    "dead-letter discard",
    "dead-letter replay",
  ]);
  await expect(changes.nth(1)).toContainText("local");
  await expect(changes.nth(1).locator("td[data-head='Before and after']")).toContainText(
    /dead.*became.*discarded/s,
  );
  await page.getByLabel("Verb").selectOption("dead-letter restore");
  await expect(changes.locator("td[data-head=Did]")).toHaveText(["dead-letter restore"]);
  await changes.nth(1).getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/dead-letters/${INGEST_QUEUE}/${id}$`));
});

test("all that match are replayed and discarded at once, by keyboard, and it is asked before", async ({
  page,
}) => {
  await send(
    INGEST_QUEUE,
    Array.from({ length: 22 }, (_, place) => ({ note: `no command ${place}` })),
  );
  const ours = { timeout: WORKED_MS, message: "all are set aside" };
  await expect.poll(() => countLetters("malformed", false), ours).toBeGreaterThanOrEqual(22);
  const count = await countLetters("malformed", false);
  const before = await countLetters("malformed", true);

  await page.goto("/dead-letters?class=malformed");
  const all = page.getByRole("checkbox", { name: `All ${count} that match` });
  await expect(all).toBeVisible();
  const some = page.getByRole("checkbox", { name: /^Select message/ });
  await some.nth(1).focus();
  await page.keyboard.press("Space");
  await some.nth(4).focus();
  await page.keyboard.press("Shift+Space");
  await expect(page.getByText(`4 of ${count} selected`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Replay 4 messages" })).toBeVisible();

  await all.focus();
  await page.keyboard.press("Space");
  const replay = page.getByRole("button", { name: `Replay ${count} messages` });
  await replay.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("alertdialog", { name: `Replay ${count} messages?` });
  await expect(dialog).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: `Replay ${count} messages` }).press("Enter");
  await expect(said(page)).toContainText(`${count} messages replayed under their own ids.`);
  await expect.poll(() => countLetters("malformed", false), ours).toBe(count);

  await expect(all).toBeVisible();
  await all.check();
  await page.getByRole("button", { name: `Discard ${count} messages` }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: `Discard ${count} messages` })
    .click();
  await expect(said(page)).toContainText(`${count} messages discarded; they stand under Discarded`);
  await expect(page.getByText("No letter is like that")).toBeVisible();
  expect(await countLetters("malformed", true)).toBe(before + count);
});

test("a payload that cannot be ingested shows its first rows, or that it cannot be read", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  const command = await ingestedCommand();
  const metadata = command.metadata as { ingestion_map: { datetime: object } };
  const wrongMap = {
    ...metadata,
    ingestion_map: {
      ...metadata.ingestion_map,
      datetime: { ...metadata.ingestion_map.datetime, from_col: "when" },
    },
  };
  const broken = path.join(dataFolder(), "files", "payloads", "ioncannon", "no-parquet.parquet");
  await writeFile(broken, "no parquet at all");
  const [lacking = "", unreadable = ""] = await send(INGEST_QUEUE, [
    { ...command, metadata: wrongMap },
    { ...command, payload_location: broken },
  ]);
  const main = page.getByRole("main");

  await page.goto(`/dead-letters?queue=${INGEST_QUEUE}`);
  await expect(letterOf(page, lacking)).toContainText('no column "when"', { timeout: WORKED_MS });
  await letterOf(page, lacking).getByRole("link").first().click();
  const rows = main.getByRole("table", { name: "The payload's rows" });
  await expect(rows.getByRole("columnheader", { name: /^datetime/ })).toBeVisible();
  await expect(rows.getByRole("row")).toHaveCount(21);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.goto(`/dead-letters?queue=${INGEST_QUEUE}`);
  await expect(letterOf(page, unreadable)).toBeVisible({ timeout: WORKED_MS });
  await letterOf(page, unreadable).getByRole("link").first().click();
  await expect(main.getByText("cannot be read as Parquet")).toBeVisible();
  for (const id of [lacking, unreadable]) {
    await page.goto(`/dead-letters/${INGEST_QUEUE}/${id}`);
    await main.getByRole("button", { name: `Discard message ${id}` }).click();
    await expect(main).toContainText("A person discarded it at");
  }
});

test("what people change on other pages stands in the audit, with before and after", async ({ page }) => {
  await page.goto("/sources");
  const row = page.getByRole("row").filter({ hasText: "sensor_community" });
  await row.getByRole("button", { name: "Enable sensor_community" }).click();
  await row.getByRole("button", { name: "Disable sensor_community" }).click();
  await expect(row).toContainText("disabled");
  await page.goto("/audit");
  await page.getByLabel("Kind").selectOption("source");
  const changes = page.getByRole("table", { name: "Changes" }).getByRole("row");
  await expect(changes.nth(1)).toContainText("source disable");
  await expect(changes.nth(1)).toContainText(/enabled.*true.*became.*false/s);
  await page.getByLabel("Name holds").fill("nobody");
  await page.getByLabel("Name holds").press("Enter");
  await expect(page.getByText("Nothing is like that")).toBeVisible();
  await page.getByRole("link", { name: "Show all changes" }).click();
  await expect(changes.nth(1)).toBeVisible();
  await page.getByRole("textbox", { name: "Day (UTC)" }).fill("2001-01-01");
  await expect(page.getByText("Nothing is like that")).toBeVisible();
});
