import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { findBinaries } from "../server/adapters/postgres/embedded/binaries";
import { placeCluster } from "../server/adapters/postgres/embedded/place";
import { processesIn, signalProcess } from "../server/process-table";
import { readRoster } from "../workers/roster";
import { dataFolder, expect, firstBuiltWindow, said, test, windowState } from "./product";

const clusterOf = () => placeCluster(realpathSync(dataFolder()), findBinaries().major).cluster;

function postmaster(): number | undefined {
  try {
    return Number(readFileSync(path.join(clusterOf(), "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}

/** The worker that the supervisor runs just now. */
function workerId(): number | undefined {
  return readRoster(dataFolder())?.children.find(({ name }) => name === "worker")?.pid;
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

test("the database is shut down and started again: what is asked for afterwards is done, without reloading", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/sources/ioncannon");
  const runs = page.getByRole("table", { name: "Runs" }).getByRole("row");
  await expect(runs.nth(1)).toBeVisible();
  const stopped = postmaster();
  if (stopped === undefined) throw new Error("the product's PostgreSQL does not run");
  // PostgreSQL's fast shutdown: sessions are ended, files are written.
  process.kill(stopped, "SIGINT");
  await expect
    .poll(() => postmaster() ?? stopped, { timeout: 180_000, message: "PostgreSQL is started again" })
    .not.toBe(stopped);
  await expect
    .poll(async () => (await page.request.get("/api/health")).status(), { timeout: 180_000 })
    .toBe(200);
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible({ timeout: 180_000 });
  const own = runs.filter({ hasText: "a person" });
  const before = await own.count();
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(said(page)).toContainText("ioncannon is asked for");
  await expect(own).toHaveCount(before + 1);
  await expect(runs.nth(1)).toContainText("done", { timeout: 180_000 });
});

test("the worker is killed while the browser watches: the page goes on by itself, and nothing is lost", async ({
  page,
}) => {
  await firstBuiltWindow(page);
  await page.goto("/windows?dataset=ioncannon&state=built");
  await page.getByRole("table", { name: "Windows" }).getByRole("link").last().click();
  const cells = page.getByRole("table", { name: "Revisions" }).locator("td[data-head=Published]");
  const published = async () =>
    (await cells.allTextContents()).reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
  await expect.poll(published).toBeGreaterThan(0);
  const before = await published();

  const killed = workerId();
  if (killed === undefined) throw new Error("the product's worker does not run");
  process.kill(killed, "SIGKILL");
  // Asked for while there is nobody to do it.
  await page.getByRole("button", { name: "Reprocess" }).click();
  await expect(said(page)).toContainText("Reprocessing ioncannon");
  await expect.poll(workerId, { timeout: 120_000 }).not.toBe(killed);
  await expect.poll(published, { timeout: 180_000 }).toBeGreaterThan(before);
  await expect(windowState(page, "built")).toBeVisible({ timeout: 180_000 });

  // Once more, with the work begun: a run that was killed is taken up again.
  await page.goto("/sources/ioncannon");
  const runs = page.getByRole("table", { name: "Runs" }).getByRole("row");
  await expect(runs.nth(1)).toBeVisible();
  const own = runs.filter({ hasText: "a person" });
  const asked = await own.count();
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(said(page)).toContainText("ioncannon is asked for");
  const next = workerId();
  if (next === undefined || next === killed) throw new Error("the supervisor has started no worker again");
  process.kill(next, "SIGKILL");
  await expect(own).toHaveCount(asked + 1, { timeout: 120_000 });
  await expect(own.first()).toContainText("done", { timeout: 300_000 });
  await expect.poll(workerId, { timeout: 120_000 }).not.toBe(next);
});
