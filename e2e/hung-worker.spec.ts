import AxeBuilder from "@axe-core/playwright";
import { signalProcess } from "../server/process-table";
import { readRoster } from "../workers/roster";
import { dataFolder, expect, firstBuiltWindow, test } from "./product";

test("a worker that hangs is told of on every page and by health, until it goes on", async ({ page }) => {
  await firstBuiltWindow(page);
  const pid = readRoster(dataFolder())?.children.find(({ name }) => name === "worker")?.pid;
  if (pid === undefined) throw new Error("the product's worker does not run");
  const banner = page.getByRole("alert").filter({ hasText: "The worker has not answered since" });
  const health = async () => (await page.request.get("/api/health")).json();
  await expect(banner).toHaveCount(0);
  try {
    signalProcess(pid, "SIGSTOP");
    await expect(banner).toBeVisible({ timeout: 120_000 });
    await expect(banner).toContainText("UTC");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(await health()).toMatchObject({ status: "degraded", worker: { state: "silent" } });
    const stages = page.getByRole("list", { name: "The stages of the line" });
    await page.goto("/");
    await expect(stages.getByText("idle")).toHaveCount(0);
    await expect(stages).toContainText("the worker hangs since");
    await page.goto("/operations");
    await expect(page.getByRole("region", { name: "Queues" })).toContainText(
      "not moving: the worker hangs since",
    );
    await page.getByRole("link", { name: "Sources", exact: true }).click();
    await expect(banner).toBeVisible();
  } finally {
    signalProcess(pid, "SIGCONT");
  }
  await expect(banner).toHaveCount(0, { timeout: 120_000 });
  await expect.poll(async () => (await health()).status, { timeout: 120_000 }).toBe("ok");
});
