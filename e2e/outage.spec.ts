import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { findBinaries } from "../server/adapters/postgres/embedded/binaries";
import { placeCluster } from "../server/adapters/postgres/embedded/place";
import { processesIn, signalProcess } from "../server/process-table";
import { dataFolder, expect, firstBuiltWindow, test } from "./product";

const clusterOf = () => placeCluster(realpathSync(dataFolder()), findBinaries().major).cluster;

function postmaster(): number | undefined {
  try {
    return Number(readFileSync(path.join(clusterOf(), "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}

test("the database goes away: pages say so, keep what they had, and recover by themselves", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  const killed = postmaster();
  if (killed === undefined) throw new Error("the product's PostgreSQL does not run");
  process.kill(killed, "SIGKILL");
  const sign = page.getByRole("alert").filter({ hasText: /not up to date|does not answer/ });
  // It is back within seconds: a page that asked for nothing meanwhile has nothing to say.
  const noticed = async () => (await sign.count()) > 0 || (postmaster() ?? killed) !== killed;
  await expect.poll(noticed, { timeout: 180_000 }).toBe(true);
  await expect(page.getByRole("table", { name: "Latest built windows" })).toBeVisible();
  await expect(sign).toHaveCount(0, { timeout: 120_000 });
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible({ timeout: 180_000 });
  await page.reload();
  await expect(page.getByRole("table", { name: "Latest built windows" })).toBeVisible({ timeout: 180_000 });
});

test("a database that hangs is told of within seconds, by health and by pages, and both recover", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  // What is stopped keeps its connections, and says nothing.
  const processes = processesIn(clusterOf());
  expect(processes).not.toEqual([]);
  try {
    for (const pid of processes) signalProcess(pid, "SIGSTOP");
    const health = await page.request.get("/api/health", { timeout: 120_000 });
    expect(health.status()).toBe(503);
    expect((await health.json()).reason).toContain("PostgreSQL has not answered for some seconds");
    await page.goto("/datasets");
    await expect(page.getByRole("alert").filter({ hasText: "PostgreSQL has not answered" })).toBeVisible();
  } finally {
    for (const pid of processes) signalProcess(pid, "SIGCONT");
  }
  await expect(page.getByRole("table", { name: "Datasets" })).toBeVisible({ timeout: 180_000 });
  await expect
    .poll(async () => (await page.request.get("/api/health")).status(), { timeout: 180_000 })
    .toBe(200);
});
