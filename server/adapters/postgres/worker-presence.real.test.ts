import { afterEach, beforeEach, expect, it } from "vitest";
import { SECOND } from "../../observation/time";
import { Database } from "./database";
import { type TestDatabase, testDatabase } from "./testing";
import { WORKER_SESSIONS, workerPresence } from "./worker-presence";

let database: TestDatabase;
let web: Database;
beforeEach(async () => {
  database = await testDatabase();
  web = new Database(database.connectionString);
});
afterEach(async () => {
  await web.close();
  await database.close();
});

it("the worker is heard when one of its sessions asks something, and its silence is counted from then", async () => {
  expect(await workerPresence(web)).toEqual({ heardAt: undefined, silentFor: undefined });
  const worker = new Database(database.connectionString, { connections: 2, name: WORKER_SESSIONS });
  try {
    await worker.now();
    const heard = await workerPresence(web);
    expect(heard.heardAt).toBeGreaterThan(0);
    // It says no more, as one that hangs.
    await expect
      .poll(async () => (await workerPresence(web)).silentFor, { timeout: 60_000 })
      .toBeGreaterThan(SECOND);
    const silent = await workerPresence(web);
    expect(silent.heardAt).toBe(heard.heardAt);
    await worker.now();
    expect((await workerPresence(web)).heardAt).toBeGreaterThan(heard.heardAt ?? 0);
  } finally {
    await worker.close();
  }
  await expect.poll(async () => (await workerPresence(web)).heardAt, { timeout: 60_000 }).toBeUndefined();
});
