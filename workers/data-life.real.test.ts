import { readdir } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { DATASET_AVAILABLE } from "../server/dataset/messages";
import { Denied } from "../server/errors";
import { FAIL_POINTS } from "../server/fail-point";
import { HOUR, parseInstant } from "../server/observation/time";
import { decideDeletion } from "../server/window/delete-data";
import { isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";
import { bothBuilt, play, YAML } from "./two-windows.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const DATASET = "ioncannon";

const first = { dataset: DATASET, start: DAY, end: DAY + HOUR };
const second = { dataset: DATASET, start: DAY + HOUR, end: DAY + 2 * HOUR };

async function counted(line: TestLine, condition: string): Promise<number> {
  const [row] = await line.db.rows<{ n: number }>(undefined, `SELECT count(*) AS n FROM ${condition}`);
  return row?.n ?? -1;
}

/** Three deliveries over two hours, both windows built and projected. */
async function built(line: TestLine): Promise<void> {
  await play(line);
  await bothBuilt(line);
}

/** Points go after export; a reprocess has those of the first window restored; then all payloads go, which seals the second. */
async function liveThrough(line: TestLine): Promise<void> {
  const { runtime, db } = line;
  await db.execute(undefined, "UPDATE dataset SET delete_after_export = true WHERE name = $1", DATASET);
  await line.until(async () => {
    await db.execute(undefined, "UPDATE delivery SET points_look_us = 0 WHERE points_look_us IS NOT NULL");
    return (await counted(line, "generation WHERE points <> 'gone'")) === 0;
  }, "all points gone");
  await db.execute(undefined, "UPDATE dataset SET delete_after_export = false");

  // Sent again after a kill, as a browser may do: the key says that it is the same click.
  await runtime.verbs.reprocessWindow({ ...first, requestKey: "click", forced: false });
  await line.until(() => isQuiet(line), "the reprocess of what was restored");

  const ids = await db.rows<{ id: number }>(undefined, "SELECT id FROM delivery ORDER BY id");
  const all = ids.map(({ id }) => id);
  // A window that the worker is just looking at is passed over, and a deletion by age comes again: so does this one.
  const decided = async () =>
    (await decideDeletion(DATASET, all, { kind: "payloads" }, runtime)).stays.size === 0;
  await line.until(decided, "the decision about all payloads");
  await line.until(
    async () => (await counted(line, "delivery WHERE payload <> 'gone'")) === 0 && (await isQuiet(line)),
    "all payloads gone",
  );
}

async function filesUnder(line: TestLine, folder: string): Promise<number> {
  const entries = await readdir(path.join(line.folder, "files", folder), {
    recursive: true,
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile()).length;
}

async function afterwards(line: TestLine) {
  return {
    windows: await outcome(line, DATASET),
    restored: await counted(line, "generation WHERE points = 'present'"),
    waiting: await counted(line, "restore"),
    sealed: await line.db.rows(undefined, `SELECT start_us FROM "window" WHERE sealed_at IS NOT NULL`),
    revisions: await counted(line, "revision"),
    published: await counted(line, `outbox WHERE route = '${DATASET_AVAILABLE}'`),
    series: await filesUnder(line, "series"),
    payloads: await filesUnder(line, "payloads"),
  };
}

describe("the life of data, killed at every step of it", () => {
  let undisturbed: Awaited<ReturnType<typeof afterwards>>;

  beforeAll(async () => {
    const line = await openTestLine(YAML);
    try {
      line.start();
      await built(line);
      await liveThrough(line);
      undisturbed = await afterwards(line);
      await isRefused(line);
    } finally {
      await line.close();
    }
  });

  it("has something to compare with: two deliveries restored, one window sealed, and each file where it belongs", () => {
    expect(undisturbed).toMatchObject({
      windows: [{ state: "built" }, { state: "built" }],
      restored: 2,
      waiting: 0,
      sealed: [{ start_us: second.start }],
      revisions: 2,
      published: 3,
      payloads: 0,
    });
  });

  const points = FAIL_POINTS.filter((point) => point.startsWith("life."));
  it.concurrent.each(points)("%s", async (point) => {
    const line = await openTestLine(YAML);
    try {
      line.start(point);
      const died = line.died().then(() => line.start());
      await built(line);
      await liveThrough(line);
      await died;
      await line.until(() => isQuiet(line), "the end");
      const { series, ...rest } = await afterwards(line);
      const { series: _files, ...expected } = undisturbed;
      expect(rest).toEqual(expected);
      // Restored points lie in files of their own until they are put together.
      expect(series).toBeGreaterThan(0);
    } finally {
      await line.close();
    }
  });
});

/** What a sealed window says to those who ask; publishing once more is all that it does. */
async function isRefused(line: TestLine): Promise<void> {
  const { verbs } = line.runtime;
  const window = await verbs.showWindow(DATASET, second.start);
  expect(window.reason).toMatch(/^revision 1 from 2 deliveries .*; sealed: /);
  for (const { key } of window.deliveryList) {
    await expect(verbs.withdrawDelivery({ key })).rejects.toThrow(Denied);
    await expect(verbs.restoreDelivery({ key })).rejects.toThrow(/cannot be restored: .* is sealed/);
  }
  await verbs.reprocessWindow({ ...second, requestKey: "again", forced: true });
  await line.until(() => isQuiet(line), "the publication");
  const after = await verbs.showWindow(DATASET, second.start);
  expect(after.revisions).toMatchObject([{ revision: 1, publications: 2 }]);

  // One more delivery of the same hour: too late for the sealed window.
  await verbs.runSource({
    name: DATASET,
    start: second.start,
    end: second.end,
    requestKey: "late",
  });
  await line.until(
    async () => (await verbs.showWindow(DATASET, second.start)).state === "too-late",
    "what comes too late",
  );
  const asked = verbs.reprocessWindow({ ...second, requestKey: "once more", forced: true });
  await expect(asked).rejects.toThrow(/is sealed: .* cannot be built in; revision 1 stays as it is/);
}
