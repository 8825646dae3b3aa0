import { expect, it, onTestFailed } from "vitest";
import { randomOf } from "../chaos/random";
import { HOUR, parseInstant } from "../server/observation/time";
import { isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const WINDOWS = 50;
const KILLS = 8;
/** Of the moments; said when the test fails, so that it can be put here. */
const SEED = Math.floor(Math.random() * 1e9);

const YAML = `sources:
  ioncannon:
    num_stations: 8
    late_share: 0
  scheduler:
    windows: []
`;

/** Deliveries of an hour and a half, in an order of their own and each asked for twice: every window has several, and they overlap. */
async function ask(line: TestLine, order: readonly number[]): Promise<void> {
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  for (const n of [...order, ...order]) {
    const start = DAY + n * HOUR;
    await line.runtime.verbs.runSource({
      name: "ioncannon",
      start,
      end: start + 1.5 * HOUR,
      requestKey: `run ${n}`,
    });
  }
}

async function settled(line: TestLine): Promise<void> {
  const built = async () => {
    const { items } = await line.runtime.views.windows({
      dataset: "ioncannon",
      limit: 100,
      to: DAY + WINDOWS * HOUR,
    });
    return items.filter(({ state }) => state === "built").length === WINDOWS && (await isQuiet(line));
  };
  await line.until(built, `${WINDOWS} windows built`);
}

/** Windows built early are built again when the next delivery overlaps them, after a minute's quiet: the marks are moved back instead of waiting. */
async function endQuiet(line: TestLine): Promise<void> {
  await line.db.execute(
    undefined,
    `UPDATE "window" SET first_change_us = first_change_us - 3600000000, last_change_us = last_change_us - 3600000000, look_again_us = 0
     WHERE last_change_us IS NOT NULL AND output <> 'none'`,
  );
}

it(`kill -9 at random moments over ${WINDOWS} windows leaves what an undisturbed run leaves`, async () => {
  onTestFailed(() => console.error(`the kills' seed was ${SEED}`));
  const random = randomOf(SEED, "kills");
  const numbers = Array.from({ length: WINDOWS }, (_, n) => n);
  const [calm, shaken] = [await openTestLine(YAML), await openTestLine(YAML)];
  try {
    calm.start();
    await ask(calm, numbers);
    await calm.until(() => nothingToDo(calm), "the deliveries of the undisturbed run");
    await endQuiet(calm);
    await settled(calm);

    shaken.start();
    await ask(
      shaken,
      [...numbers].sort((a, b) => ((a * 37) % 50) - ((b * 37) % 50)),
    );
    for (let kill = 0; kill < KILLS; kill += 1) {
      await shaken.runtime.clock.sleep(random.between(300, 2_800));
      await shaken.kill();
      shaken.start();
    }
    await shaken.until(() => nothingToDo(shaken), "the deliveries of the disturbed run");
    await endQuiet(shaken);
    await settled(shaken);

    const windows = (await outcome(calm, "ioncannon")).slice(-WINDOWS);
    expect((await outcome(shaken, "ioncannon")).slice(-WINDOWS)).toEqual(windows);
    expect(windows).toHaveLength(WINDOWS);
  } finally {
    await calm.close();
    await shaken.close();
  }
});

async function nothingToDo(line: TestLine): Promise<boolean> {
  const [row] = await line.db.rows<{ open: number }>(
    undefined,
    `SELECT (SELECT count(*) FROM inbox WHERE settled_at IS NULL) + (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS open`,
  );
  return row?.open === 0;
}
