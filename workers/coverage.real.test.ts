import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { HOUR, MINUTE, parseInstant } from "../server/observation/time";
import { isQuiet, openTestLine, outcome, type TestLine } from "./line.testing";

const DAY = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const WINDOW = { dataset: "ioncannon", start: DAY, end: DAY + HOUR };

/** Stations report at whole ten minutes: between them a run is answered with nothing. */
const YAML = `sources:
  ioncannon:
    num_stations: 12
    late_share: 0
  scheduler:
    windows: []
`;

const run = (line: TestLine, start: number, end: number) =>
  line.runtime.verbs.runSource({ name: "ioncannon", start, end, requestKey: `run ${start}` });

interface Told {
  readonly revision: number;
  readonly share: number;
  readonly complete: boolean;
  readonly key: string;
  readonly publications: number;
}

async function told(line: TestLine): Promise<Told & { readonly manifest: Record<string, unknown> }> {
  const [row] = await line.db.rows<Told>(
    undefined,
    `SELECT revision, coverage_share AS share, complete, manifest_key AS key, publications FROM revision WHERE current`,
  );
  if (!row) throw new Error("no revision is current");
  const text = await readFile(line.runtime.files.location(row.key), "utf8");
  return { ...row, manifest: JSON.parse(text) };
}

it("a changed coverage alone updates the manifest: no build, no revision, no event, also when killed in the middle", async () => {
  const line = await openTestLine(YAML);
  try {
    line.start("coverage.manifest-stored");
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
    await run(line, DAY, DAY + 55 * MINUTE);
    const state = async () => (await line.runtime.views.windows({ ...WINDOW, limit: 1 })).items[0]?.state;
    await line.until(async () => (await state()) === "waiting", "the window that waits");
    await line.runtime.verbs.reprocessWindow({ ...WINDOW, requestKey: "click", forced: true });
    await line.until(async () => (await state()) === "incomplete" && (await isQuiet(line)), "a part of it");
    const before = await told(line);
    const files = await outcome(line, "ioncannon");
    expect(before).toMatchObject({
      revision: 1,
      complete: false,
      manifest: { coverage: { complete: false } },
    });

    await run(line, DAY + 55 * MINUTE, DAY + HOUR);
    await line.died();
    expect(await told(line)).toEqual(before);
    line.start();
    await line.until(async () => (await told(line)).complete, "the manifest that tells the new coverage");
    await line.until(() => isQuiet(line), "rest");

    const after = await told(line);
    expect(after).toMatchObject({ revision: 1, share: 1, publications: before.publications });
    expect(after.key).not.toBe(before.key);
    expect(after.manifest).toEqual({ ...before.manifest, coverage: { share: 1, complete: true, gaps: [] } });
    expect(await outcome(line, "ioncannon")).toEqual(files.map((file) => ({ ...file, state: "built" })));
    const [row] = await line.db.rows<{ owed: number }>(
      undefined,
      `SELECT count(*) AS owed FROM "window" WHERE build_now`,
    );
    expect(row?.owed).toBe(0);
  } finally {
    await line.close();
  }
});
