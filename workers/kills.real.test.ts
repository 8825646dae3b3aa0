import { beforeAll, describe, expect, it } from "vitest";
import { DATASET_AVAILABLE } from "../server/dataset/messages";
import { FAIL_POINTS } from "../server/fail-point";
import { HOUR, parseInstant } from "../server/observation/time";
import { isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;

/** IonCannon small and without schedules; nothing late, so that no window waits a minute for quiet. */
const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

/** The history of every test here: three deliveries over two hours, then a reprocess of the first. */
async function play(line: TestLine): Promise<void> {
  const { verbs } = line.runtime;
  const name = "ioncannon";
  await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  const quarter = HOUR / 4;
  for (const [start, end] of [
    [0, 2 * quarter],
    [2 * quarter, 6 * quarter],
    [6 * quarter, 8 * quarter],
  ] as const) {
    await verbs.runSource({ name, start: DAY + start, end: DAY + end, requestKey: `run ${start}` });
  }
}

async function finish(line: TestLine): Promise<void> {
  const built = async () => {
    const { items } = await line.runtime.views.windows({ dataset: "ioncannon", limit: 10 });
    return items.filter((window) => window.state === "built").length === 2 && (await isQuiet(line));
  };
  await line.until(built, "both windows built");
  // Sent again after a kill, as a browser may do: the key says that it is the same click.
  await line.runtime.verbs.reprocessWindow({
    dataset: "ioncannon",
    start: DAY,
    end: DAY + HOUR,
    requestKey: "click",
    forced: false,
  });
  await line.until(() => isQuiet(line), "the reprocess");
}

/** Each current revision was published, and each publication has one id of its own. */
async function publications(line: TestLine): Promise<void> {
  const [row] = await line.db.rows<{ owed: number; rows: number; ids: number }>(
    undefined,
    `SELECT (SELECT count(*) FROM revision r WHERE current AND publications = 0) AS owed,
       (SELECT count(*) FROM outbox WHERE route = $1 AND published_at IS NOT NULL) AS rows,
       (SELECT sum(publications)::bigint FROM revision) AS ids`,
    DATASET_AVAILABLE,
  );
  expect(row?.owed).toBe(0);
  expect(row?.rows).toBe(row?.ids);
}

describe("kill -9 at every write and publish of the line", () => {
  let undisturbed: readonly object[];

  beforeAll(async () => {
    const line = await openTestLine(YAML);
    try {
      line.start();
      await play(line);
      await finish(line);
      undisturbed = await outcome(line, "ioncannon");
    } finally {
      await line.close();
    }
  });

  it("has something to compare with", () => {
    expect(undisturbed).toHaveLength(2);
    expect(undisturbed).toMatchObject([{ state: "built" }, { state: "built" }]);
  });

  const later = [
    "files.before-rename:5",
    "files.after-rename:8",
    "relay.published:4",
    "build.before-commit:2",
  ];
  // A coverage that changes alone has a history of its own: coverage.real.test.ts.
  const points = FAIL_POINTS.filter((point) => point !== "coverage.manifest-stored");
  it.concurrent.each([...points, ...later])("%s", { timeout: 300_000 }, async (point) => {
    const line = await openTestLine(YAML);
    try {
      line.start(point);
      await play(line);
      await line.died();
      line.start();
      await finish(line);
      expect(await outcome(line, "ioncannon")).toEqual(undisturbed);
      await publications(line);
    } finally {
      await line.close();
    }
  });
});
