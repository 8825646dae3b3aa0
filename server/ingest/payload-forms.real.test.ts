import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Invalid } from "../errors";
import { uuidv5 } from "../message";
import type { DataIngestionMap } from "../observation/model";
import { formatInstant, HOUR, MINUTE, parseInstant } from "../observation/time";
import { sqlText } from "../ports/columnar";
import { IngestTrial, START, temperatureAt as variable } from "./testing";

const MAP: DataIngestionMap = {
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "y", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "x", dtype: "float64" },
  canonical_variables: [variable("t", 2)],
  metadata_variables: [{ column: "station_id", dtype: "string" }],
};
const T = "air_temperature__degC__2.0__point__PT0S";
const GOOD = "'2024-06-01T10:00:00Z' AS time, 52.5 AS y, 13.4 AS x, 20.0 AS t, 'a' AS station_id";

let trial: IngestTrial;
beforeAll(async () => {
  trial = await IngestTrial.open();
});
beforeEach(() => trial.fresh());
afterAll(() => trial.close());

const ingest = (location: string, map: DataIngestionMap = MAP, id?: string) =>
  trial.ingest(location, id === undefined ? { map } : { map, id });

const withMetadata = (...columns: { column: string; dtype: string }[]): DataIngestionMap => ({
  ...MAP,
  metadata_variables: [...MAP.metadata_variables, ...columns],
});

describe("the forms of a time, as every other reader of ours takes them", () => {
  const forms = [
    "2024-06-01T10:00Z",
    "2024-06-01 10:00",
    "2024-06-01T10:00:00z",
    "2024-06-01T10:00:00 +02:00",
    "2024-06-01T10:00+02:00",
    "2024-06-01T10:00:00.123Z",
    "2024-06-01T10:00:00.999999999-03:30",
    "2024-06-01Z",
    "\t2024-06-01T10:00:00Z\n",
  ];
  it("text", async () => {
    const rows = forms.map(
      (form, i) => `SELECT ${sqlText(form)} AS time, 1.0 AS y, 1.0 AS x, 1.0 AS t, 's${i}' AS station_id`,
    );
    const found = await ingest(await trial.payload(rows.join(" UNION ALL ")));
    const times = new Map(found.rows.map((row) => [row.station_id, formatInstant(Number(row.datetime))]));
    expect(forms.map((_, i) => times.get(`s${i}`))).toEqual(
      forms.map((form) => formatInstant(parseInstant(form) ?? 0)),
    );
    expect(found.facts.badCells).toEqual({});
  });

  it.each([
    ["DATE '2024-06-01'", "2024-06-01T00:00:00Z"],
    ["TIMESTAMP_S '2024-06-01 10:00:01'", "2024-06-01T10:00:01Z"],
  ])("%s", async (time, wanted) => {
    const { rows } = await ingest(
      await trial.payload(`SELECT ${time} AS time, * EXCLUDE (time) FROM (SELECT ${GOOD})`),
    );
    expect(formatInstant(Number(rows[0]?.datetime))).toBe(wanted);
  });

  it.each(["DATE '300000-01-01'", "DATE 'infinity'"])(
    "%s is one bad cell, and not the end of the payload",
    async (time) => {
      const both = ["DATE '2024-06-01'", time].map(
        (each) => `SELECT ${each} AS time, * EXCLUDE (time) FROM (SELECT ${GOOD})`,
      );
      const { rows, facts } = await ingest(await trial.payload(both.join(" UNION ALL ")));
      expect(rows.map((row) => formatInstant(Number(row.datetime)))).toEqual(["2024-06-01T00:00:00Z"]);
      expect(facts).toMatchObject({ badCells: { datetime: 1 }, rejected: [{ reason: "no time", count: 1 }] });
    },
  );

  it("are UTC wherever the process runs", () => {
    const program = `
      import { DuckdbColumnar } from "./server/adapters/duckdb/columnar";
      const columnar = new DuckdbColumnar({ tempDirectory: ${JSON.stringify(path.join(trial.folder, "zone"))} });
      const [row] = await columnar.session((s) => s.query("SELECT epoch_us(CAST(TIMESTAMP '2024-06-01 10:00:00' AS TIMESTAMPTZ)) AS a, epoch_us('2024-06-01 10:00:00'::TIMESTAMPTZ) AS b"));
      process.stdout.write(JSON.stringify(row));
      await columnar.close();`;
    const done = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      env: { ...process.env, TZ: "America/New_York" },
      encoding: "utf8",
    });
    expect(done.stderr).toBe("");
    expect(JSON.parse(done.stdout)).toEqual({ a: START, b: START });
  });
});

describe("cells", () => {
  it.each([
    ["float32", "1e39::DOUBLE", null, 1],
    ["float32", "0.5::DOUBLE", 0.5, 0],
    ["Float64", "'1.25'", 1.25, 0],
    ["Int32", "'7'", 7, 0],
    ["int64", "'9007199254740993'", 9007199254740993n, 0],
    ["int8", "300", null, 1],
    ["uint8", "-1", null, 1],
    ["bool", "1.0::DOUBLE", true, 0],
    ["bool", "'maybe'", null, 1],
    ["str", "'nan'::DOUBLE", null, 0],
    ["str", "'inf'::DOUBLE", null, 1],
    ["float64", "[1, 2]", null, 1],
    ["float64", "TIMESTAMP '2024-01-01'", null, 1],
    ["string", "E'\\t \\n'", null, 0],
  ])("a %s of %s", async (dtype, cell, wanted, bad) => {
    const given = await trial.payload(`SELECT ${GOOD}, ${cell} AS more`);
    const { rows, facts } = await ingest(given, withMetadata({ column: "more", dtype }));
    expect(rows[0]?.more).toEqual(wanted);
    expect(facts.badCells).toEqual(bad === 0 ? {} : { more: bad });
  });

  it("a station that is NaN is none", async () => {
    const { facts } = await ingest(
      await trial.payload(`SELECT * REPLACE ('nan'::DOUBLE AS station_id) FROM (SELECT ${GOOD})`),
    );
    expect(facts.rejected).toMatchObject([{ reason: "no identity", count: 1 }]);
  });

  it("a position off the globe is counted", async () => {
    const { facts, rows } = await ingest(
      await trial.payload(`SELECT * REPLACE (95.0 AS y) FROM (SELECT ${GOOD})`),
    );
    expect(rows).toMatchObject([{ lat: null, lon: null }]);
    expect(facts.badCells).toEqual({ "position off the globe": 1 });
  });
});

describe("columns", () => {
  it("with quotes, blanks, __ and other alphabets keep their names", async () => {
    const names = ['a "quoted" one', "it's", "a__b", "größe", "select"];
    const cells = names.map((name) => `'v' AS "${name.replaceAll('"', '""')}"`).join(", ");
    const map = withMetadata(...names.map((column) => ({ column, dtype: "string" })));
    const { facts, rows } = await ingest(await trial.payload(`SELECT ${GOOD}, ${cells}`), map);
    expect(rows[0]).toMatchObject(Object.fromEntries(names.map((name) => [name, "v"])));
    const roles = facts.columns.filter(({ name }) => names.includes(name)).map(({ role }) => role);
    expect(roles).toEqual(names.map(() => "metadata"));
  });

  it("that differ only in case are told apart in the payload", async () => {
    // DuckDB writes no such file: its second column is renamed in the finished bytes, in name and path alike.
    const location = await trial.payload(`SELECT ${GOOD}, 1.0 AS "P", 2.0 AS "q"`);
    const bytes = (await readFile(location)).toString("latin1");
    const renamed = bytes
      .replaceAll("\u0018\u0001q", "\u0018\u0001p")
      .replaceAll("\u0019\u0018\u0001q", "\u0019\u0018\u0001p");
    await writeFile(location, Buffer.from(renamed, "latin1"));
    const map = { ...MAP, canonical_variables: [variable("p", 2)] };
    const { rows } = await ingest(location, map);
    expect(rows).toMatchObject([{ [T]: 2 }]);
  });

  it("with control characters in their names are refused with a sentence, in a database's words too", async () => {
    // DuckDB writes no name with NUL: it is put into the finished bytes, in name and path alike.
    const location = await trial.payload(`SELECT ${GOOD}, 1.0 AS "humXidity"`);
    const bytes = (await readFile(location)).toString("latin1");
    await writeFile(location, Buffer.from(bytes.replaceAll("humXidity", "hum\0idity"), "latin1"));
    const line = await trial.payload(`SELECT ${GOOD}, 1.0 AS "hum\nidity"`);
    for (const each of [location, line]) {
      const refused = await ingest(each).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Invalid);
      expect(String(refused)).toMatch(/control characters in its name: "hum(\\u0000|\\n)idity"/);
    }
  });

  it("called as the reader's own row number are no obstacle", async () => {
    const { facts, rows } = await ingest(
      await trial.payload(`SELECT ${GOOD}, 5 AS file_row_number UNION ALL SELECT ${GOOD}, 6`),
    );
    expect(rows.map((row) => row._row)).toEqual([0, 1]);
    expect(facts.unmapped).toEqual({ file_row_number: 2 });
  });

  it("of variables may be absent", async () => {
    const map = { ...MAP, canonical_variables: [variable("t", 2), variable("elsewhere", 10)] };
    const { facts, rows } = await ingest(await trial.payload(`SELECT ${GOOD}`), map);
    expect(facts.rows).toBe(1);
    expect(rows[0]).toMatchObject({ [T]: 20, "air_temperature__degC__10.0__point__PT0S": null });
  });

  it("declared personal show neither in points, as a variable or as metadata, nor among the rejected", async () => {
    const map = {
      ...withMetadata({ column: "author", dtype: "string" }),
      canonical_variables: [variable("t", 2), { ...variable("author", 3), dtype: "string" }],
    };
    const { facts, rows } = await ingest(
      await trial.payload(
        `SELECT ${GOOD}, 'somebody' AS author UNION ALL SELECT ${GOOD.replace("20.0", "NULL")}, 'somebody'`,
      ),
      map,
    );
    expect(facts.rejected).toMatchObject([
      { reason: "no value", count: 1, examples: [{ row: 1, x: "13.4" }] },
    ]);
    expect(JSON.stringify([facts.columns, facts.rejected, rows])).not.toMatch(/somebody|author/);
  });

  it("named in two cases by one map are refused, and so are names of our own", async () => {
    const location = await trial.payload(`SELECT ${GOOD}`);
    for (const names of [["Kind", "kind"], ["_order"], ["a\u0000b"]]) {
      const map = withMetadata(...names.map((column) => ({ column, dtype: "string" })));
      await expect(ingest(location, map), names.join()).rejects.toBeInstanceOf(Invalid);
    }
  });
});

describe("payloads", () => {
  it("with damaged pages or a damaged footer are refused, not tried for ever", async () => {
    const location = await trial.payload(`SELECT ${GOOD.replace("20.0", "random()")} FROM range(20000)`);
    const whole = await readFile(location);
    for (const [from, to] of [
      [4, 2000],
      [whole.length - 400, whole.length - 8],
      [whole.length - 8, whole.length - 5],
    ] as const) {
      const hurt = Buffer.from(whole);
      for (let i = from; i < to; i += 1) hurt[i] = (hurt[i] ?? 0) ^ 0x5a;
      await writeFile(location, hurt);
      await expect(ingest(location), `${from}`).rejects.toBeInstanceOf(Invalid);
    }
  });

  it("with NUL in a rejected cell have examples that a database can keep", async () => {
    const { facts } = await ingest(
      await trial.payload(`SELECT * REPLACE ('a' || chr(0) || 'b' AS time) FROM (SELECT ${GOOD})`),
    );
    expect(facts.rejected).toMatchObject([{ examples: [{ time: "a\uFFFDb" }] }]);
  });

  it("over far-spread minutes are counted window by window, and refused past 10,000", async () => {
    await trial.setSpan(MINUTE, "PT1M");
    const spread = (count: number) =>
      trial.payload(
        `SELECT TIMESTAMP '2015-01-01' + INTERVAL 7 HOUR * n AS time, 1.0 AS y, 1.0 AS x, 1.0 AS t, 'a' AS station_id FROM range(${count}) r(n)`,
      );
    const { facts } = await ingest(await spread(10_000));
    expect(facts.touches).toHaveLength(10_000);
    expect(
      facts.touches.every(({ window, rows }) => rows === 1 && window.end - window.start === MINUTE),
    ).toBe(true);
    await expect(ingest(await spread(10_001))).rejects.toBeInstanceOf(Invalid);
  });

  it("ingested twice by one command, or by two, are one delivery", async () => {
    const location = await trial.payload(`SELECT ${GOOD}`);
    const first = await ingest(location);
    const again = await ingest(location);
    expect(again.rows).toEqual(first.rows);
    expect(again.outcome.publish).toEqual(first.outcome.publish);
    await ingest(location, MAP, uuidv5("another"));
    const deliveries = trial.ledger.tables.deliveries.values();
    expect(deliveries).toHaveLength(1);
    const highest = [first.facts.commandId, uuidv5("another")].sort().at(-1);
    expect(deliveries[0]?.currentGeneration).toBe(highest);
    expect(trial.ledger.tables.generations.values()).toHaveLength(2);
  });

  it("without rows claim what was asked for, and say so", async () => {
    const { outcome } = await ingest(await trial.payload(`SELECT ${GOOD} WHERE false`));
    expect(outcome.publish).toHaveLength(1);
    const [delivery] = trial.ledger.tables.deliveries.values();
    const claims = trial.ledger.tables.claimsOfDelivery.get(String(delivery?.id)) ?? [];
    expect(claims.map(({ claim }) => claim)).toEqual([{ start: START, end: START + HOUR }]);
  });

  it("whose own name is a pattern are read by that name", async () => {
    const location = await trial.payload(`SELECT ${GOOD}`);
    await trial.files.copyIn(location, "payloads/demo/a[1]*.parquet");
    const { facts } = await ingest(trial.files.location("payloads/demo/a[1]*.parquet"));
    expect(facts.rows).toBe(1);
  });
});
