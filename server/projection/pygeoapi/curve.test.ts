import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DuckdbColumnar } from "../../adapters/duckdb/columnar";
import { alongCurveSql, zOrder } from "./curve";

const columnar = new DuckdbColumnar({ tempDirectory: mkdtempSync(path.join(tmpdir(), "curve-")) });
afterAll(() => columnar.close());

const LAST = 2n ** 64n - 1n;

describe("zOrder", () => {
  it.each([
    ["south-west corner", -180, -90, 0n],
    ["north-east corner", 180, 90, LAST],
    ["south-east quarter begins", 0, -90, 2n ** 62n],
    ["north-west quarter begins", -180, 0, 2n ** 63n],
    ["north-east quarter begins", 0, 0, 2n ** 63n + 2n ** 62n],
    ["one cell to the east", -180 + 360 / 2 ** 32, -90, 1n],
    ["one cell to the north", -180, -90 + 180 / 2 ** 32, 2n],
    ["beyond the edge counts as the edge", 181, 91, LAST],
  ])("%s", (_, lon, lat, place) => {
    expect(zOrder(lon, lat)).toBe(place);
  });

  it("keeps neighbours together: a quarter of the globe is one stretch of the curve", () => {
    const aberdeen = zOrder(-2.1, 57.15);
    const stuttgart = zOrder(9.18, 48.78);
    const munich = zOrder(11.58, 48.14);
    const santiago = zOrder(-70.67, -33.45);
    expect([munich, santiago, aberdeen, stuttgart].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      santiago,
      aberdeen,
      stuttgart,
      munich,
    ]);
  });
});

describe("the columnar engine's SQL", () => {
  it("says the same as the rule", async () => {
    const rows = await columnar.session(async (session) => {
      const along = alongCurveSql("places", "source.lon", "source.lat");
      return session.query(
        `WITH places AS (
           SELECT (hash(i) % 3600001) / 10000.0::DOUBLE - 180 AS lon, (hash(i + 1000000) % 1800001) / 10000.0::DOUBLE - 90 AS lat FROM range(5000) r(i)
           UNION ALL VALUES (180.0::DOUBLE, 90.0::DOUBLE), (-180.0, -90.0), (0.0, 0.0), (179.99999999999997, 89.99999999999999))
         SELECT lon, lat, CAST(_curve AS VARCHAR) AS place FROM (${along})`,
      );
    });
    expect(rows).toHaveLength(5004);
    const wrong = rows.filter(({ lon, lat, place }) => String(zOrder(Number(lon), Number(lat))) !== place);
    expect(wrong).toEqual([]);
  });
});
