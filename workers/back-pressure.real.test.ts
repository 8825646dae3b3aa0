import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUR, parseInstant } from "../server/observation/time";
import { commandsOn } from "./cli.testing";
import { CONCURRENCY } from "./line";
import { holding, isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const RUNS = 24;
const MOST = 2;

/** Collecting an hour of this takes a moment; ingesting and building it takes longer. */
const yaml = (more: string) => `${more}sources:
  ioncannon:
    num_stations: 400
    measurement_frequency: PT1M
    late_share: 0
  scheduler:
    windows: []
`;

let calm: TestLine;
let pressed: TestLine;
beforeAll(async () => {
  calm = await openTestLine(yaml(""));
  pressed = await openTestLine(yaml(`intake:\n  max_payloads: ${MOST}\n  max_windows: ${MOST}\n`));
});
afterAll(async () => {
  await calm.close();
  await pressed.close();
});

async function ask(line: TestLine): Promise<void> {
  line.start();
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  for (let n = 0; n < RUNS; n += 1) {
    const start = DAY + n * HOUR;
    await line.runtime.verbs.runSource({ name: "ioncannon", start, end: start + HOUR, requestKey: `${n}` });
  }
}

async function finished(line: TestLine): Promise<void> {
  const built = async () => {
    const { items } = await line.runtime.views.windows({ dataset: "ioncannon", limit: 100 });
    return items.filter(({ state }) => state === "built").length === RUNS && (await isQuiet(line));
  };
  await line.until(built, `${RUNS} windows built`);
}

/** What was collected and waits. A message is in both tables between its publication and the mark of it. */
async function waiting(line: TestLine): Promise<number> {
  const [row] = await line.db.rows<{ n: number }>(
    undefined,
    `SELECT count(*) AS n FROM (
       SELECT id::text FROM inbox WHERE settled_at IS NULL AND queue = 'ionbeam.ingestion.ingestV1'
       UNION
       SELECT o.id::text FROM outbox o WHERE published_at IS NULL AND route = 'ionbeam.ingestion.ingestV1'
         AND NOT EXISTS (SELECT FROM inbox i WHERE i.id = o.id AND i.queue = o.route AND i.settled_at IS NOT NULL)
     ) w`,
  );
  return row?.n ?? 0;
}

it("an overload waits at the source, in words, and nothing of it is lost", async () => {
  const { views } = pressed.runtime;
  let most = 0;
  // Whatever is ingested waits with its last step.
  await holding(pressed, "generation", async () => {
    await ask(pressed);
    const paused = async () => {
      most = Math.max(most, await waiting(pressed));
      return (await views.intake()).level === "paused";
    };
    await pressed.until(paused, "the pause");
    expect((await views.intake()).reason).toMatch(
      /^more than 2 (payloads wait to be ingested|windows wait to be built): collection goes on by itself/,
    );

    // Who asked sees why nothing happens: on the page of the source and on the command line.
    let waits: string | undefined;
    const seen = async () => {
      waits = (await views.runs({ limit: RUNS })).items.find(({ state }) => state === "queued")?.waits;
      return waits !== undefined;
    };
    await pressed.until(seen, "a run that says what it waits for");
    expect(waits).toMatch(/^more than 2 /);
    const { intake } = await commandsOn(() => pressed).json("status");
    expect(intake).toMatchObject({ level: "paused", reason: expect.stringMatching(/^more than 2 /) });
  });

  await pressed.until(async () => {
    most = Math.max(most, await waiting(pressed));
    return (await views.runs({ limit: RUNS })).items.every(({ state }) => state === "done");
  }, "all runs");
  // Runs that work at a time were all let in before any of them brought something: they join what just did not exceed the bound.
  expect(most).toBeLessThanOrEqual(MOST + CONCURRENCY.source);
  await finished(pressed);
  await pressed.until(async () => (await views.intake()).level === "open", "the end of the pause");
  expect((await views.runs({ limit: RUNS })).items.every((run) => run.waits === undefined)).toBe(true);

  await ask(calm);
  await finished(calm);
  expect(await outcome(pressed, "ioncannon")).toEqual(await outcome(calm, "ioncannon"));
});
