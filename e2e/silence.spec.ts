import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { archiveFolder, expect, firstBuiltWindow, said, test } from "./product";

/** An alert is looked for every five seconds, a message sent at once and tried again after a few: far beyond that on a slow machine. */
const SEEN_MS = 180_000;

interface Told {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly rule: string; readonly sentence: string };
}

/** Somebody's server that is told of alerts, and answers with the status that it is set to. */
async function receiver() {
  const told: Told[] = [];
  const refused: Told[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event = JSON.parse(Buffer.concat(chunks).toString()) as Told;
    (status === 200 ? told : refused).push(event);
    response.writeHead(status).end(status === 200 ? "noted" : "not today");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=very-secret-token`,
    told,
    refused,
    answer: (next: number) => {
      status = next;
    },
    of: (rule: string, events: readonly Told[] = told) => events.filter(({ data }) => data.rule === rule),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const region = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function enterWebhook(page: Page, address: string) {
  await page.goto("/settings");
  const panel = region(page, "Webhook");
  await panel.getByLabel("Address").fill(address);
  await panel.getByLabel("Signing key").fill("a key that is long enough");
  await panel.getByRole("button", { name: "Save webhook" }).click();
  await expect(said(page)).toContainText("The webhook is saved.");
  const turnOn = panel.getByRole("button", { name: "Turn on" });
  if (await turnOn.isVisible()) await turnOn.click();
  await expect(panel.getByText("on", { exact: true })).toBeVisible();
  return panel;
}

async function setAlerts(page: Page, change: (form: Locator) => Promise<void>) {
  await page.goto("/settings");
  const form = page.getByRole("form", { name: "Settings of alerts" });
  await change(form);
  await form.getByRole("button", { name: "Save alerts" }).click();
  await expect(said(page)).toContainText("The settings of alerts are changed");
}

/** Limits that nothing of the other journeys exceeds. */
async function clean(page: Page) {
  await page.goto("/settings");
  const silence = page.getByLabel("ioncannon", { exact: true }).first();
  const failures = page.getByLabel("Too many from");
  await expect(failures).toBeVisible();
  // What is set so already cannot be saved.
  if ((await silence.inputValue()) === "1 d" && (await failures.inputValue()) === "50") return;
  await silence.fill("1 d");
  await failures.fill("50");
  await page.getByRole("button", { name: "Save alerts" }).click();
  await expect(said(page)).toContainText("The settings of alerts are changed");
}

test("a silent source is an alert, told once, shown at home; when it is over that is told once too", async ({
  page,
}) => {
  const hook = await receiver();
  try {
    await firstBuiltWindow(page);
    const panel = await enterWebhook(page, hook.address);
    // Nothing of it comes back, neither to the page nor in an answer of the API.
    await page.reload();
    await expect(panel.getByLabel("Address")).toHaveValue("");
    const answer = await page.request.get("/api/trpc/alert.webhook");
    expect(await answer.text()).not.toContain("very-secret-token");
    await panel.getByRole("button", { name: "Send a test" }).click();
    await expect(panel).toContainText(/arrived: status 200, in \d+ ms/);
    await expect(panel).toContainText("noted");
    expect(hook.told.map(({ type }) => type)).toEqual(["int.ecmwf.ionbeam.webhook.test"]);

    // What no field takes is said at the field, and nothing is saved.
    const form = page.getByRole("form", { name: "Settings of alerts" });
    await form.getByLabel("ioncannon", { exact: true }).first().fill("soon");
    await form.getByRole("button", { name: "Save alerts" }).click();
    await expect(form).toContainText("write it as 30 min, 6 h or 2 d, or off");
    await form.getByRole("button", { name: "Forget the changes" }).click();

    // Every source is silent for a second before its next run.
    await setAlerts(page, (form) => form.getByLabel("ioncannon", { exact: true }).first().fill("1 s"));
    await page.goto("/");
    const home = region(page, "Alerts");
    await expect(home).toContainText("source is silent", { timeout: SEEN_MS });
    await expect(home).toContainText("ioncannon has brought no observation of later than");
    await expect(home.getByRole("link", { name: "ioncannon" })).toHaveAttribute("href", "/sources/ioncannon");
    await expect.poll(() => hook.of("silence").length, { timeout: SEEN_MS }).toBe(1);

    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await expect(page).toHaveURL(/\/operations$/);
    const open = page.getByRole("table", { name: "Open alerts" });
    await expect(open).toContainText("told of its beginning at", { timeout: SEEN_MS });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }

    await clean(page);
    await page.goto("/operations");
    await expect(page.getByRole("list", { name: "Room on the disk" })).toContainText("are kept free", {
      timeout: SEEN_MS,
    });
    await expect(region(page, "Alerts")).not.toContainText("ioncannon has brought", { timeout: SEEN_MS });
    await page.getByLabel("State").selectOption("past");
    const past = page.getByRole("table", { name: "Past alerts" });
    await expect(past).toContainText("It came to its end by itself.");
    await expect(past).toContainText("told of its end at", { timeout: SEEN_MS });
    expect(hook.of("silence").map(({ type, subject }) => [type, subject])).toEqual([
      ["int.ecmwf.ionbeam.alert.opened", "ioncannon"],
      ["int.ecmwf.ionbeam.alert.resolved", "ioncannon"],
    ]);
    await page.goto("/");
    await expect(region(page, "Latest built")).toBeVisible();
    await expect(home).toHaveCount(0);
  } finally {
    await hook.close();
  }
});

test("runs that fail in a row are an alert; a webhook that answers 500 is told once it answers 200", async ({
  page,
}) => {
  const hook = await receiver();
  // A link into nowhere: the archive breaks its listing off.
  const folder = path.join(archiveFolder(), "2023-03-03");
  const made = !existsSync(folder);
  if (made) mkdirSync(folder);
  const broken = path.join(folder, "2023-03-03_bme280_sensor_1.csv");
  symlinkSync(path.join(folder, "nowhere"), broken);
  try {
    await enterWebhook(page, hook.address);
    hook.answer(500);
    await setAlerts(page, (form) => form.getByLabel("Too many from").fill("2"));
    await page.goto("/sources/sensor_community");
    // Runs of a source that is off are not watched.
    await page.getByRole("button", { name: "Enable sensor_community" }).click();
    await expect(page.getByRole("button", { name: "Disable sensor_community" })).toBeVisible();
    await page.getByLabel("From (UTC)").fill("2023-03-03 00:00");
    await page.getByLabel("To (UTC), not included").fill("2023-03-04 00:00");
    await page.getByRole("button", { name: "Run now" }).click();
    await expect(said(page)).toContainText("sensor_community is asked for");

    await page.goto("/");
    const home = region(page, "Alerts");
    await expect(home).toContainText(/runs? of sensor_community failed/, { timeout: SEEN_MS });
    await expect.poll(() => hook.of("runs", hook.refused).length, { timeout: SEEN_MS }).toBeGreaterThan(0);
    await page.goto("/operations");
    const open = page.getByRole("table", { name: "Open alerts" });
    await expect(open).toContainText("it answered with status 500", { timeout: SEEN_MS });
    expect(hook.of("runs")).toEqual([]);

    hook.answer(200);
    await expect.poll(() => hook.of("runs").length, { timeout: SEEN_MS }).toBe(1);
    await expect(open).toContainText("told of its beginning at", { timeout: SEEN_MS });
    const ids = [...hook.of("runs", hook.refused), ...hook.of("runs")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);

    rmSync(broken);
    await expect.poll(() => hook.of("runs").length, { timeout: SEEN_MS * 2 }).toBe(2);
    expect(hook.of("runs").at(-1)?.type).toBe("int.ecmwf.ionbeam.alert.resolved");
    await page.goto("/");
    await expect(region(page, "Latest built")).toBeVisible();
    await expect(home).toHaveCount(0);
  } finally {
    rmSync(broken, { force: true });
    if (made) rmSync(folder, { recursive: true, force: true });
    await page.goto("/sources/sensor_community");
    await page.getByRole("button", { name: "Disable sensor_community" }).click();
    await expect(page.getByRole("button", { name: "Enable sensor_community" })).toBeVisible();
    await clean(page);
    await hook.close();
  }
});

test("a muted alert is told no more, and leaves home", async ({ page }) => {
  const hook = await receiver();
  try {
    await enterWebhook(page, hook.address);
    await setAlerts(page, (form) => form.getByLabel("ioncannon", { exact: true }).first().fill("1 s"));
    await expect.poll(() => hook.of("silence").length, { timeout: SEEN_MS }).toBe(1);
    await page.goto("/operations");
    await page.getByRole("button", { name: "Mute source is silent: ioncannon" }).click();
    await expect(said(page)).toContainText("ioncannon is muted");
    await expect(page.getByRole("table", { name: "Open alerts" })).toContainText("muted");
    await page.goto("/");
    await expect(region(page, "Latest built")).toBeVisible();
    await expect(region(page, "Alerts")).toHaveCount(0);
    await clean(page);
    await page.goto("/operations");
    await page.getByLabel("State").selectOption("past");
    await expect(page.getByRole("table", { name: "Past alerts" }).getByRole("row").nth(1)).toContainText(
      "ioncannon",
      { timeout: SEEN_MS },
    );
    expect(hook.of("silence")).toHaveLength(1);
    await page.goto("/audit");
    await page.getByLabel("Kind").selectOption("alert");
    await expect(page.getByRole("table", { name: "Changes" })).toContainText("alert mute");
  } finally {
    await clean(page);
    await hook.close();
  }
});

test("a source's service is probed when somebody asks, and what was not reached is not tried", async ({
  page,
}) => {
  await page.goto("/sources/ioncannon");
  await expect(region(page, "Health")).toContainText("there is nothing to probe");
  await expect(page.getByRole("button", { name: "Probe now" })).toHaveCount(0);

  await page.goto("/sources/sensor_community");
  const panel = region(page, "Health");
  await expect(panel).toContainText("never tried");
  await panel.getByRole("button", { name: "Probe now" }).click();
  // The archive beside the product has no day of this week.
  await expect(panel).toContainText("it answered with status 404");
  const state = (check: string) =>
    panel.getByRole("listitem").filter({ has: page.getByText(check, { exact: true }) });
  await expect(state("connection")).toContainText("passed");
  await expect(state("TLS")).toContainText("not applicable");
  await expect(state("permission")).toContainText("not tried");
  await expect(state("path")).toContainText("failed");
  await expect(state("payload")).toContainText("not tried");
  await expect(panel).toContainText("probed");

  const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const folder = path.join(archiveFolder(), day);
  mkdirSync(folder);
  try {
    await panel.getByRole("button", { name: "Probe now" }).click();
    await expect(panel).toContainText("the listing has no files of that day");
    await expect(state("payload")).toContainText("passed");
    await expect(state("nothing new")).toContainText("failed");
  } finally {
    rmSync(folder, { recursive: true });
  }
  await page.reload();
  await expect(panel).toContainText("nothing new");
});

test("of two browsers at the settings of alerts the second is told what the first saved, and keeps what it typed", async ({
  page,
  browser,
  baseURL,
}) => {
  await clean(page);
  const other = await browser.newPage({ baseURL: baseURL ?? "" });
  for (const each of [page, other]) await each.goto("/settings");
  const [mine, theirs] = [page, other].map((each) =>
    each.getByRole("form", { name: "Settings of alerts" }),
  ) as [Locator, Locator];
  await mine.getByLabel("Too many from").fill("60");
  await theirs.getByLabel("Too many from").fill("70");
  await theirs.getByLabel("Late after").fill("3 h");
  await theirs.getByRole("button", { name: "Save alerts" }).click();
  await expect(said(other)).toContainText("The settings of alerts are changed");
  await expect(mine.getByRole("alert")).toContainText(/late after: .+, now 3 h; too many from: 50, now 70/);
  await expect(mine.getByRole("button", { name: "Save alerts" })).toBeDisabled();
  await mine.getByRole("button", { name: "Keep what I typed" }).click();
  await expect(mine.getByLabel("Late after")).toHaveValue("3 h");
  await expect(mine.getByLabel("Too many from")).toHaveValue("60");
  await mine.getByRole("button", { name: "Save alerts" }).click();
  await expect(theirs.getByLabel("Too many from")).toHaveValue("60");

  await mine.getByLabel("Too many from").fill("80");
  await theirs.getByLabel("Too many from").fill("50");
  await theirs.getByLabel("Late after").fill("2 h");
  await theirs.getByRole("button", { name: "Save alerts" }).click();
  await mine.getByRole("button", { name: "Take theirs" }).click();
  await expect(mine.getByLabel("Too many from")).toHaveValue("50");
  await other.close();
});
