import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR, parseInstant } from "../server/observation/time";
import { type ReprocessingView, StartReprocess } from "../server/reprocess/model";
import { holding, isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const BUILT = 20;
const NAME = "ioncannon";
/** The hours that are built from the beginning, and four more of which nothing is known. */
const RANGES = [{ dataset: NAME, start: DAY, end: DAY + 24 * HOUR }];

const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

let line: TestLine;
beforeAll(async () => {
  line = await openTestLine(YAML);
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  await line.runtime.verbs.runSource({
    name: NAME,
    start: DAY,
    end: DAY + BUILT * HOUR,
    requestKey: "first",
  });
  await line.until(async () => (await states()).built === BUILT && (await isQuiet(line)), "the windows");
});
afterAll(() => line.close());

async function states(): Promise<Record<string, number>> {
  const { items } = await line.runtime.views.windows({ dataset: NAME, limit: 200 });
  const sums: Record<string, number> = {};
  for (const { state } of items) sums[state] = (sums[state] ?? 0) + 1;
  return sums;
}

const start = (request: Partial<StartReprocess> & { readonly requestKey: string }) =>
  line.runtime.verbs.startReprocess(StartReprocess.parse({ ranges: RANGES, ...request }));

async function until(id: string, state: ReprocessingView["state"]): Promise<ReprocessingView> {
  let view = await line.runtime.reprocessings.get(id);
  await line.until(async () => {
    view = await line.runtime.reprocessings.get(id);
    return view.state === state;
  }, `the reprocessing ${state}`);
  return view;
}

/** While `body` runs, no build can be committed. */
const nothingCommitted = (body: () => Promise<void>) => holding(line, "revision", body);

const publications = async () => {
  const rows = await line.db.rows<{ n: number }>(
    undefined,
    "SELECT sum(publications) AS n FROM revision WHERE current",
  );
  return rows[0]?.n;
};

it("a dry run says what would run, what is replaced, and why the rest does not run", async () => {
  const preview = (more: object) =>
    line.runtime.verbs.previewReprocess(StartReprocess.parse({ ranges: RANGES, requestKey: "-", ...more }));
  const nothing = { replaced: 0, unsettled: 0, building: 0, restored: 0, payloadsGone: 0 };
  expect(await preview({ behaviour: "all" })).toMatchObject({
    ...nothing,
    inRange: 24,
    meant: 24,
    willRun: BUILT,
    replaced: BUILT,
    leftOut: [{ why: "nothing-received", windows: 4 }],
  });
  expect(await preview({ behaviour: "missing" })).toMatchObject({ ...nothing, meant: 4, willRun: 0 });
  expect(await preview({ behaviour: "stale" })).toMatchObject({ meant: 0, willRun: 0, leftOut: [] });
  expect(await preview({ behaviour: "missing", depth: "collect" })).toMatchObject({
    willRun: 4,
    replaced: 0,
  });
  expect(await preview({ behaviour: "all", depth: "projections" })).toMatchObject({ willRun: BUILT });
  await expect(start({ requestKey: "none", behaviour: "missing" })).rejects.toThrow(
    "nothing would run: 4 of them: nothing was received",
  );
  expect((await line.runtime.reprocessings.list(10, undefined)).items).toEqual([]);
});

it("windows are built again, published once more, and unchanged; a second click is the same reprocess", async () => {
  const before = await outcome(line, NAME);
  const published = (await publications()) ?? 0;
  const request = { requestKey: "all", behaviour: "all" } as const;
  const [first, second] = await Promise.all([start(request), start(request)]);
  expect(second).toEqual(first);
  const view = await until(first.id, "done");
  expect(view.counts).toMatchObject({
    asked: BUILT,
    finished: BUILT,
    leftOut: 4,
    outcomes: { unchanged: BUILT, changed: 0, failed: 0, "not-run": 4 },
  });
  await line.until(() => isQuiet(line), "rest");
  expect(await outcome(line, NAME)).toEqual(before);
  expect(await publications()).toBe(published + BUILT);
  const { items } = await line.runtime.reprocessings.windows(first.id, { limit: 50 });
  expect(items.map((each) => each.start)).toEqual([...Array(24)].map((_, i) => DAY + i * HOUR));
  expect(items.at(-1)).toMatchObject({
    outcome: "not-run",
    reason: expect.stringMatching(/^nothing was received/),
  });
  expect((await start(request)).id).toBe(first.id);
});

it("products alone are written again", async () => {
  const published = await publications();
  const { id } = await start({
    requestKey: "products",
    behaviour: "all",
    depth: "projections",
    newestFirst: true,
  });
  const view = await until(id, "done");
  expect(view.counts).toMatchObject({ asked: BUILT, finished: BUILT, outcomes: { unchanged: BUILT } });
  expect(await publications()).toBe(published);
});

it("paused, it begins no more; cancelled, it stops, and the same windows can be asked for at once", async () => {
  const { id } = await start({ requestKey: "held", behaviour: "all" });
  const { verbs, reprocessings } = line.runtime;
  await nothingCommitted(async () => {
    await line.until(async () => (await reprocessings.underWay(id)) === 8, "eight under way");
    await verbs.pauseReprocess(id);
    await expect(verbs.retryReprocess(id)).rejects.toThrow("there is nothing to try again");
  });
  await line.until(async () => (await reprocessings.underWay(id)) === 0, "what was under way");
  expect(await reprocessings.get(id)).toMatchObject({
    state: "paused",
    counts: { finished: 8, waiting: 12 },
  });

  await nothingCommitted(async () => {
    await verbs.resumeReprocess(id);
    await line.until(async () => (await reprocessings.underWay(id)) === 8, "eight more");
    await verbs.cancelReprocess(id);
    // The four that had not begun at once; the worker may have taken back some of the others by now.
    const { waiting, outcomes } = (await reprocessings.get(id)).counts;
    expect(waiting).toBe(0);
    expect(outcomes.cancelled).toBeGreaterThanOrEqual(4);
  });
  const view = await until(id, "cancelled");
  expect(view.counts.outcomes.cancelled).toBeGreaterThanOrEqual(4);
  expect(view.counts.outcomes.cancelled + view.counts.outcomes.unchanged).toBe(BUILT);

  const again = await start({ requestKey: "after", behaviour: "all" });
  expect((await until(again.id, "done")).counts.outcomes).toMatchObject({ unchanged: BUILT });
  expect((await verbs.retryReprocess(id)).windows).toBe(view.counts.outcomes.cancelled);
  expect((await until(id, "done")).counts.outcomes).toMatchObject({ unchanged: BUILT, cancelled: 0 });
  await line.until(() => isQuiet(line), "rest");
  expect(await states()).toEqual({ built: BUILT });
});

it("a window whose build fails has failed and keeps what it had; it is tried again with one verb", async () => {
  const { reprocessings, verbs, views, files } = line.runtime;
  const hour = { dataset: NAME, start: DAY, end: DAY + HOUR };
  const { items } = await views.windows({ dataset: NAME, from: hour.start, to: hour.end, limit: 1 });
  const folder = path.dirname(items[0]?.files[0] ?? "");
  // As whoever runs as root finds it: a folder that cannot be written is a path below a file.
  await rename(folder, `${folder}-away`);
  await writeFile(folder, "in the way");
  const { id } = await start({ requestKey: "fails", behaviour: "all", ranges: [hour] });
  const failed = await until(id, "done");
  expect(failed.counts.outcomes).toMatchObject({ failed: 1 });
  const [window] = (await reprocessings.windows(id, { outcomes: ["failed"], limit: 5 })).items;
  expect(window?.reason).toMatch(/ENOTDIR|EEXIST|not a directory/i);
  expect((await views.window(NAME, hour.start)).state).toBe("built");

  await rename(folder, `${folder}-file`);
  await rename(`${folder}-away`, folder);
  expect(files.keyOf(items[0]?.files[0] ?? "")).toBeDefined();
  expect(await verbs.retryReprocess(id)).toEqual({ windows: 1 });
  expect((await until(id, "done")).counts.outcomes).toMatchObject({ failed: 0, unchanged: 1 });
});

it("what was never received is collected from the source; a worker killed in the middle goes on", async () => {
  const { id } = await start({ requestKey: "collect", behaviour: "missing", depth: "collect" });
  await line.until(async () => {
    const { counts } = await line.runtime.reprocessings.get(id);
    return counts.waiting < 4;
  }, "the first that is collected");
  await line.kill();
  line.start();
  const view = await until(id, "done");
  expect(view.counts).toMatchObject({ asked: 4, finished: 4, outcomes: { changed: 4 } });
  const { items } = await line.runtime.reprocessings.windows(id, { limit: 10 });
  expect(new Set(items.flatMap(({ runs }) => runs)).size).toBe(1);
  await line.until(() => isQuiet(line), "rest");
  expect(await states()).toEqual({ built: 24 });
});
