import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ARCHIVE_DAY } from "../e2e/archive-folder";
import { DAY, parseInstant } from "../server/observation/time";
import { type ArchiveLine, openArchiveLine } from "./archive-line.testing";
import type { TestLine } from "./line.testing";

const START = parseInstant(ARCHIVE_DAY) ?? Number.NaN;
const name = "sensor_community";
const BAD = `${ARCHIVE_DAY}_sds011_sensor_4712.csv`;

describe("one damaged file among good ones, on the whole line", () => {
  let archive: ArchiveLine;
  let line: TestLine;

  beforeAll(async () => {
    archive = await openArchiveLine();
    ({ line } = archive);
  });
  afterAll(() => archive.close());

  it.each<[number, string, (good: string) => Buffer]>([
    [1, "whose first line holds NUL", (good) => Buffer.from(good, "utf16le")],
    [2, "with NUL in a column's name", (good) => Buffer.from(good.replace("durP2", "dur\0P2"))],
    [3, "with half a character in what is quoted", (good) => Buffer.from(`${"x".repeat(119)}😀${good}`)],
  ])("%i: %s does not keep the day from being done", async (expected, what, spoil) => {
    const file = path.join(archive.folder, ARCHIVE_DAY, BAD);
    const good = await readFile(file, "utf8");
    await writeFile(file, spoil(good));
    try {
      const range = { start: START, end: START + DAY };
      const { runId } = await line.runtime.verbs.runSource({ name, ...range, requestKey: what });
      const run = async () => (await line.runtime.catalog.run(runId)) ?? expect.fail("no run");
      await line.until(async () => (await run()).state === "done", `done although a file ${what}`);
      expect(await run()).toMatchObject({
        attempts: 1,
        rows: 288,
        damaged: [{ name: BAD, reason: expect.stringMatching(/header/) }],
      });
      const deliveries = async () => (await line.runtime.views.ingests({ limit: 50 })).items;
      await line.until(async () => (await deliveries()).length >= expected, "the delivery");
      expect(await line.runtime.inbox.deadLetters(5, 0)).toEqual([]);
    } finally {
      await writeFile(file, good);
    }
  });

  it("is said by the windows of a day whose only file it was", async () => {
    const day = "2024-06-09";
    const only = `${day}_sds011_sensor_4712.csv`;
    await mkdir(path.join(archive.folder, day));
    await writeFile(path.join(archive.folder, day, only), Buffer.from("no table at all", "utf16le"));
    const start = parseInstant(day) ?? Number.NaN;
    await line.runtime.verbs.runSource({ name, start, end: start + DAY, requestKey: "only" });
    const state = async () =>
      (
        await line.runtime.views.windows({
          dataset: "sensor.community",
          from: start,
          to: start + 1,
          limit: 1,
        })
      ).items[0]?.state;
    await line.until(async () => (await state()) === "empty", "the window built");
    const window = await line.runtime.views.windowSummary("sensor.community", start);
    expect(window.reason).toBe(
      `asked, and no usable row is left: 1 file of what was collected damaged (${only})`,
    );
    expect(await line.runtime.views.windowRuns(window, 5)).toMatchObject([
      { state: "done", damaged: [{ name: only }] },
    ]);
  });
});
