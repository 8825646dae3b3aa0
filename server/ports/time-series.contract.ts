import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Transient } from "../errors";
import type { Interval } from "../observation/interval";
import { HOUR, SECOND } from "../observation/time";
import { type Columnar, type Row, sqlText } from "./columnar";
import type { SeriesRef, TimeSeries } from "./time-series";

export interface TimeSeriesUnderTest {
  readonly series: TimeSeries;
  readonly columnar: Columnar;
  /** A local path where a points file may be written. */
  scratch(): Promise<string>;
  close(): Promise<void>;
}

const ALWAYS: Interval = { start: 0, end: HOUR };
const GENERATION = "3f2a6c1e-5b7d-5e8f-9a0b-1c2d3e4f5a6b";
const OTHER = "4f2a6c1e-5b7d-5e8f-9a0b-1c2d3e4f5a6b";

const ref = (digits: string, generation = GENERATION): SeriesRef => ({
  dataset: "demo",
  delivery: digits.padEnd(64, "0"),
  generation,
});

/** Every time series passes these. */
export function timeSeriesContract(name: string, factory: () => Promise<TimeSeriesUnderTest>): void {
  describe(`${name}: time series`, () => {
    let it_: TimeSeriesUnderTest;
    beforeEach(async () => {
      it_ = await factory();
    });
    afterEach(() => it_.close());

    /** Points at second 0, 1, … with the values given; microseconds and a null in each. */
    const points = async (values: readonly number[]) => {
      const file = await it_.scratch();
      await it_.columnar.session((session) =>
        session.execute(
          `COPY (SELECT make_timestamptz(i * ${SECOND} + 1) AS datetime, 50.0::DOUBLE AS lat, NULL::DOUBLE AS lon, v::DOUBLE AS t, 'grün' AS station_id, i AS _row
           FROM (SELECT unnest(${JSON.stringify(values)}::DOUBLE[]) AS v, generate_subscripts(${JSON.stringify(values)}::DOUBLE[], 1) - 1 AS i))
           TO ${sqlText(file)} (FORMAT parquet)`,
        ),
      );
      return file;
    };
    const write = async (to: SeriesRef, values: readonly number[]) =>
      it_.series.write(to, await points(values));
    const rowsOf = async (of: SeriesRef): Promise<readonly Row[]> => {
      const read = await it_.series.read([of], ALWAYS);
      try {
        return await it_.columnar.session(async (session) => {
          const rows: Row[] = [];
          for (const { path, shared } of read.files) {
            const where = !shared
              ? "true"
              : `_delivery = ${sqlText(of.delivery)} AND _generation = ${sqlText(of.generation)}`;
            rows.push(
              ...(await session.query(
                `SELECT epoch_us(datetime) AS at, lat, lon, t, station_id, _row FROM read_parquet(${sqlText(path)}) WHERE ${where} ORDER BY _row`,
              )),
            );
          }
          return rows;
        });
      } finally {
        await read.release();
      }
    };
    const valuesOf = async (of: SeriesRef) => (await rowsOf(of)).map(({ t }) => t);

    it("gives back what was written, cell by cell", async () => {
      await write(ref("a"), [1.5, -2]);
      expect(await rowsOf(ref("a"))).toEqual([
        { at: 1, lat: 50, lon: null, t: 1.5, station_id: "grün", _row: 0 },
        { at: SECOND + 1, lat: 50, lon: null, t: -2, station_id: "grün", _row: 1 },
      ]);
    });

    it("keeps deliveries and generations apart, and reads several at once", async () => {
      await write(ref("a"), [1]);
      await write(ref("a", OTHER), [2]);
      await write(ref("b"), [3]);
      expect(await Promise.all([ref("a"), ref("a", OTHER), ref("b")].map(valuesOf))).toEqual([[1], [2], [3]]);
      const read = await it_.series.read([ref("a", OTHER), ref("b")], ALWAYS);
      expect(read.files.length).toBeGreaterThan(0);
      await read.release();
    });

    it("the same call twice leaves the same state", async () => {
      await write(ref("a"), [1, 2]);
      await write(ref("a"), [1, 2]);
      expect(await valuesOf(ref("a"))).toEqual([1, 2]);
    });

    it("takes no rows as an answer", async () => {
      await write(ref("a"), []);
      expect(await rowsOf(ref("a"))).toEqual([]);
    });

    it("says Transient for a ref whose rows are not there, also beside one whose rows are", async () => {
      await write(ref("a"), [1]);
      await expect(it_.series.read([ref("c")], ALWAYS)).rejects.toBeInstanceOf(Transient);
      await expect(it_.series.read([ref("a"), ref("a", OTHER)], ALWAYS)).rejects.toBeInstanceOf(Transient);
    });

    it("removes one ref and nothing else; a ref without rows is fine", async () => {
      await write(ref("a"), [1]);
      await write(ref("a", OTHER), [2]);
      expect(await it_.series.bytes([ref("a"), ref("c")])).toBeGreaterThan(100);
      await it_.series.remove([ref("a")]);
      await it_.series.remove([ref("a")]);
      expect(await it_.series.bytes([ref("a")])).toBe(0);
      await expect(it_.series.read([ref("a")], ALWAYS)).rejects.toBeInstanceOf(Transient);
      expect(await valuesOf(ref("a", OTHER))).toEqual([2]);
    });

    it("writers of one ref leave one whole set of points, and a reader never sees half", async () => {
      const sets = Array.from({ length: 8 }, (_, n) => Array.from({ length: 2_000 }, () => n));
      await write(ref("a"), sets[0] ?? []);
      const written = Promise.all(sets.map((set) => write(ref("a"), set)));
      for (let i = 0; i < 10; i += 1) {
        const seen = await valuesOf(ref("a"));
        expect([seen.length, new Set(seen).size]).toEqual([2_000, 1]);
      }
      await written;
      const kept = await valuesOf(ref("a"));
      expect([kept.length, new Set(kept).size]).toEqual([2_000, 1]);
    });
  });
}
