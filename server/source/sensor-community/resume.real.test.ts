import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Transient } from "../../errors";
import { DAY, HOUR } from "../../observation/time";
import { ArchiveTrial, at, DAY_ASKED, dht, NOW, nameOf } from "./testing";

describe("a run that is tried again", () => {
  let trial: ArchiveTrial;
  beforeEach(async () => {
    trial = await ArchiveTrial.open();
  });
  afterEach(() => trial.close());

  it("a process killed in the middle: what it had fetched is not fetched again, nothing stands half", async () => {
    const ids = Array.from({ length: 40 }, (_, n) => n + 1);
    for (const id of ids) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 3));
    const undisturbed = await trial.bytesOf(await trial.collect(DAY_ASKED, { runId: "undisturbed" }));
    trial.server.requests.clear();
    // From here on an answer takes a while, so that there is a middle.
    trial.server.fail(".csv", { kind: "slow", ms: 40 });

    const script = `import { collectFrom, DAY_ASKED, engine } from ${JSON.stringify(path.join(import.meta.dirname, "testing.ts"))};
      await collectFrom(${JSON.stringify(trial.server.url)}, ${JSON.stringify(trial.store)}, engine(${JSON.stringify(trial.folder)}), DAY_ASKED,
        { runId: "killed", progress: (words) => process.stdout.write(words + "\\n") });`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    let done = 0;
    for await (const _words of createInterface({ input: child.stdout })) {
      done += 1;
      if (done === 15) child.kill("SIGKILL");
    }
    expect(await ended).toEqual([null, "SIGKILL"]);
    const asked = [...trial.server.requests.keys()].filter((each) => each.endsWith(".csv")).length;
    expect(asked).toBeGreaterThanOrEqual(15);
    expect(asked).toBeLessThan(40);

    trial.server.mend();
    const found = await trial.collect(DAY_ASKED, { runId: "killed", now: NOW + HOUR });
    expect(found).toMatchObject({ rows: 120, damaged: [] });
    expect(await trial.bytesOf(found)).toBe(undisturbed);
    // Only what was under way when it died is asked for twice: at most one a connection.
    expect(ids.filter((id) => trial.requestsOf(nameOf(id)) > 1).length).toBeLessThanOrEqual(4);
    expect(trial.server.requests.get("/2024-03-05/")).toBe(1);
  });

  it("waiting for a day to be published does not make a run older than its answer", async () => {
    const published = at("2024-03-06T08:00:00Z");
    await expect(trial.collect(DAY_ASKED, { now: published - 7 * HOUR })).rejects.toThrow(Transient);
    await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 1));
    trial.server.fail(".csv", { kind: "status", status: 503, times: 4 });
    await expect(trial.collect(DAY_ASKED, { now: published })).rejects.toThrow(Transient);
    const found = await trial.collect(DAY_ASKED, { now: published + HOUR });
    expect(await trial.footerOf(found)).toHaveProperty(["ionbeam.collected_at"], "2024-03-06T08:00:00Z");
  });

  it("a run stopped in the middle finds what it fetched; a new run fetches anew", async () => {
    const ids = Array.from({ length: 40 }, (_, n) => n + 1);
    for (const id of ids) await trial.put(`2024-03-05/${nameOf(id)}`, dht(id, 3));
    const stop = new AbortController();
    let done = 0;
    const progress = () => {
      done += 1;
      if (done === 15) stop.abort();
    };
    await expect(trial.collect(DAY_ASKED, { signal: stop.signal, progress })).rejects.toThrow(Transient);
    const asked = [...trial.server.requests.keys()].filter((each) => each.endsWith(".csv")).length;
    expect(asked).toBeGreaterThanOrEqual(15);
    expect(asked).toBeLessThan(40);

    const found = await trial.collect(DAY_ASKED, { now: NOW + HOUR });
    expect(found.rows).toBe(120);
    // What was under way when it was stopped may be asked for twice: at most one a connection.
    const twice = ids.filter((id) => trial.requestsOf(nameOf(id)) > 1);
    expect(twice.length).toBeLessThanOrEqual(4);
    expect(Math.max(...ids.map((id) => trial.requestsOf(nameOf(id))))).toBeLessThanOrEqual(2);
    expect(trial.server.requests.get("/2024-03-05/")).toBe(1);

    await trial.collect(DAY_ASKED, { runId: "run-2" });
    expect(Math.min(...ids.map((id) => trial.requestsOf(nameOf(id))))).toBe(2);
  });

  it("caches of runs that nobody will try again are removed", async () => {
    await trial.put(`2024-03-05/${nameOf(1)}`, dht(1, 1));
    const caches = () => readdir(path.join(trial.store, ".scratch", "sensor-community"));
    await trial.collect(DAY_ASKED, { runId: "finished" });
    trial.server.fail(nameOf(1), { kind: "status", status: 404 });
    await expect(trial.collect(DAY_ASKED, { runId: "failed", now: NOW + HOUR })).rejects.toThrow(Transient);
    trial.server.mend();
    expect((await caches()).sort()).toEqual(["failed", "finished"]);
    await trial.collect(DAY_ASKED, { runId: "later", now: NOW + 3 * HOUR });
    expect((await caches()).sort()).toEqual(["failed", "later"]);
    await trial.collect(DAY_ASKED, { runId: "last", now: NOW + 8 * DAY });
    expect(await caches()).toEqual(["last"]);
  });
});
