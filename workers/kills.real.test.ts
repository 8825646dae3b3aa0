import { beforeAll, describe, expect, it } from "vitest";
import { FAIL_POINTS } from "../server/fail-point";
import { openTestLine } from "./line.testing";
import { finish, left, play, undisturbed, YAML } from "./two-windows.testing";

describe("kill -9 at every write and publish of the line", () => {
  let calm: Awaited<ReturnType<typeof left>>;

  beforeAll(async () => {
    calm = await undisturbed(openTestLine);
  });

  it("has something to compare with", () => {
    expect(calm.windows).toHaveLength(2);
    expect(calm.windows).toMatchObject([{ state: "built" }, { state: "built" }]);
    expect(calm.shown).toMatchObject([["20260301_0000_20260302_0000.parquet", expect.any(String)]]);
  });

  const later = [
    "files.before-rename:5",
    "files.after-rename:8",
    "relay.published:4",
    "build.before-commit:2",
  ];
  // A coverage that changes alone (coverage.real.test.ts), retention (revision-retention.real.test.ts), runs that are cancelled (cancel.real.test.ts),
  // the life of data (data-life.real.test.ts) and what is ingested again (reingestion.real.test.ts) have histories of their own.
  const own = ["coverage.manifest-stored", "retention.unlinked", "cancel.before-stop"];
  const points = FAIL_POINTS.filter((point) => !own.includes(point) && !/^(life|reingestion)\./.test(point));
  it.concurrent.each([...points, ...later])("%s", async (point) => {
    const line = await openTestLine(YAML);
    try {
      line.start(point);
      await play(line);
      await line.died();
      line.start();
      await finish(line);
      expect(await left(line)).toEqual(calm);
    } finally {
      await line.close();
    }
  });
});
