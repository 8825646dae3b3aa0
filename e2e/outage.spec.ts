import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { findBinaries } from "../server/adapters/postgres/embedded/binaries";
import { placeCluster } from "../server/adapters/postgres/embedded/place";
import { dataFolder, expect, firstBuiltWindow, test } from "./product";

test("the database goes away: pages say so, keep what they had, and recover by themselves", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  const { cluster } = placeCluster(realpathSync(dataFolder()), findBinaries().major);
  const postmaster = () => {
    try {
      return Number(readFileSync(path.join(cluster, "postmaster.pid"), "utf8").split("\n")[0]);
    } catch {
      return undefined;
    }
  };
  const killed = postmaster();
  if (killed === undefined) throw new Error("the product's PostgreSQL does not run");
  process.kill(killed, "SIGKILL");
  const sign = page.getByRole("alert").filter({ hasText: /not up to date|does not answer/ });
  // It is back within seconds: a page that asked for nothing meanwhile has nothing to say.
  const noticed = async () => (await sign.count()) > 0 || (postmaster() ?? killed) !== killed;
  await expect.poll(noticed, { timeout: 90_000 }).toBe(true);
  await expect(page.getByRole("table", { name: "Latest built windows" })).toBeVisible();
  await expect(sign).toHaveCount(0, { timeout: 120_000 });
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await expect(page.getByRole("table", { name: "Latest built windows" })).toBeVisible({ timeout: 60_000 });
});
