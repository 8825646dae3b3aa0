import { copyFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { canonicalName } from "../server/observation/canonical-name";
import { HOUR, MINUTE, parseInstant } from "../server/observation/time";
import type { ReingestionView } from "../server/reingestion/model";
import { INGEST_QUEUE } from "../server/source/messages";
import { commandsOn } from "./cli.testing";
import { holding, isQuietAtOnce, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const NAME = "ioncannon";
const DELIVERIES = 6;
const RANGE = { source: NAME, start: DAY, end: DAY + 2 * HOUR };

const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

let line: TestLine;
const { json, ask } = commandsOn(() => line);

beforeAll(async () => {
  line = await openTestLine(YAML);
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  for (let i = 0; i < DELIVERIES; i += 1)
    await line.runtime.verbs.runSource({
      name: NAME,
      start: DAY + i * 20 * MINUTE,
      end: DAY + (i + 1) * 20 * MINUTE,
      requestKey: `run ${i}`,
    });
  await settled(2);
});
afterAll(() => line.close());

/** Two windows are built and nothing is owed. */
async function settled(windows: number): Promise<void> {
  await line.until(async () => {
    if (!(await isQuietAtOnce(line))) return false;
    const { items } = await line.runtime.views.windows({ dataset: NAME, limit: 10 });
    return items.filter(({ state }) => state === "built").length === windows;
  }, "the windows");
}

async function until(id: string, state: ReingestionView["state"]): Promise<ReingestionView> {
  let view = await line.runtime.reingestions.get(id);
  await line.until(async () => {
    view = await line.runtime.reingestions.get(id);
    return view.state === state;
  }, `the reingestion ${state}`);
  return view;
}

const generations = () =>
  line.db.rows<{ ordinal: number; n: number; current: number }>(
    undefined,
    `SELECT g.ordinal, count(*) AS n, count(*) FILTER (WHERE d.current_generation = g.id) AS current
     FROM generation g JOIN delivery d ON d.id = g.delivery_id GROUP BY g.ordinal ORDER BY g.ordinal`,
  );

async function payloadOfSecondHour(): Promise<string> {
  const [row] = await line.db.rows<{ payload: string }>(
    undefined,
    "SELECT payload_key AS payload FROM delivery WHERE start_us = $1::bigint",
    DAY + HOUR,
  );
  return row?.payload ?? "";
}

/** The canonical columns of the current revision of the first window. */
async function columnsOfFirst(): Promise<readonly string[]> {
  const [row] = await line.db.rows<{ columns: readonly { name: string }[] }>(
    undefined,
    `SELECT columns FROM revision WHERE dataset = $1 AND start_us = $2::bigint AND current`,
    NAME,
    DAY,
  );
  return (row?.columns ?? []).map(({ name }) => name);
}

it("says beforehand what it would do, and refuses a range in which nothing is", async () => {
  const preview = await line.runtime.verbs.previewReingestion(RANGE);
  expect(preview).toMatchObject({ deliveries: DELIVERIES, windows: 2, built: 2, leftOut: [] });
  expect(preview.rows).toBeGreaterThan(0);
  expect(preview.bytes).toBeGreaterThan(0);
  const half = await line.runtime.verbs.previewReingestion({ ...RANGE, end: DAY + 1 });
  expect(half).toMatchObject({ windows: 1 });
  const before = { ...RANGE, start: DAY - HOUR, end: DAY };
  expect(await line.runtime.verbs.previewReingestion(before)).toMatchObject({ deliveries: 0 });
  await expect(line.runtime.verbs.startReingestion({ ...before, requestKey: "nothing" })).rejects.toThrow(
    "brought no delivery in this range",
  );
  expect((await line.runtime.reingestions.list(NAME, 10, undefined)).items).toEqual([]);
});

it("killed in the middle, before and after a commit, it asks for each delivery once; the same map gives the same bytes", async () => {
  const before = await outcome(line, NAME);
  await line.kill();
  line.start("reingestion.before-commit:3");
  const request = { ...RANGE, requestKey: "same map" };
  const { id } = await line.runtime.verbs.startReingestion(request);
  await line.died();
  line.start("reingestion.asked:2");
  await line.died();
  // A repeat of the click after all of this is the same one.
  expect(await line.runtime.verbs.startReingestion(request)).toMatchObject({ id });
  line.start();
  const done = await until(id, "done");
  expect(done).toMatchObject({
    asked: DELIVERIES,
    finished: DELIVERIES,
    outcomes: { ingested: DELIVERIES, failed: 0 },
  });
  expect(done.rowsAfter).toBe(done.rowsBefore);
  expect(await generations()).toEqual([
    { ordinal: 0, n: DELIVERIES, current: 0 },
    { ordinal: 1, n: DELIVERIES, current: DELIVERIES },
  ]);
  await settled(2);
  expect(await outcome(line, NAME)).toEqual(before);
  const revisions = await line.db.rows(undefined, "SELECT 1 FROM revision WHERE dataset = $1", NAME);
  expect(revisions).toHaveLength(2);
});

it("under another map its columns come with the next revision; only then", async () => {
  const { map, hash, version } = await line.runtime.verbs.variableMap(NAME);
  const wind = map.canonical_variables.find(({ column }) => column === "wind_speed");
  if (!wind) throw new Error("IonCannon has wind");
  const higher = { ...wind, level: 20, method: "maximum" };
  const changed = {
    ...map,
    canonical_variables: map.canonical_variables.map((each) => (each === wind ? higher : each)),
  };
  const result = await line.runtime.verbs.changeMap({ source: NAME, from: hash, map: changed });
  expect(result).toMatchObject({ version: version + 1, changed: true });
  // A map that is edited makes nothing stale.
  expect(
    (await line.runtime.views.windows({ dataset: NAME, limit: 10 })).items.map(({ stale }) => stale),
  ).toEqual([false, false]);
  await expect(
    line.runtime.verbs.startReingestion({ ...RANGE, mapHash: hash, requestKey: "old page" }),
  ).rejects.toThrow("the map of ioncannon was changed since");
  const first = { ...RANGE, end: DAY + HOUR, mapHash: result.hash };
  const { id } = await line.runtime.verbs.startReingestion({ ...first, requestKey: "new map" });
  expect(await until(id, "done")).toMatchObject({ mapVersion: version + 1, outcomes: { ingested: 3 } });
  await line.until(
    async () => (await isQuietAtOnce(line)) && (await columnsOfFirst()).includes(canonicalName(higher)),
    "the revision with the new column",
  );
  expect(await columnsOfFirst()).not.toContain(canonicalName(wind));
  await settled(2);
});

it("a payload that is gone fails with its reason, the others are ingested", async () => {
  const [victim] = await line.db.rows<{ key: string; payload: string }>(
    undefined,
    "SELECT key, payload_key AS payload FROM delivery WHERE start_us = $1::bigint",
    DAY + HOUR,
  );
  if (!victim) throw new Error("there is a delivery of the second hour");
  const file = path.join(line.folder, "files", victim.payload);
  // A key is known by its beginning, as pages show it.
  const whole = await json("ingest", "show", victim.key);
  expect(await json("ingest", "show", victim.key.slice(0, 16))).toEqual(whole);
  await rename(file, `${file}.away`);
  const shown = await json("ingest", "again", NAME, "2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z");
  const done = await until(shown.id, "done");
  expect(done).toMatchObject({ asked: 3, finished: 3, outcomes: { ingested: 2, failed: 1 } });
  const [failed, ...more] = await json(
    "ingest",
    "again-deliveries",
    String(done.number),
    "--outcome",
    "failed",
  );
  expect(more).toEqual([]);
  expect(failed).toMatchObject({
    delivery: victim.key,
    reason: expect.stringContaining("missing from the store"),
  });
  expect(await line.runtime.inbox.deadLetters(10, 0)).toEqual([]);
  await rename(`${file}.away`, file);
  // Put back it is ingested by one word, and what was ingested is not ingested once more.
  const before = await generations();
  expect(await json("ingest", "again-retry", String(done.number))).toMatchObject({ number: done.number });
  expect(await until(shown.id, "done")).toMatchObject({
    asked: 3,
    finished: 3,
    outcomes: { ingested: 3, failed: 0 },
  });
  const of = (all: Awaited<ReturnType<typeof generations>>) => all.reduce((sum, { n }) => sum + n, 0);
  expect(of(await generations())).toBe(of(before) + 1);
  expect(await ask("ingest", "again-retry", String(done.number))).toMatchObject({
    code: 4,
    err: expect.stringContaining("nothing to try again"),
  });
  await settled(2);
});

it("a delivery whose command was set aside is tried again under its own id, also when that letter was discarded", async () => {
  const file = path.join(line.folder, "files", await payloadOfSecondHour());
  await copyFile(file, `${file}.whole`);
  await writeFile(file, "no Parquet at all");
  const range = { ...RANGE, start: DAY + HOUR };
  const { id } = await line.runtime.verbs.startReingestion({ ...range, requestKey: "damaged" });
  expect(await until(id, "done")).toMatchObject({ outcomes: { failed: 1, ingested: 2 } });
  const [letter, ...more] = await line.runtime.inbox.deadLetters(10, 0);
  expect(more).toEqual([]);
  // Still damaged: it fails once more, and is one letter as before.
  await line.runtime.verbs.retryReingestion(id);
  expect(await until(id, "done")).toMatchObject({ outcomes: { failed: 1, ingested: 2 } });
  expect(await line.runtime.inbox.deadLetters(10, 0)).toMatchObject([{ id: letter?.id }]);
  await line.runtime.verbs.discardLetters({ keys: [{ queue: INGEST_QUEUE, id: letter?.id ?? "" }] });
  await rename(`${file}.whole`, file);
  expect(await line.runtime.verbs.retryReingestion(id)).toEqual({ deliveries: 1 });
  expect(await until(id, "done")).toMatchObject({ outcomes: { failed: 0, ingested: 3 } });
  expect(await line.runtime.inbox.deadLetters(10, 0)).toEqual([]);
  await settled(2);
});

it("is cancelled: what waits is not asked for, what was asked for is finished", async () => {
  const { id, number } = await holding(line, "generation", async () => {
    const started = await line.runtime.verbs.startReingestion({ ...RANGE, requestKey: "to be cancelled" });
    await line.until(
      async () => (await line.runtime.reingestions.active()).some(({ underWay }) => underWay === DELIVERIES),
      "all of them under way",
    );
    await line.runtime.verbs.cancelReingestion(started.id);
    expect(await line.runtime.reingestions.get(started.id)).toMatchObject({ state: "cancelling" });
    return started;
  });
  expect(await until(id, "cancelled")).toMatchObject({ outcomes: { ingested: DELIVERIES, cancelled: 0 } });
  await line.kill();
  const waiting = await line.runtime.verbs.startReingestion({ ...RANGE, requestKey: "never begun" });
  await line.runtime.verbs.cancelReingestion(String(waiting.number));
  await line.runtime.verbs.cancelReingestion(waiting.id);
  line.start();
  expect(await until(waiting.id, "cancelled")).toMatchObject({
    outcomes: { ingested: 0, cancelled: DELIVERIES },
  });
  const first = (await line.runtime.reingestions.list(NAME, 50, undefined)).items.at(-1);
  const refused = await ask("ingest", "again-cancel", String(first?.number));
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining("it is done") });
  expect(waiting.number).toBeGreaterThan(number);
  await settled(2);
});

it("a sealed window and a withdrawn delivery are left out, with the reason", async () => {
  await line.db.execute(
    undefined,
    `UPDATE "window" SET sealed_at = clock_timestamp() WHERE dataset = $1 AND start_us = $2::bigint`,
    NAME,
    DAY,
  );
  const [second] = await line.db.rows<{ key: string }>(
    undefined,
    "SELECT key FROM delivery WHERE start_us = $1::bigint",
    DAY + HOUR,
  );
  await line.runtime.verbs.withdrawDelivery({ key: second?.key ?? "" });
  const preview = await json(
    ...["ingest", "again", NAME, "--from", "2026-03-01", "--to", "2026-03-01T02:00:00Z", "--preview"],
  );
  expect(preview.deliveries).toBe(2);
  expect(preview.leftOut).toEqual([
    { deliveries: 3, reason: expect.stringContaining("sealed window") },
    { deliveries: 1, reason: expect.stringContaining("restore it first") },
  ]);
});

it("the map on the command line: shown, set from a file, its versions, and back to the plug-in's", async () => {
  const shown = await json("map", "show", NAME);
  expect(shown).toMatchObject({ source: NAME, version: 2, isDefault: false });
  const versions = await json("map", "versions", NAME);
  expect(versions).toMatchObject([
    { version: 2, current: true, isDefault: false, by: "local" },
    { version: 1, current: false, isDefault: true },
  ]);
  const reset = await json("map", "reset", NAME);
  expect(reset).toMatchObject({ version: 1, changed: true });
  const file = path.join(line.folder, "map.json");
  const variables = shown.map.canonical_variables;
  await writeFile(
    file,
    JSON.stringify({ ...shown.map, canonical_variables: [{ ...variables[0], cf_unit: "hPa" }] }),
  );
  const wrong = await ask("map", "set", NAME, file);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('air_temperature: "hPa" is of dimension');
  await writeFile(file, JSON.stringify(shown.map));
  expect(await json("map", "set", NAME, file)).toMatchObject({ version: 2, hash: shown.hash });
  const audit = await json("audit", "list", "--what", "map change");
  expect(audit).toHaveLength(3);
  // Settings that are taken over again leave the map as it was edited.
  const yaml = path.join(line.folder, "exported.yaml");
  const { out } = await ask("config", "export");
  await writeFile(yaml, out);
  await json("config", "import", yaml);
  expect((await json("map", "show", NAME)).hash).toBe(shown.hash);
});

it("what was asked for first does not put its older map over what was asked for since, however late it comes to a delivery", async () => {
  const { map, hash } = await line.runtime.verbs.variableMap(NAME);
  await line.kill();
  // Nobody works: all of the first is asked for before any of it is begun.
  const first = await line.runtime.verbs.startReingestion({ ...RANGE, requestKey: "before the change" });
  const canonical_variables = map.canonical_variables.map((each) =>
    each.column === "wind_speed" ? { ...each, level: 30 } : each,
  );
  const changed = await line.runtime.verbs.changeMap({
    source: NAME,
    from: hash,
    map: { ...map, canonical_variables },
  });
  const second = await line.runtime.verbs.startReingestion({ ...RANGE, requestKey: "after the change" });
  // The second comes to all of it before the first.
  const hold = (held: string) =>
    line.db.execute(
      undefined,
      `UPDATE reingestion_delivery SET state = $2 WHERE reingestion = $1::uuid AND state <> 'ended'`,
      first.id,
      held,
    );
  await hold("asked");
  line.start();
  await until(second.id, "done");
  await hold("waiting");
  expect(await until(first.id, "done")).toMatchObject({ outcomes: { failed: 0 } });
  const current = await line.db.rows<{ ordinal: number; hash: string }>(
    undefined,
    `SELECT g.ordinal, g.map_hash AS hash FROM delivery d JOIN generation g ON g.id = d.current_generation
     JOIN reingestion_delivery i ON i.delivery_id = d.id AND i.reingestion = $1::uuid AND i.outcome = 'ingested'`,
    second.id,
  );
  expect(current.length).toBeGreaterThan(0);
  expect(current.filter(({ hash: now }) => now !== changed.hash)).toEqual([]);
});
