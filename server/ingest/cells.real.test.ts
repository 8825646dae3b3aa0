import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatInstant } from "../observation/time";
import { sqlText } from "../ports/columnar";
import { IngestTrial, MAP, TEMPERATURE, temperatureAt } from "./testing";

/** What a number is made of, what casts take for one, and what is near to both. */
const SCRAPS = [
  ..."0123456789012345",
  ..."+-..eE_, \t\n\v\f\r\u00A0x",
  "nan",
  "inf",
  "-NaN",
  "Infinity",
  "e5",
  "e400",
  "٣",
];

/** Texts of up to six scraps, the same in every run. */
function scribbles(count: number): string[] {
  let state = 20_261_127;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: next(7) }, () => SCRAPS[next(SCRAPS.length)]).join(""),
  );
}

/** SEMANTICS 2, *Cells*, once more and in another language. */
function asNumber(text: string): number | null {
  const written = text.replace(/^[ \t\n\v\f\r\u00A0]+|[ \t\n\v\f\r\u00A0]+$/g, "");
  if (!/^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$/.test(written)) return null;
  const number = Number(written);
  return Number.isFinite(number) ? number : null;
}

let trial: IngestTrial;
beforeAll(async () => {
  trial = await IngestTrial.open();
});
beforeEach(() => trial.fresh());
afterAll(() => trial.close());

describe("times", () => {
  it.each([
    ["'2024-06-01T10:00:00'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01 10:00:00'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T10:00:00Z'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T12:00:00+02:00'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T12:00:00+0200'", "2024-06-01T10:00:00Z"],
    ["'2024-06-01T10:00:00.123456+00:00'", "2024-06-01T10:00:00.123456Z"],
    ["'2024-06-01T10:00:00.5'", "2024-06-01T10:00:00.500000Z"],
    ["'2024-06-01T10:00:00.123456789'", "2024-06-01T10:00:00.123456Z"],
    ["'2024-06-01'", "2024-06-01T00:00:00Z"],
    ["TIMESTAMP '2024-06-01 10:00:00.000001'", "2024-06-01T10:00:00.000001Z"],
    ["TIMESTAMPTZ '2024-06-01 12:00:00.000001+02'", "2024-06-01T10:00:00.000001Z"],
    ["TIMESTAMP_NS '2024-06-01 10:00:00.000001999'", "2024-06-01T10:00:00.000001Z"],
    ["TIMESTAMP_MS '2024-06-01 10:00:00.001'", "2024-06-01T10:00:00.001000Z"],
  ])("%s is %s", async (timestamp, wanted) => {
    const { rows } = await trial.ingestRows([{ timestamp }]);
    expect(formatInstant(Number(rows[0]?.datetime))).toBe(wanted);
  });

  it.each(["'yesterday'", "''", "NULL", "'2024-02-30T00:00:00'", "1717236000", "'Mrz 81'"])(
    "%s is none: the row is rejected",
    async (timestamp) => {
      const { facts } = await trial.ingestRows([{ timestamp }]);
      expect(facts).toMatchObject({ rows: 0, rejected: [{ reason: "no time", count: 1 }] });
    },
  );
});

describe("cells", () => {
  it.each([
    ["'20.5'", 20.5, {}],
    ["' 20.5 '", 20.5, {}],
    ["'-1e2'", -100, {}],
    ["118.99", 118.99, {}],
    ["'20,5'", null, { [TEMPERATURE]: 1 }],
    ["'unknown'", null, { [TEMPERATURE]: 1 }],
    ["'1e400'", null, { [TEMPERATURE]: 1 }],
    ["'inf'", null, { [TEMPERATURE]: 1 }],
    ["'infinity'::DOUBLE", null, { [TEMPERATURE]: 1 }],
    ["'nan'::DOUBLE", null, {}],
    ["'nan'", null, {}],
    ["''", null, {}],
    ["'  '", null, {}],
    ["NULL::DOUBLE", null, {}],
  ])("temperature %s is %j", async (temperature, wanted, badCells) => {
    // A second variable keeps the row, so that the cell alone is judged.
    const kept = { ...temperatureAt("latitude", 0), standard_name: "latitude" };
    const map = { ...MAP, canonical_variables: [...MAP.canonical_variables, kept] };
    const given = trial.command(await trial.rowsPayload([{ temperature }]), { map });
    const { facts } = await trial.run(given);
    const [row] = await trial.points(given.id);
    expect(row?.[TEMPERATURE]).toBe(wanted);
    expect(facts.badCells).toEqual(badCells);
  });

  it("of text are numbers exactly where they are written as one, however they are put together", async () => {
    const texts = scribbles(20_000);
    const rows = texts.map((text) => ({ temperature: sqlText(text) }));
    const kept = { ...temperatureAt("latitude", 0), standard_name: "latitude" };
    const map = { ...MAP, canonical_variables: [...MAP.canonical_variables, kept] };
    const given = trial.command(await trial.rowsPayload(rows), { map });
    const { facts } = await trial.run(given);
    const points = [...(await trial.points(given.id))].sort((a, b) => Number(a._row) - Number(b._row));
    const numbers = points.map((row) => row[TEMPERATURE]);
    const wanted = texts.map((text) => asNumber(text));
    const differ = texts.filter((_, i) => numbers[i] !== wanted[i]).map((text) => JSON.stringify(text));
    expect(differ).toEqual([]);
    const bad = texts.filter((text, i) => wanted[i] === null && !/^(-?nan)?$/i.test(text.trim()));
    expect(facts.badCells).toEqual({ [TEMPERATURE]: bad.length });
    expect(wanted.filter((number) => number !== null).length).toBeGreaterThan(1_000);
  });

  it.each([
    ["'3'", 3],
    ["3.0", 3],
    ["3.7", null],
    ["'3.7'", null],
    ["99999999999", null],
  ])("an identity declared int32 that is %s is %j", async (cell, wanted) => {
    const map = { ...MAP, metadata_variables: [{ column: "station_id", dtype: "int32" }] };
    const given = trial.command(await trial.rowsPayload([{ station_id: cell }]), { map });
    const { facts } = await trial.run(given);
    if (wanted === null) expect(facts.rejected).toMatchObject([{ reason: "no identity", count: 1 }]);
    else expect((await trial.points(given.id))[0]?.station_id).toBe(wanted);
  });

  it.each([
    ["91", "13.4"],
    ["52.5", "181"],
    ["NULL::DOUBLE", "13.4"],
    ["52.5", "NULL::DOUBLE"],
    ["'north'", "13.4"],
  ])("a position of %s, %s is none, and the row is kept", async (latitude, longitude) => {
    const { rows, facts } = await trial.ingestRows([{ latitude, longitude }]);
    expect(facts.rows).toBe(1);
    expect(rows[0]).toMatchObject({ lat: null, lon: null });
  });
});
