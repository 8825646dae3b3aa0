import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { DATASET_AVAILABLE } from "../server/dataset/messages";
import { HOUR, parseInstant } from "../server/observation/time";
import { isQuiet, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;

/** IonCannon small and without schedules; nothing late, so that no window waits a minute for quiet. */
export const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

/** One history for tests that disturb it in their own way: three deliveries over two hours, then a reprocess of the first. */
export async function play(line: TestLine): Promise<void> {
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

/** Waits until both windows are built and nothing is owed. */
export async function bothBuilt(line: TestLine): Promise<void> {
  const built = async () => {
    const { items } = await line.runtime.views.windows({ dataset: "ioncannon", limit: 10 });
    return items.filter((window) => window.state === "built").length === 2 && (await isQuiet(line));
  };
  await line.until(built, "both windows built");
}

export async function finish(line: TestLine): Promise<void> {
  await bothBuilt(line);
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

/** What readers of the dataset are shown: the files' names and their bytes. */
async function shown(line: TestLine): Promise<readonly (readonly [string, string])[]> {
  const folder = path.join(line.folder, "files/projections/pygeoapi/ioncannon/served");
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(path.join(folder, name));
      return [name, createHash("sha256").update(bytes).digest("hex")] as const;
    }),
  );
}

/** All that a disturbed history must have in common with an undisturbed one. @throws when a revision was not published, or one twice under two ids */
export async function left(line: TestLine) {
  await publications(line);
  return { windows: await outcome(line, "ioncannon"), shown: await shown(line) };
}

/** What the history leaves when nothing disturbs it. */
export async function undisturbed(open: (yaml: string) => Promise<TestLine>) {
  const line = await open(YAML);
  try {
    line.start();
    await play(line);
    await finish(line);
    return await left(line);
  } finally {
    await line.close();
  }
}
