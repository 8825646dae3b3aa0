import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FolderFiles } from "../server/adapters/files/folder-files";
import { PostgresCatalog } from "../server/adapters/postgres/catalog";
import { Database } from "../server/adapters/postgres/database";
import { PostgresOutbox } from "../server/adapters/postgres/outbox";
import { type TestDatabase, testDatabase } from "../server/adapters/postgres/testing";
import { PostgresViews } from "../server/adapters/postgres/views";
import { systemClock } from "../server/adapters/system/clock";
import { planInstallation } from "../server/installation/plan";
import { uuidv5 } from "../server/message";
import { DAY, HOUR, MINUTE, type Micros, parseInstant } from "../server/observation/time";
import type { Schedule } from "../server/ports/catalog";
import type { Log } from "../server/ports/log";
import { sourcePlugins } from "../server/source/index";
import { setSourceEnabled } from "../server/source/verbs";
import { startLoop } from "./loop";
import { type SchedulerPorts, scheduleRound } from "./scheduler";

const NOON = parseInstant("2026-11-24T12:00:00Z") ?? Number.NaN;
const NAME = "ioncannon";
const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };

let database: TestDatabase;
let databases: Database[];

/** One scheduler as it stands in a process of its own: with its own connections. */
function replica(): SchedulerPorts & { readonly db: Database; readonly catalog: PostgresCatalog } {
  const db = new Database(database.connectionString, { connections: 2 });
  databases.push(db);
  return { db, catalog: new PostgresCatalog(db), outbox: new PostgresOutbox(db), transactions: db };
}

beforeEach(async () => {
  database = await testDatabase();
  databases = [];
});

afterEach(async () => {
  await Promise.all(databases.map((db) => db.close()));
  await database.close();
});

type Rule = Partial<Omit<Schedule, "id">>;

const idOf = (name: string) => uuidv5("test", name);

/** A source that is on, with these schedules; all its boundaries up to noon are dealt with. */
async function install(
  ports: ReturnType<typeof replica>,
  rules: Readonly<Record<string, Rule>>,
): Promise<void> {
  const [source] = planInstallation(undefined, sourcePlugins, []).sources;
  if (!source) throw new Error("no source");
  await ports.db.run(async (tx) => {
    await ports.catalog.saveSource(tx, { ...source, name: NAME, enabled: true });
    for (const [name, rule] of Object.entries(rules)) {
      const basis = {
        windowSize: 5 * MINUTE,
        interval: 5 * MINUTE,
        lag: 0,
        enabled: true,
        firedThrough: NOON,
      };
      await ports.catalog.saveSchedule(tx, { id: idOf(name), source: NAME, ...basis, ...rule });
    }
  });
}

interface Fired {
  readonly id: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly lane: string;
  readonly trigger: string;
}

/** Runs in the order in which their commands are published. */
function fired({ db }: ReturnType<typeof replica>): Promise<Fired[]> {
  return db.rows<Fired>(
    undefined,
    `SELECT r.id::text, r.start_us AS start, r.end_us AS "end", r.lane, r.trigger
     FROM run r JOIN outbox o ON o.id = r.id AND o.route = 'ionbeam.source.ioncannon.start' ORDER BY o.seq`,
  );
}

const ends = async (ports: ReturnType<typeof replica>) => (await fired(ports)).map((run) => run.end);

async function rounds(now: Micros, ports: SchedulerPorts): Promise<void> {
  while (await scheduleRound(now, ports));
}

const every = (interval: Micros, count: number, from = NOON) =>
  Array.from({ length: count }, (_, i) => from + (i + 1) * interval);

describe("the scheduler", () => {
  it("S2: of three schedulers each boundary is fired by one, its window exactly an hour long", async () => {
    const three = [replica(), replica(), replica()] as const;
    const interval = 100_000;
    await install(three[0], { fast: { windowSize: HOUR, interval } });
    for (let step = 1; step <= 20; step += 1) {
      // Clocks of three machines: a little apart, and never on the boundary.
      await Promise.all(three.map((ports, n) => rounds(NOON + step * 130_000 + n * 17_000, ports)));
    }
    const runs = await fired(three[0]);
    const boundaries = every(interval, Math.floor((20 * 130_000 + 2 * 17_000) / interval));
    expect(runs.map((run) => run.end)).toEqual(boundaries);
    expect(runs.map((run) => run.end - run.start)).toEqual(boundaries.map(() => HOUR));
    expect(runs.map((run) => run.id)).toEqual(boundaries.map((each) => uuidv5(idOf("fast"), each)));
    const [rows] = await three[0].db.rows<{ n: number }>(undefined, "SELECT count(*) AS n FROM outbox");
    expect(rows?.n).toBe(boundaries.length);
  });

  it("the same boundaries have the same ids in another installation", async () => {
    const here = replica();
    await install(here, { five: {} });
    await rounds(NOON + HOUR, here);
    const first = (await fired(here)).map((run) => run.id);
    const other = await testDatabase();
    const db = new Database(other.connectionString, { connections: 2 });
    try {
      const there = {
        db,
        catalog: new PostgresCatalog(db),
        outbox: new PostgresOutbox(db),
        transactions: db,
      };
      await install(there, { five: {} });
      await rounds(NOON + HOUR, there);
      expect((await fired(there)).map((run) => run.id)).toEqual(first);
      expect(first).toHaveLength(12);
    } finally {
      await db.close();
      await other.close();
    }
  });

  it("S3: one scheduler keeps firing as time goes by", async () => {
    const ports = replica();
    const interval = 100_000;
    const since = Math.floor(systemClock.now() / interval) * interval;
    await install(ports, { fast: { windowSize: HOUR, interval, firedThrough: since } });
    const loop = startLoop("schedules", 50, () => scheduleRound(systemClock.now(), ports), {
      clock: systemClock,
      log: silent,
    });
    try {
      const end = performance.now() + 60_000;
      while ((await fired(ports)).length < 10 && performance.now() < end) await systemClock.sleep(50);
    } finally {
      await loop.stop();
    }
    const seen = await ends(ports);
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(seen).toEqual(every(interval, seen.length, since));
  });

  it("makes up missed boundaries oldest first, more than fit in one transaction, old ones as backfill", async () => {
    const ports = replica();
    await install(ports, { five: {} });
    await rounds(NOON + 12 * HOUR + MINUTE, ports);
    const runs = await fired(ports);
    expect(runs.map((run) => run.end)).toEqual(every(5 * MINUTE, 144));
    expect(runs.map((run) => run.lane)).toEqual(
      runs.map((run) => (NOON + 12 * HOUR + MINUTE - run.end <= HOUR ? "live" : "backfill")),
    );
    expect(new Set(runs.map((run) => run.lane))).toEqual(new Set(["live", "backfill"]));
    expect(new Set(runs.map((run) => run.trigger))).toEqual(new Set(["schedule"]));
  });

  it("shows what was missed more than seven days ago as skipped: the ranges to collect by hand", async () => {
    const ports = replica();
    await install(ports, { hourly: { windowSize: HOUR, interval: HOUR, lag: 10 * MINUTE } });
    await rounds(NOON + 10 * DAY + MINUTE, ports);
    const seen = await ends(ports);
    expect(seen[0]).toBe(NOON + 3 * DAY + HOUR - 10 * MINUTE);
    expect(seen.at(-1)).toBe(NOON + 10 * DAY - 10 * MINUTE);
    expect(seen).toHaveLength(7 * 24);
    const views = new PostgresViews(
      ports.db,
      new FolderFiles("unused"),
      { counts: () => Promise.reject(new Error("not asked for")) },
      {},
    );
    const [source] = await views.sources();
    // Together with what was made up there is no gap.
    expect(source?.schedules.map(({ skipped }) => skipped)).toEqual([
      [{ start: NOON - 10 * MINUTE, end: NOON + 3 * DAY - 10 * MINUTE }],
    ]);
    await rounds(NOON + 10 * DAY + 2 * MINUTE, ports);
    expect((await views.sources())[0]?.schedules[0]?.skipped).toHaveLength(1);
  });

  it("skips everything of a schedule whose interval is longer than seven days and was missed by more", async () => {
    const ports = replica();
    const interval = 14 * DAY;
    const firedThrough = Math.floor(NOON / interval) * interval;
    await install(ports, { fortnight: { windowSize: DAY, interval, firedThrough } });
    await rounds(firedThrough + interval + 8 * DAY, ports);
    expect(await ends(ports)).toEqual([]);
    await rounds(firedThrough + 2 * interval + MINUTE, ports);
    expect(await ends(ports)).toEqual([firedThrough + 2 * interval]);
  });

  it("fires nothing twice when the clock is set back, and goes on when it has caught up", async () => {
    const ports = replica();
    await install(ports, { five: {} });
    for (const minutes of [11, -60, 3, 9, 14, 16, 12, 21]) await rounds(NOON + minutes * MINUTE, ports);
    expect(await ends(ports)).toEqual(every(5 * MINUTE, 4));
  });

  it("fires nothing twice when the clock leaps forth and back", async () => {
    const ports = replica();
    await install(ports, { five: {} });
    for (const minutes of [1, 60, 2, 30, 59, 66]) await rounds(NOON + minutes * MINUTE, ports);
    expect(await ends(ports)).toEqual(every(5 * MINUTE, 13));
  });

  const turn = (ports: ReturnType<typeof replica>, enabled: boolean, now: Micros) =>
    setSourceEnabled({ name: NAME, enabled }, { ...ports, sourcePlugins, clock: { now: () => now } });

  it("leaves a source alone that is off, and owes nothing of that time when it is on again", async () => {
    const ports = replica();
    await install(ports, { five: {} });
    await turn(ports, false, NOON);
    await rounds(NOON + 16 * MINUTE, ports);
    expect(await ends(ports)).toEqual([]);
    await turn(ports, true, NOON + 16 * MINUTE);
    await rounds(NOON + 17 * MINUTE, ports);
    expect(await ends(ports)).toEqual([]);
    await rounds(NOON + 26 * MINUTE, ports);
    expect(await ends(ports)).toEqual([NOON + 20 * MINUTE, NOON + 25 * MINUTE]);
    const skips = await ports.db.rows(undefined, "SELECT 1 FROM schedule_skip");
    expect(skips).toEqual([]);
  });

  it("of an archive that is turned on fires what becomes due from then on, which lies before by its lag", async () => {
    const ports = replica();
    const midnight = NOON - 12 * HOUR;
    await install(ports, {
      archive: { windowSize: DAY, interval: DAY, lag: DAY, firedThrough: midnight - 30 * DAY },
    });
    await turn(ports, false, NOON);
    await turn(ports, true, NOON);
    await rounds(NOON + DAY, ports);
    expect((await fired(ports)).map(({ start, end }) => [start, end])).toEqual([[midnight - DAY, midnight]]);
  });

  it("does not go back behind its mark when a source is turned on by a clock that went back", async () => {
    const ports = replica();
    await install(ports, { five: { firedThrough: NOON + HOUR } });
    await turn(ports, false, NOON);
    await turn(ports, true, NOON);
    await rounds(NOON + 65 * MINUTE, ports);
    expect(await ends(ports)).toEqual([NOON + 65 * MINUTE]);
  });

  it("goes on where it was when a source is turned on that is on", async () => {
    const ports = replica();
    await install(ports, { five: {} });
    await turn(ports, true, NOON + 16 * MINUTE);
    await rounds(NOON + 16 * MINUTE, ports);
    expect(await ends(ports)).toEqual(every(5 * MINUTE, 3));
  });

  it("leaves a schedule alone that is off", async () => {
    const ports = replica();
    await install(ports, { off: { enabled: false }, on: { interval: 15 * MINUTE } });
    await rounds(NOON + 16 * MINUTE, ports);
    expect(await ends(ports)).toEqual([NOON + 15 * MINUTE]);
  });

  it("works the schedules of one source apart from each other, also where their boundaries meet", async () => {
    const ports = replica();
    await install(ports, {
      five: {},
      hourly: { windowSize: HOUR, interval: HOUR, lag: 10 * MINUTE },
    });
    await rounds(NOON + HOUR, ports);
    const runs = await fired(ports);
    const byId = new Map(runs.map((run) => [run.id, run]));
    expect(runs).toHaveLength(13);
    expect(byId.get(uuidv5(idOf("hourly"), NOON + HOUR))).toMatchObject({
      start: NOON - 10 * MINUTE,
      end: NOON + 50 * MINUTE,
    });
    expect(byId.get(uuidv5(idOf("five"), NOON + HOUR))).toMatchObject({
      start: NOON + 55 * MINUTE,
      end: NOON + HOUR,
    });
  });
});
