import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { rawColumn, readCsv } from "./csv";
import { parseFileName } from "./file-name";

interface Expected {
  readonly rows?: readonly Readonly<Record<string, string>>[];
  readonly damage?: string;
  readonly refused?: string;
}

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures).map((name) => {
  const folder = path.join(fixtures, name);
  const file = readdirSync(folder).find((each) => each.endsWith(".csv")) ?? "";
  return {
    name,
    file,
    text: readFileSync(path.join(folder, file), "utf8"),
    expected: JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8")) as Expected,
  };
});

/** Rows as they go into the payload: raw columns, no empty cells. */
function read(text: string, file = "2022-01-01_dht22_sensor_1.csv") {
  const read = readCsv(text, parseFileName(file)?.sensor);
  if ("refused" in read) return read;
  const indoor: Record<string, string> = parseFileName(file)?.indoor ? { indoor: "1" } : {};
  const rows: Record<string, string>[] = [];
  read.each((columns, cells) => {
    const given = columns.flatMap((column, at) =>
      cells[at] ? [[rawColumn(column, cells[1] ?? ""), cells[at]] as const] : [],
    );
    rows.push({ ...Object.fromEntries(given), ...indoor });
  });
  return { rows, damage: read.damage() };
}

describe("day files as they are found", () => {
  it.each(cases)("$name", ({ text, file, expected }) => {
    const found = read(text, file);
    if (expected.refused !== undefined) {
      expect(found).toMatchObject({ refused: expect.stringContaining(expected.refused) });
    } else {
      expect(found).toEqual({ rows: expected.rows, damage: expected.damage });
    }
  });

  const HEADER = "sensor_id;sensor_type;location;lat;lon;timestamp;temperature;humidity";
  const ROW = "1;DHT22;2;48.1;9.1;2022-01-01T00:00:15;20.10;40.20";

  it.each([
    ["CRLF of a downloader", `${HEADER}\r\n${ROW}\r\n`],
    ["CR of an old Mac", `${HEADER}\r${ROW}\r`],
    ["two kinds of line end", `${HEADER}\r${ROW}\n`],
    ["byte-order mark", `\uFEFF${HEADER}\n${ROW}\n`],
    ["blank lines at the end", `${HEADER}\n${ROW}\n\n\n`],
    ["separators too many at the end of a line", `${HEADER}\n${ROW};;\n`],
  ])("%s changes nothing", (_, text) => {
    const found = read(text);
    expect(found).toMatchObject({
      rows: [{ sensor_id: "1", temperature: "20.10", humidity: "40.20" }],
      damage: undefined,
    });
  });

  it("a last line with the right number of fields but no line end may have lost digits: it is not taken", () => {
    expect(read(`${HEADER}\n${ROW}\n${ROW}`)).toMatchObject({
      rows: [{}],
      damage: expect.stringMatching(/cut off/),
    });
  });

  it("a row of another sensor than the file's is not taken, and counted", () => {
    expect(read(`${HEADER}\n${ROW}\n1105${ROW.slice(1)}\n`)).toMatchObject({
      rows: [{ sensor_id: "1" }],
      damage: "1 line is of another sensor than the file",
    });
  });

  it.each([
    ["columns without end", ";x".repeat(100)],
    ["a name without end", `;${"x".repeat(101)}`],
  ])("a header with %s is refused", (_, more) => {
    expect(read(`${HEADER}${more}\n`)).toMatchObject({
      refused: expect.stringMatching(/^the header is damaged/),
    });
  });

  it("a header with control characters is refused, also behind good rows, and beyond what is quoted", () => {
    const odd = `${HEADER};${"x".repeat(90)};hum\0idity`;
    expect(read(`${odd}\n${ROW};1;2\n`)).toEqual({
      refused: 'the header is damaged, it holds control characters: "hum\uFFFDidity"',
      page: false,
    });
    expect(read(`${HEADER}\n${ROW}\n${odd}\n${ROW};1;2\n`)).toMatchObject({
      rows: [{ sensor_id: "1" }],
      damage: expect.stringMatching(/^2 lines/),
    });
  });

  it.each([
    ["P1", "PPD42NS", "ppd42ns_P1"],
    ["P2", "ppd42ns", "ppd42ns_P2"],
    ["P1", "SDS011", "P1"],
    ["durP1", "PPD42NS", "durP1"],
  ])("%s of a %s stands in %s", (column, type, expected) => {
    expect(rawColumn(column, type)).toBe(expected);
  });
});
